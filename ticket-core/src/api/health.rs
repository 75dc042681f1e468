use serde::{Deserialize, Serialize};

/// Answer of `GET /readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// Whether every part is.
    pub ready: bool,
    /// What the server cannot work without.
    pub parts: ReadinessParts,
}

/// What a server cannot work without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReadinessParts {
    /// Where everything else is.
    pub database: PartState,
    /// Where the holds are: Redis, or the database again.
    pub lock_store: PartState,
}

/// Whether a part can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum PartState {
    /// It can.
    Ready,
    /// It cannot, just now.
    NotReady,
}
