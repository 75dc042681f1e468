use serde::{Deserialize, Serialize};

use super::Grade;

/// How many seats somebody wants, and what they must be like; which ones is left to the box office.
///
/// ```
/// use ticket_core::domain::{Grade, SeatWish};
///
/// let pair = SeatWish { grade: Some(Grade::R), ..SeatWish::together(2) };
/// assert_eq!(serde_json::to_string(&pair)?, r#"{"count":2,"grade":"R","together":true}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeatWish {
    /// Seats wanted.
    pub count: u32,
    /// Of this grade only. Without one, the best grade that can serve the wish; the seats are of one grade in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// In this part of the house only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// What one seat may cost at most, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_price: Option<i64>,
    /// Side by side in one row, or not at all. When this is `false`, side by side is still what is tried first.
    pub together: bool,
}

impl SeatWish {
    /// So many seats side by side, wherever the best are.
    #[must_use]
    pub fn together(count: u32) -> Self {
        Self { count, grade: None, sector: None, max_price: None, together: true }
    }
}
