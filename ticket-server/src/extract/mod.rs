//! What handlers take from a request. Whatever is malformed is refused here, and names the field.

mod authenticated;
mod json_body;
mod language;
mod path_id;
mod query;
mod serde_words;

pub(crate) use authenticated::Authenticated;
pub(crate) use json_body::{BODY_BYTES_MAX, JsonBody, read_body};
pub(crate) use language::{MessageLanguage, NamedLanguage, TicketLanguage, preferred_language};
pub(crate) use path_id::PathId;
pub(crate) use query::{Query, date};

use serde_words::in_korean;
use ticket_core::Complaint;

use crate::error::ApiError;

/// A value that could not be read into its type.
fn malformed<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> ApiError {
    let problem = error.inner().to_string();
    let korean = in_korean(&problem).unwrap_or_else(|| problem.clone());
    let path = Some(error.path().to_string()).filter(|path| path != "." && path != "?");
    match path.or_else(|| named_in(&problem).map(str::to_owned)) {
        field @ Some(_) => ApiError::Malformed { field, problem: Complaint::new(problem, korean) },
        None => {
            let english = format!("The request is not understood: {problem}.");
            let problem = Complaint::new(english, format!("요청을 해석할 수 없습니다: {korean}."));
            ApiError::Malformed { field: None, problem }
        }
    }
}

fn not_utf8() -> Complaint {
    Complaint::new("is not UTF-8", "UTF-8이 아닙니다")
}

/// The field that is missing, unknown or given twice: serde tells it in words only.
fn named_in(problem: &str) -> Option<&str> {
    let quoted = ["missing", "unknown", "duplicate"]
        .into_iter()
        .find_map(|kind| problem.strip_prefix(kind)?.strip_prefix(" field `"))?;
    quoted.split_once('`').map(|(field, _)| field)
}
