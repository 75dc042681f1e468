//! Schemas of what is written as text or in another way than its Rust type looks.

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::ErrorCode;
use crate::domain::{Currency, HoldId, SeatStatus};

/// A time of day.
pub(crate) struct TimeOfDay;

/// A time as local clocks show it.
pub(crate) struct LocalTime;

/// Declares types that are text of this form.
macro_rules! text_schema {
    ($( $name:ident $pattern:literal $description:literal ; )+) => {
        $(
            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    text().pattern(Some($pattern)).description(Some($description)).into()
                }
            }
            impl ToSchema for $name {}
        )+
    };
}
text_schema! {
    TimeOfDay "^[0-9]{2}:[0-9]{2}:[0-9]{2}$" "A local time of day, as `HH:MM:SS`.";
    LocalTime "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
        "A time as local clocks show it, as `YYYY-MM-DD HH:MM:SS`.";
    Currency "^[A-Z]{3}$" "An ISO 4217 currency. Amounts are integers in its minor unit (won, cents).";
    HoldId "^[0-9]{1,18}-[0-9a-f]{32}$"
        "The id of a hold: its performance and a secret. Only its owner can use it.";
    SeatStatus "^[ABCWHX-]$"
        "How a seat looks: `A` free, `B` sold, `C` given back, `W` offered to a waiter, `H` held, `X` out of sale, `-` a gap.";
}

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let codes = Self::ALL.iter().map(|code| format!("\n- `{code}` (HTTP {}): {}", code.status(), code.title()));
        let description = format!(
            "The stable code of an error. Programs branch on it; people read the message.\n{}",
            codes.collect::<String>()
        );
        text().enum_values(Some(Self::ALL.iter().map(|code| code.as_str()))).description(Some(description)).into()
    }
}
impl ToSchema for ErrorCode {}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}
