//! Between domain values and columns.
//!
//! What the traits of rusqlite are implemented for here is public; that they are is not: another version of rusqlite,
//! or another database, may take their place at any time. So these implementations are hidden.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::{
    BookingId, BookingState, Category, Currency, EntryId, Grade, HoldToken, Language, MailId, MailKind, MailState,
    PerformanceId, Role, RunOutcome, SeatId, SeatState, ShowId, Stage, TicketId, TicketState, UserId, VenueId,
    WaitlistState,
};

macro_rules! id_columns {
    ($($id:ident)+) => {$(
        #[doc(hidden)]
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }
        #[doc(hidden)]
        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    )+};
}
id_columns! { BookingId EntryId MailId PerformanceId SeatId ShowId TicketId UserId VenueId }

macro_rules! text_columns {
    ($($name:ident)+) => {$(
        #[doc(hidden)]
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
        #[doc(hidden)]
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(FromSqlError::other)
            }
        }
    )+};
}
text_columns! {
    BookingState Category Currency Grade Language MailKind MailState Role RunOutcome SeatState TicketState WaitlistState
}

#[doc(hidden)]
impl ToSql for HoldToken {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_be_bytes().to_vec().into())
    }
}

#[doc(hidden)]
impl FromSql for HoldToken {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        let bytes = bytes
            .try_into()
            .map_err(|_| FromSqlError::InvalidBlobSize { expected_size: size_of::<u128>(), blob_size: bytes.len() })?;
        Ok(Self(u128::from_be_bytes(bytes)))
    }
}

#[doc(hidden)]
impl ToSql for Stage {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(self).map(Into::into).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
    }
}

#[doc(hidden)]
impl FromSql for Stage {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map_err(FromSqlError::other)
    }
}

/// An instant in its column: milliseconds since the epoch.
#[derive(Clone, Copy)]
pub(super) struct Millis(pub(super) Timestamp);

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}

/// A local date in its column.
pub(super) struct DateText(pub(super) Date);

impl ToSql for DateText {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for DateText {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

/// A local time of day in its column.
pub(super) struct TimeText(pub(super) Time);

impl ToSql for TimeText {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

impl FromSql for TimeText {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}
