//! What handlers take from a request. Whatever is malformed is refused here, and names the field.

mod authenticated;
mod json_body;
mod language;
mod path_id;
mod query;

pub(crate) use authenticated::Authenticated;
pub(crate) use json_body::{BODY_BYTES_MAX, JsonBody, read_body};
pub(crate) use language::{MessageLanguage, NamedLanguage, TicketLanguage, preferred_language};
pub(crate) use path_id::PathId;
pub(crate) use query::Query;

use crate::error::ApiError;

/// A value that could not be read into its type.
fn malformed<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> ApiError {
    let problem = error.inner().to_string();
    let path = Some(error.path().to_string()).filter(|path| path != "." && path != "?");
    match path.or_else(|| named_in(&problem).map(str::to_owned)) {
        field @ Some(_) => ApiError::Malformed { field, problem },
        None => ApiError::Malformed { field: None, problem: format!("The request is not understood: {problem}.") },
    }
}

/// The field that is missing, unknown or given twice: serde tells it in words only.
fn named_in(problem: &str) -> Option<&str> {
    let quoted = ["missing", "unknown", "duplicate"]
        .into_iter()
        .find_map(|kind| problem.strip_prefix(kind)?.strip_prefix(" field `"))?;
    quoted.split_once('`').map(|(field, _)| field)
}
