use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize as _, Deserializer};
use ticket_core::Complaint;
use ticket_core::domain::Language;

use super::{malformed, not_utf8};
use crate::error::ApiError;

/// The parameters behind the `?` of a request.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    check_utf8(query)?;
    let pairs = form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let mut refusal = malformed(&error);
        if let ApiError::Malformed { field: Some(field), problem } = &mut refusal
            && let Some((_, value)) = pairs.into_iter().find(|(name, _)| name == field)
        {
            *problem = Complaint::new(
                format!("is {value:?}: {problem}"),
                format!("{value:?}입니다: {}", problem.message(Language::Korean)),
            );
        }
        refusal
    })
}

/// The parser would replace what is no UTF-8, and so look for something that nobody asked for.
fn check_utf8(query: &str) -> Result<(), ApiError> {
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if percent_decode_str(name).decode_utf8().is_err() || percent_decode_str(value).decode_utf8().is_err() {
            return Err(ApiError::malformed(name, not_utf8()));
        }
    }
    Ok(())
}

/// A date as `2027-03-01`, and in no other of the ways of ISO 8601.
pub(crate) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_plain = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    if is_plain { text.parse().map_err(D::Error::custom) } else { Err(D::Error::custom(NOT_PLAIN)) }
}

pub(super) const NOT_PLAIN: &str = "it must be a date such as 2027-03-01";

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Round {
        #[serde(deserialize_with = "date")]
        date: Date,
        round: u32,
    }

    #[test]
    fn names_the_field_and_its_value() {
        let good = Round { date: jiff::civil::date(2027, 1, 2), round: 1 };
        assert_eq!(parse::<Round>("date=2027-01-02&round=1&utm_source=mail").unwrap(), good);
        for (query, field, words) in [
            ("", "date", "missing field"),
            ("date=2027-01-02", "round", "missing field"),
            ("date=2027-01-02&round=-1", "round", "is \"-1\""),
            ("date=2027-01-02&round=99999999999999999999", "round", "too large"),
            ("date=2027-02-30&round=1", "date", "is \"2027-02-30\""),
            ("date=2027-01-02&round=1&round=2", "round", "duplicate field"),
            ("date=%ff&round=1", "date", "is not UTF-8"),
            ("date=20270102&round=1", "date", "such as 2027-03-01"),
            ("date=2027-01-02T00:00&round=1", "date", "such as 2027-03-01"),
            ("date=2027-1-2&round=1", "date", "such as 2027-03-01"),
            ("date=%2B02027-01&round=1", "date", "is \"+02027-01\""),
            ("date=&round=1", "date", "such as 2027-03-01"),
        ] {
            let Err(ApiError::Malformed { field: found, problem }) = parse::<Round>(query) else {
                panic!("{query:?} was taken")
            };
            assert_eq!(found.as_deref(), Some(field), "{query:?}: {problem}");
            assert!(problem.to_string().contains(words), "{query:?}: {problem}");
        }
    }
}
