//! Writes mails. What is said is in one file per language; how it looks, in one template for HTML and one for text.
//!
//! Nothing that a user has written is in a mail, his name included: anybody can join with an address of somebody else, and
//! must not be able to have us send what he likes to it.

mod english;
mod korean;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::domain::{Language, Seat, sum};
use crate::error::Error;
use crate::storage::Letter;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What the templates show.
#[derive(Debug, Serialize)]
struct Page {
    language: &'static str,
    subject: String,
    heading: &'static str,
    lead: String,
    /// Names and values.
    facts: Vec<(&'static str, String)>,
    seats_title: &'static str,
    seats: Vec<SeatLine>,
    total: (&'static str, String),
    /// What else there is to know or to do.
    notes: Vec<String>,
    footer: &'static str,
}

#[derive(Debug, Serialize)]
struct SeatLine {
    place: String,
    grade: &'static str,
    price: String,
}

/// Writes a letter in the language of its user. Instants are told in this time zone.
pub(super) fn write(letter: &Letter, time_zone: &TimeZone) -> Result<Written, Error> {
    let page = match letter.to.language {
        Language::English => english::page(letter, time_zone),
        Language::Korean => korean::page(letter, time_zone),
    };
    Ok(Written {
        text: render("mail.txt", include_str!("templates/mail.txt"), &page)?,
        html: render("mail.html", include_str!("templates/mail.html"), &page)?,
        subject: page.subject,
    })
}

/// The name of a template says how values in it are escaped: `.html` as HTML, `.txt` not at all.
fn render(name: &str, template: &str, page: &Page) -> Result<String, Error> {
    let render = || {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.render_named_str(name, template, Serde(page))
    };
    render().map_err(|error| Error::Internal { reason: format!("the template {name}: {error:#}") })
}

/// The sum of these seats, for people.
fn total(seats: &[Seat], money: impl Fn(i64) -> String) -> String {
    money(sum(seats.iter().map(|seat| seat.price)))
}

fn seat_lines(seats: &[Seat], place: impl Fn(&Seat) -> String, money: impl Fn(i64) -> String) -> Vec<SeatLine> {
    let line = |seat: &Seat| SeatLine { place: place(seat), grade: seat.grade.as_str(), price: money(seat.price) };
    seats.iter().map(line).collect()
}

/// A name as a part of a line: a line break in it must not make another line of a mail, or another header.
fn in_line(name: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let spaced: String = name.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A time of day with its zone, such as `19:30 KST (UTC+09:00)`.
fn time_with_zone(at: Timestamp, time_zone: &TimeZone) -> String {
    at.to_zoned(time_zone.clone()).strftime("%H:%M %Z (UTC%:z)").to_string()
}
