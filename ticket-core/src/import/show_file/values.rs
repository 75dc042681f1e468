//! Single values and what is allowed for them.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde_spanned::Spanned;

use crate::domain::{ParseError, limits};
use crate::import::error::Fault;

/// A text that says something.
pub(super) fn name(value: &Spanned<String>) -> Result<String, Fault> {
    limits::name(value.get_ref()).map(str::to_owned).map_err(|message| Fault::new(value.span(), message))
}

/// A text that may be left out.
pub(super) fn optional_text(value: Option<&Spanned<String>>) -> Result<String, Fault> {
    let Some(value) = value else { return Ok(String::new()) };
    limits::text(value.get_ref()).map(str::to_owned).map_err(|message| Fault::new(value.span(), message))
}

/// The address of a web page, which may be left out.
pub(super) fn optional_url(value: Option<&Spanned<String>>) -> Result<String, Fault> {
    let Some(value) = value else { return Ok(String::new()) };
    limits::url(value.get_ref()).map(str::to_owned).map_err(|message| Fault::new(value.span(), message))
}

/// One of the domain's named values.
pub(super) fn parsed<T: FromStr<Err = ParseError>>(value: &Spanned<String>) -> Result<T, Fault> {
    value.get_ref().parse().map_err(|error: ParseError| Fault::new(value.span(), error.to_string()))
}

/// A whole number within limits.
pub(super) fn count(value: &Spanned<i64>, allowed: RangeInclusive<u32>) -> Result<u32, Fault> {
    u32::try_from(*value.get_ref())
        .ok()
        .filter(|number| allowed.contains(number))
        .ok_or_else(|| Fault::new(value.span(), limits::out_of_range(value.get_ref(), allowed.start(), allowed.end())))
}

/// A whole number within limits, or what it is when left out.
pub(super) fn count_or(default: u32, value: Option<&Spanned<i64>>, allowed: RangeInclusive<u32>) -> Result<u32, Fault> {
    value.map_or(Ok(default), |value| count(value, allowed))
}

/// A length or an angle within limits.
pub(super) fn measure(value: &Spanned<f64>, allowed: RangeInclusive<f64>) -> Result<f64, Fault> {
    // Not a number is in no range.
    if allowed.contains(value.get_ref()) {
        Ok(*value.get_ref())
    } else {
        let message =
            format!("{:?} is out of range; allowed is {} to {}", value.get_ref(), allowed.start(), allowed.end());
        Err(Fault::new(value.span(), message))
    }
}

/// A length or an angle within limits, or 0 when left out.
pub(super) fn measure_or_zero(value: Option<&Spanned<f64>>, allowed: RangeInclusive<f64>) -> Result<f64, Fault> {
    value.map_or(Ok(0.0), |value| measure(value, allowed))
}
