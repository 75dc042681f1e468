use std::str::FromStr;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use ticket_core::domain::{BookingId, EntryId, HoldId, PerformanceId, ShowId};
use ticket_core::{Complaint, Error};

use super::not_utf8;
use crate::error::ApiError;

/// The id in the path of a request. No path has more than one.
pub(crate) struct PathId<T>(pub(crate) T);

/// A type of ids that stand in paths.
pub(crate) trait Id: FromStr {
    /// What such an id looks like, in English and Korean.
    const LOOKS_LIKE: [&str; 2] = ["a positive number", "양의 정수"];
}

impl Id for ShowId {}
impl Id for PerformanceId {}
impl Id for BookingId {}
impl Id for EntryId {}
impl Id for HoldId {
    const LOOKS_LIKE: [&str; 2] = ["<performance id>-<32 hexadecimal digits>", "<회차 id>-<16진수 32자리>"];
}

impl<T: Id, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(params) = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await.map_err(refusal)?;
        let Some((name, text)) = params.first() else {
            return Err(Error::Internal { reason: format!("{} has no id", parts.uri.path()) }.into());
        };
        // Every id begins with a number, and none with a sign.
        let id = if text.starts_with(|c: char| c.is_ascii_digit()) { text.parse().ok() } else { None };
        id.map(Self).ok_or_else(|| {
            let [english, korean] = T::LOOKS_LIKE;
            let problem = Complaint::new(
                format!("is {text:?}; it must be {english}"),
                format!("{text:?}입니다. {korean} 형식이어야 합니다"),
            );
            ApiError::malformed(name, problem)
        })
    }
}

fn refusal(rejection: PathRejection) -> ApiError {
    match rejection {
        PathRejection::FailedToDeserializePathParams(error) => match error.into_kind() {
            ErrorKind::InvalidUtf8InPathParam { key } => ApiError::malformed(&key, not_utf8()),
            kind => ApiError::Malformed { field: None, problem: kind.to_string().into() },
        },
        other => Error::Internal { reason: other.body_text() }.into(),
    }
}
