//! Values of options that need more than a type.

use std::error::Error;
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PathBufValueParser, PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use ticket_core::domain::Grade;
use ticket_core::jobs::Jobs;

/// A parser of one of the values that a type has, in any case. It tells shells and `--help` which there are.
pub(crate) fn one_of<T: FromStr + Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> OneOf<T> {
    OneOf { names: all.iter().map(|value| name(*value).to_ascii_lowercase()).collect(), of: PhantomData }
}

/// A parser of names of jobs, which tells the same.
pub(crate) fn job() -> OneOf<String> {
    OneOf { names: Jobs::default().names().map(str::to_owned).collect(), of: PhantomData }
}

/// See [`one_of`].
#[derive(Debug, Clone)]
pub(crate) struct OneOf<T> {
    names: Vec<String>,
    of: PhantomData<fn() -> T>,
}

impl<T> TypedValueParser for OneOf<T>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        // The type itself says best what is allowed.
        StringValueParser::new().try_map(|text| text.parse::<T>()).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(PossibleValue::new)))
    }
}

/// A parser of the name of a file that is read and written here and there, and so cannot be a pipe.
pub(crate) fn file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path.as_os_str() == "-" { Err("a database is a file; allowed is the name of one") } else { Ok(path) }
    })
}

/// An instant as people write it: in the time zone of the shop, or with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Local(DateTime),
    Instant(Timestamp),
}

impl When {
    /// The instant that is meant.
    pub(crate) fn instant(self, time_zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::Local(at) => time_zone.to_timestamp(at),
            Self::Instant(at) => Ok(at),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(at) = text.parse() {
            return Ok(Self::Instant(at));
        }
        text.parse().map(Self::Local).map_err(|_| {
            "allowed is a date and time, such as 2027-01-02T14:00, or one with its offset, such as \
             2027-01-02T14:00+09:00"
                .to_owned()
        })
    }
}

/// An instant, or a word for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenOr<const WORD: usize> {
    None,
    At(When),
}

/// When a sale begins.
pub(crate) type Opening = WhenOr<0>;
/// When a sale ends.
pub(crate) type Closing = WhenOr<1>;

/// What stands for no instant of its own.
const WORDS: [&str; 2] = ["always", "start"];

impl<const WORD: usize> WhenOr<WORD> {
    /// The instant that is meant, if it is one.
    pub(crate) fn instant(self, time_zone: &TimeZone) -> Result<Option<Timestamp>, jiff::Error> {
        match self {
            Self::None => Ok(None),
            Self::At(when) => when.instant(time_zone).map(Some),
        }
    }
}

impl<const WORD: usize> FromStr for WhenOr<WORD> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == WORDS[WORD] {
            return Ok(Self::None);
        }
        text.parse().map(Self::At).map_err(|error: String| format!("{error}, or `{}`", WORDS[WORD]))
    }
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "allowed is a date such as 2027-01-02".to_owned())
}

pub(crate) fn time(text: &str) -> Result<Time, String> {
    text.parse().map_err(|_| "allowed is a time of day such as 19:30".to_owned())
}

/// A grade and its price, as `R=90000`.
pub(crate) fn price(text: &str) -> Result<(Grade, i64), String> {
    let allowed = "allowed is a grade and its price in the smallest unit of the currency, such as R=90000";
    let (grade, price) = text.split_once('=').ok_or(allowed)?;
    Ok((grade.parse().map_err(|error| format!("{error}"))?, price.parse().map_err(|_| allowed)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_local_or_has_its_offset() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let instant = |text: &str| text.parse::<When>().unwrap().instant(&seoul).unwrap().to_string();
        assert_eq!(instant("2027-01-02T14:00"), "2027-01-02T05:00:00Z");
        assert_eq!(instant("2027-01-02 14:00:30"), "2027-01-02T05:00:30Z");
        assert_eq!(instant("2027-01-02T14:00Z"), "2027-01-02T14:00:00Z");
        assert!("tomorrow".parse::<When>().unwrap_err().contains("2027-01-02T14:00"));
        assert_eq!("always".parse::<Opening>(), Ok(WhenOr::None));
        assert_eq!("start".parse::<Closing>(), Ok(WhenOr::None));
        assert!("always".parse::<Closing>().unwrap_err().ends_with("or `start`"));
    }

    #[test]
    fn a_price_has_its_grade() {
        assert_eq!(price("vip=170000"), Ok((Grade::Vip, 170_000)));
        for bad in ["VIP", "VIP=", "VIP=1.5", "Z=1"] {
            assert!(price(bad).is_err(), "{bad}");
        }
    }
}
