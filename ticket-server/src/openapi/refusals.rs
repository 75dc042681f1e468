use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use ticket_core::api::{ErrorCode, Problem};

/// Where a handler names the refusals that are its own.
const CODES: &str = "x-error-codes";

/// What any request may meet.
const ALWAYS: &[ErrorCode] = &[ErrorCode::TooManyRequests, ErrorCode::Internal, ErrorCode::Unavailable];
const IF_IT_WRITES: &[ErrorCode] = &[ErrorCode::OutcomeUnknown];
const IF_IT_TAKES_A_TOKEN: &[ErrorCode] = &[
    ErrorCode::TokenMissing,
    ErrorCode::TokenInvalid,
    ErrorCode::TokenExpired,
    ErrorCode::TokenUnsupported,
    ErrorCode::TokenMalformed,
    // The account may have been deleted since.
    ErrorCode::UserNotFound,
];
const IF_IT_TAKES_A_BODY: &[ErrorCode] =
    &[ErrorCode::Malformed, ErrorCode::TooSlow, ErrorCode::BodyTooLarge, ErrorCode::NotJson];
/// The body is part of what a key belongs to, whatever it is.
const IF_IT_TAKES_A_KEY: &[ErrorCode] =
    &[ErrorCode::Malformed, ErrorCode::TooSlow, ErrorCode::BodyTooLarge, ErrorCode::KeyReused, ErrorCode::StillRunning];
const IF_IT_TAKES_PARAMETERS: &[ErrorCode] = &[ErrorCode::Malformed];

/// Adds an answer for every refusal: those that the handler names, and those that follow from what it takes.
pub(super) fn complete(operation: &mut Value, writes: bool) {
    let mut by_status = BTreeMap::<u16, Vec<ErrorCode>>::new();
    for code in codes(operation, writes) {
        let codes = by_status.entry(code.status()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    operation[CODES] = by_status.values().flatten().map(|code| code.as_str()).collect();
    for (status, codes) in by_status {
        add(&mut operation["responses"][status.to_string()], status, &codes);
    }
}

fn codes(operation: &Value, writes: bool) -> Vec<ErrorCode> {
    let own = operation[CODES].as_array().into_iter().flatten();
    let mut codes: Vec<_> = own.filter_map(|code| serde_json::from_value(code.clone()).ok()).collect();
    let takes = |place: &str, name: Option<&str>| {
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.any(|one| one["in"] == place && name.is_none_or(|name| one["name"] == name))
    };
    for (implied, is_so) in [
        (IF_IT_TAKES_PARAMETERS, takes("path", None) || takes("query", None)),
        (IF_IT_TAKES_A_BODY, operation.get("requestBody").is_some()),
        (IF_IT_TAKES_A_KEY, takes("header", Some("Idempotency-Key"))),
        (IF_IT_TAKES_A_TOKEN, operation.get("security").is_some()),
        (IF_IT_WRITES, writes),
        (ALWAYS, true),
    ] {
        if is_so {
            codes.extend(implied);
        }
    }
    codes
}

/// Adds problems to what is said about a status; some status is that of a success of another kind as well.
fn add(response: &mut Value, status: u16, codes: &[ErrorCode]) {
    let meanings: Vec<_> = codes.iter().map(|code| format!("`{code}`: {}", code.title())).collect();
    let meanings = meanings.join("; ");
    let description = match response["description"].as_str() {
        Some(already) => format!("{already} Or {meanings}."),
        None => format!("{meanings}."),
    };
    response["description"] = description.into();
    let examples: Map<_, _> = codes
        .iter()
        .map(|code| (code.as_str().to_owned(), json!({"$ref": format!("#/components/examples/{code}")})))
        .collect();
    response["content"]["application/problem+json"] =
        json!({"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples});
    if status == 401 {
        response["headers"]["WWW-Authenticate"] = header("How to authenticate.", true, "Bearer realm=\"ticket\"");
    }
    if status == 429 || status == 503 {
        // Whoever asks only whether the server is ready knows himself when to ask again.
        response["headers"]["Retry-After"] = header("Seconds after which to try again.", status == 429, "1");
    }
}

fn header(description: &str, required: bool, example: &str) -> Value {
    json!({"description": description, "required": required, "schema": {"type": "string"}, "example": example})
}

/// A problem of every code, for all operations together.
pub(super) fn problems() -> Value {
    ErrorCode::ALL.iter().map(|code| (code.as_str().to_owned(), example(*code))).collect::<Map<_, _>>().into()
}

fn example(code: ErrorCode) -> Value {
    let mut problem = Problem::new(code, code.title());
    problem.request_id = Some("00c0ffee00c0ffee".into());
    json!({"summary": code.title(), "value": problem})
}
