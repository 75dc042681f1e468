//! Whether a value is within its limits.

use std::fmt::Display;
use std::ops::RangeInclusive;

use jiff::civil::Time;

use super::{CANCEL_UNTIL_HOURS, INTERMISSION_MINUTES, RUNNING_MINUTES, SEATS_PER_USER, TEXT_CHARACTERS_MAX};
use crate::domain::{NewShow, Show, ShowPlan, Venue, VenuePlan};
use crate::printable::is_printable;

/// A value that is not what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The field, as it is called on the wire.
    pub(crate) field: &'static str,
    /// The value, and what is allowed.
    pub(crate) problem: String,
}

/// A value of this field, or what is wrong with it.
pub(crate) fn of<T>(field: &'static str, value: Result<T, String>) -> Result<T, Breach> {
    value.map_err(|problem| Breach { field, problem })
}

/// A number within limits, or what is wrong with it.
pub(crate) fn number<T: PartialOrd + Display + Copy>(value: T, allowed: &RangeInclusive<T>) -> Result<T, String> {
    if allowed.contains(&value) { Ok(value) } else { Err(out_of_range(value, allowed.start(), allowed.end())) }
}

/// Said of a value that is not within limits.
pub(crate) fn out_of_range(value: impl Display, least: impl Display, most: impl Display) -> String {
    format!("{value} is out of range; allowed is {least} to {most}")
}

/// A text without the white space around it, or what is wrong with it.
pub(crate) fn text(text: &str) -> Result<&str, String> {
    let trimmed = text.trim();
    if trimmed.chars().any(char::is_control) {
        return Err(format!("{trimmed:?} has a control character or a line break"));
    }
    if !trimmed.chars().all(is_printable) {
        return Err(format!("{trimmed:?} has an override of the direction of writing"));
    }
    let chars = trimmed.chars().count();
    if chars > TEXT_CHARACTERS_MAX {
        return Err(format!("is {chars} characters long; allowed are {TEXT_CHARACTERS_MAX}"));
    }
    Ok(trimmed)
}

/// The same for a text that must say something.
pub(crate) fn name(given: &str) -> Result<&str, String> {
    let name = text(given)?;
    if name.is_empty() { Err("must not be empty".to_owned()) } else { Ok(name) }
}

/// The address of a web page, or nothing. It becomes a link, so it must not be a script.
pub(crate) fn url(given: &str) -> Result<&str, String> {
    let url = text(given)?;
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && url[scheme.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !url.contains(char::is_whitespace)
    });
    if url.is_empty() || is_web {
        Ok(url)
    } else {
        Err(format!("{url:?} is no address of a web page; allowed is one that begins with https:// or http://"))
    }
}

/// A time of day that the database can tell, which counts milliseconds.
pub(crate) fn time(time: Time) -> Result<Time, String> {
    if time.subsec_nanosecond() % 1_000_000 == 0 {
        Ok(time)
    } else {
        Err(format!("{time} is too fine; allowed are whole milliseconds"))
    }
}

/// What is said of a show, whoever says it: takes away the white space around its texts.
macro_rules! checked_shows {
    ($($show:ty),+) => { $(
        impl $show {
            pub(crate) fn check_values(&mut self) -> Result<(), Breach> {
                self.name = of("name", name(&self.name))?.to_owned();
                of("runningMinutes", number(self.running_minutes, &RUNNING_MINUTES))?;
                of("intermissionMinutes", number(self.intermission_minutes, &INTERMISSION_MINUTES))?;
                self.age_limit = of("ageLimit", text(&self.age_limit))?.to_owned();
                of("maxSeatsPerUser", number(self.max_seats_per_user, &SEATS_PER_USER))?;
                of("cancelUntilHours", number(self.cancel_until_hours, &CANCEL_UNTIL_HOURS))?;
                Ok(())
            }
        }
    )+ };
}

checked_shows!(NewShow, Show, ShowPlan);

/// The same for a venue.
macro_rules! checked_venues {
    ($($venue:ty),+) => { $(
        impl $venue {
            pub(crate) fn check_values(&mut self) -> Result<(), Breach> {
                self.name = of("name", name(&self.name))?.to_owned();
                self.contact = of("contact", text(&self.contact))?.to_owned();
                self.address = of("address", text(&self.address))?.to_owned();
                self.url = of("url", url(&self.url))?.to_owned();
                Ok(())
            }
        }
    )+ };
}

checked_venues!(Venue, VenuePlan);

#[cfg(test)]
mod tests {
    use super::super::{PRICE, SEATS_MAX};
    use super::*;

    #[test]
    fn numbers_name_themselves_and_what_is_allowed() {
        assert_eq!(number(1_440, &RUNNING_MINUTES), Ok(1_440));
        assert_eq!(number(0, &RUNNING_MINUTES), Err("0 is out of range; allowed is 1 to 1440".to_owned()));
        let price = number(i64::MAX, &PRICE).unwrap_err();
        assert_eq!(price, "9223372036854775807 is out of range; allowed is 0 to 1000000000000");
        assert!(number(f64::NAN, &(0.0..=1.0)).is_err());
    }

    #[test]
    fn texts_fit_into_a_line() {
        assert_eq!(text("  Opera "), Ok("Opera"));
        assert_eq!(text(""), Ok(""));
        assert!(name(" ").is_err());
        for bad in ["a\u{1b}[31mX", "l1\nl2", &"x".repeat(201)] {
            assert!(text(bad).is_err(), "{bad}");
        }
        assert!(text(&"좌".repeat(200)).is_ok());
    }

    #[test]
    fn an_address_is_one_of_the_web() {
        for good in ["", "https://opera.example", " HTTP://x/y?z ", "http://[::1]/", "https://예시.한국/"] {
            assert!(url(good).is_ok(), "{good}");
        }
        for bad in ["javascript:alert(1)", "opera.example", "https://", "https:///x", "http://a b", "ftp://x"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }

    /// A sum of prices is far from where integers end.
    #[test]
    fn the_highest_price_can_be_summed_up() {
        let most = i64::try_from(SEATS_MAX).unwrap();
        assert!(PRICE.end().checked_mul(most).is_some());
    }
}
