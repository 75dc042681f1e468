use serde::{Deserialize, Serialize};

use crate::domain::SeatStatus;

/// Answer of `GET /api/performances/{id}/seats`: what every seat looks like now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeatStates {
    /// The layout whose order the letters follow.
    pub layout_version: u64,
    /// Opaque; hand it back in `?since=` or `Last-Event-ID`.
    pub revision: String,
    /// One letter per seat, in layout order.
    pub states: String,
}

/// What has changed since a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum SeatUpdate {
    /// These seats, and no others.
    Changes(SeatUpdateChanges),
    /// Cannot be told: read layout and states again.
    Reset {
        /// Always `true`.
        reset: bool,
    },
}

/// The seats that have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SeatUpdateChanges {
    /// The layout whose order the indices follow.
    pub layout_version: u64,
    /// The state after these changes.
    pub revision: String,
    /// Index in layout order, and what the seat looks like now.
    pub changes: Vec<(u32, SeatStatus)>,
}

impl SeatUpdate {
    /// The answer that asks the client to read all again.
    pub const RESET: Self = Self::Reset { reset: true };
}
