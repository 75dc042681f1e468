//! Dates and times for people.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use ticket_core::api::LayoutHeader;

use crate::lang::{Language, Say};
use crate::zones::Zones;

const WEEKDAYS: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];

/// `토`.
fn weekday(date: Date) -> &'static str {
    usize::try_from(date.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|day| WEEKDAYS.get(day))
        .copied()
        .unwrap_or("")
}

/// `Sat 2 Jan 2027`, `2027.1.2 (토)`.
pub(crate) fn date(date: Date, lang: Language) -> String {
    match lang {
        Language::English => date.strftime("%a %-d %b %Y").to_string(),
        Language::Korean => format!("{} ({})", date.strftime("%Y.%-m.%-d"), weekday(date)),
    }
}

/// `19:00`.
pub(crate) fn time(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// `Sat 2 Jan 2027 19:00 (2)`, `2027.1.2 (토) 19:00 2회`.
pub(crate) fn round(day: Date, start: Time, round: u32, lang: Language) -> String {
    let (date, time) = (date(day, lang), time(start));
    lang.say(format!("{date} {time} ({round})"), format!("{date} {time} {round}회"))
}

/// `2 Jan 2027 19:00`, `2027.1.2 19:00`.
pub(crate) fn short(day: Date, start: Time, lang: Language) -> String {
    format!("{} {}", day.strftime(lang.say("%-d %b %Y", "%Y.%-m.%-d")), time(start))
}

/// The performance of a seat map.
pub(crate) fn performance(header: &LayoutHeader, lang: Language) -> String {
    round(header.date, header.start_time, header.round, lang)
}

/// The same without the year: `Sat 2 Jan 19:00 (2)`, `1.2 (토) 19:00 2회`.
pub(crate) fn this_year(header: &LayoutHeader, lang: Language) -> String {
    let (day, time, round) = (header.date, time(header.start_time), header.round);
    match lang {
        Language::English => format!("{} {time} ({round})", day.strftime("%a %-d %b")),
        Language::Korean => format!("{} ({}) {time} {round}회", day.strftime("%-m.%-d"), weekday(day)),
    }
}

/// `2 Jan – 28 Feb 2027`, `2027.1.2 – 2.28`, or one date when it is only one.
pub(crate) fn span(first: Date, last: Date, lang: Language) -> String {
    let alone = lang.say("%-d %b %Y", "%Y.%-m.%-d");
    if first == last {
        return last.strftime(alone).to_string();
    }
    match lang {
        Language::English => format!("{} – {}", first.strftime("%-d %b"), last.strftime(alone)),
        Language::Korean if first.year() == last.year() => {
            format!("{} – {}", first.strftime(alone), last.strftime("%-m.%-d"))
        }
        Language::Korean => format!("{} – {}", first.strftime(alone), last.strftime(alone)),
    }
}

/// `Sat 2 Jan 10:00`, `1.2 (토) 10:00`, by the clocks of the shop; `Sat 2 Jan 10:00 KST` where that is not the user's time.
pub(crate) fn instant(at: Timestamp, zones: &Zones, lang: Language) -> String {
    let local = zones.local(at);
    let text = match lang {
        Language::English => local.strftime("%a %-d %b %H:%M").to_string(),
        Language::Korean => {
            format!("{} ({}) {}", local.strftime("%-m.%-d"), weekday(local.date()), local.strftime("%H:%M"))
        }
    };
    with_zone(text, at, zones)
}

/// The same without the weekday: `2 Jan 10:00`, `1.2 10:00`.
pub(crate) fn short_instant(at: Timestamp, zones: &Zones, lang: Language) -> String {
    with_zone(zones.local(at).strftime(lang.say("%-d %b %H:%M", "%-m.%-d %H:%M")).to_string(), at, zones)
}

fn with_zone(text: String, at: Timestamp, zones: &Zones) -> String {
    match zones.name(at) {
        Some(zone) => format!("{text} {zone}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_zone_that_is_not_the_users_is_named() {
        let at: Timestamp = "2026-11-23T01:40:00Z".parse().unwrap();
        let zone = |name| TimeZone::get(name).unwrap();
        let abroad = Zones::of_user(TimeZone::UTC).with_shop(zone("Asia/Seoul"));
        assert_eq!(instant(at, &abroad, Language::English), "Mon 23 Nov 10:40 KST");
        assert_eq!(instant(at, &abroad, Language::Korean), "11.23 (월) 10:40 KST");
        // What counts is the time, not the name.
        let at_home = Zones::of_user(zone("Asia/Tokyo")).with_shop(zone("Asia/Seoul"));
        assert_eq!(instant(at, &at_home, Language::English), "Mon 23 Nov 10:40");
        assert_eq!(instant(at, &Zones::of_user(TimeZone::UTC), Language::English), "Mon 23 Nov 01:40");
    }
}
