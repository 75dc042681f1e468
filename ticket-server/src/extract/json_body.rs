use axum::body::{Bytes, HttpBody as _};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use ticket_core::Complaint;

use super::malformed;
use crate::error::ApiError;

/// The most that a body may have.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;

/// The body of a request, read from a JSON object. As an `Option`, it is `None` when there is no body at all.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let bytes = read_body(request, state).await?;
        if is_json { parse(&bytes) } else { Err(ApiError::NotJson) }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        let is_json = is_json(request.headers());
        let bytes = read_body(request, state).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(None),
            (false, true) => parse(&bytes).map(Some),
            (false, false) => Err(ApiError::NotJson),
        }
    }
}

/// The whole body.
pub(crate) async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    // One that says how long it is need not be sent to be refused; the router's limit stops the others.
    if request.body().size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(ApiError::BodyTooLarge);
    }
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiError::BodyTooLarge
        } else {
            let problem = Complaint::new("The body did not arrive whole.", "요청 본문이 끝까지 도착하지 않았습니다.");
            ApiError::Malformed { field: None, problem }
        }
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<JsonBody<T>, ApiError> {
    // Serde would take a list for a struct, its entries for the fields.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let problem = Complaint::new("The body must be a JSON object.", "요청 본문은 JSON 객체여야 합니다.");
        return Err(ApiError::Malformed { field: None, problem });
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| malformed(&error))?;
    json.end().map_err(|error| {
        let korean = format!("JSON 뒤에 다른 내용이 있습니다: {error}.");
        ApiError::Malformed { field: None, problem: Complaint::new(format!("Behind the JSON: {error}."), korean) }
    })?;
    Ok(JsonBody(value))
}

/// `application/json`, or another type that is written in JSON (RFC 6839, 3.1), whatever its parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use ticket_core::api::{BookRequest, Credentials, HoldRequest};

    use super::*;

    fn refusal<T: DeserializeOwned>(body: &[u8]) -> (Option<String>, String) {
        match parse::<T>(body) {
            Err(ApiError::Malformed { field, problem }) => (field, problem.to_string()),
            Err(error) => panic!("{error:?}"),
            Ok(_) => panic!("{body:?} was taken"),
        }
    }

    #[test]
    fn names_the_field() {
        for (body, field, words) in [
            (&b"{\"email\":\"a@b\"}"[..], Some("password"), "missing field"),
            (b"{\"email\":\"a@b\",\"password\":\"x\",\"admin\":true}", Some("admin"), "unknown field"),
            (b"{\"email\":\"a@b\",\"email\":\"a@b\"}", Some("email"), "duplicate field"),
            (b"{\"email\":7,\"password\":\"x\"}", Some("email"), "expected a string"),
            (b"{\"email\":\"\xff\",\"password\":\"x\"}", Some("email"), "invalid unicode"),
            (b"", None, "must be a JSON object"),
            (b"{", None, "EOF"),
            (b"[\"a@b\",\"x\"]", None, "must be a JSON object"),
            (b"{\"email\":\"a@b\",\"password\":\"x\"}}", None, "trailing characters"),
        ] {
            let (found, problem) = refusal::<Credentials>(body);
            let body = String::from_utf8_lossy(body);
            assert_eq!(found.as_deref(), field, "{body}: {problem}");
            assert!(problem.contains(words), "{body}: {problem}");
        }
    }

    #[test]
    fn names_the_entry_of_a_list() {
        for body in
            [&b"{\"seatIds\":[1,\"x\"]}"[..], b"{\"seatIds\":[1,1.5]}", b"{\"seatIds\":[1,9223372036854775808]}"]
        {
            assert_eq!(refusal::<HoldRequest>(body).0.as_deref(), Some("seatIds[1]"));
            assert_eq!(refusal::<BookRequest>(body).0.as_deref(), Some("seatIds[1]"));
        }
        assert_eq!(refusal::<BookRequest>(b"{\"holdId\":\"x\"}").0.as_deref(), Some("holdId"));
    }
}
