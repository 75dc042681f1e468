//! Values of options that need more than a type.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use ticket_core::domain::Grade;

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

impl std::str::FromStr for When {
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

impl<const WORD: usize> std::str::FromStr for WhenOr<WORD> {
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
