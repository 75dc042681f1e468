//! Dates and times for people.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use ticket_core::api::LayoutHeader;

/// `Sat 2 Jan 2027`.
pub(super) fn date(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
}

/// `19:00`.
pub(super) fn time(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// `Sat 2 Jan 2027 19:00 (2)`.
pub(super) fn round(day: Date, start: Time, round: u32) -> String {
    format!("{} {} ({round})", date(day), time(start))
}

/// `2 Jan 2027 19:00`.
pub(super) fn short(day: Date, start: Time) -> String {
    format!("{} {}", day.strftime("%-d %b %Y"), time(start))
}

/// The performance of a seat map.
pub(super) fn performance(header: &LayoutHeader) -> String {
    round(header.date, header.start_time, header.round)
}

/// `2 Jan – 28 Feb 2027`, or one date when it is only one.
pub(super) fn span(first: Date, last: Date) -> String {
    let end = last.strftime("%-d %b %Y").to_string();
    if first == last { end } else { format!("{} – {end}", first.strftime("%-d %b")) }
}

/// `Sat 2 Jan 10:00` in the user's time zone.
pub(super) fn instant(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%a %-d %b %H:%M").to_string()
}
