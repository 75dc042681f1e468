use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Page, in_line, seat_lines, time_with_zone, total};
use crate::domain::{Language, Seat, Venue};
use crate::storage::{CanceledBy, Letter, LetterNews};

/// What a letter says in English.
pub(super) fn page(letter: &Letter, time_zone: &TimeZone) -> Page {
    let Letter { show, venue, performance, seats, .. } = letter;
    let name = in_line(&show.name);
    let day = date(performance.date);
    let (start, round) = (performance.start_time.strftime("%H:%M"), performance.round);
    let mut facts = vec![
        ("Show", name.clone()),
        ("Venue", in_line(&venue.name)),
        ("Address", in_line(&venue.address)),
        ("Date and time", format!("{day}, {start}")),
        ("Round", round.to_string()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    let money = |amount| show.currency.format(amount);
    let (subject, heading, lead, total_name, notes) = match &letter.news {
        LetterNews::Booked { booking } => {
            facts.push(("Booking", booking.to_string()));
            let until = show.cancellable_until(performance);
            let note = if until > letter.at {
                format!("You can cancel until {}.", instant(until, time_zone))
            } else {
                "These tickets can no longer be cancelled.".to_owned()
            };
            let lead = "Thank you for booking. These seats are yours.".to_owned();
            ("Booked", "Your seats are booked", lead, "Total", vec![note])
        }
        LetterNews::Canceled { booking, by: CanceledBy::Performance, .. } => {
            facts.push(("Booking", booking.to_string()));
            let lead =
                "We are sorry: this performance does not take place. The organiser has cancelled it, and your booking \
                        with it."
                    .to_owned();
            let notes = vec!["You need not do anything.".to_owned(), contact(venue)];
            ("Performance cancelled", "This performance is cancelled", lead, "Total cancelled", notes)
        }
        LetterNews::Moved { booking, from } => {
            facts.push(("Booking", booking.to_string()));
            facts.push(("Instead of", place(from)));
            let lead =
                "The organiser has given you another seat, instead of the one that you had. What you have paid stays \
                        as it is."
                    .to_owned();
            let notes = vec!["Your ticket is valid for this seat only.".to_owned(), contact(venue)];
            ("New seat", "You have another seat", lead, "Paid", notes)
        }
        LetterNews::Canceled { booking, left, by } => {
            facts.push(("Booking", booking.to_string()));
            let (heading, note) = if left.is_empty() {
                ("Your booking is cancelled", "Nothing of this booking is left.".to_owned())
            } else {
                let places: Vec<_> = left.iter().map(place).collect();
                ("Some of your seats are cancelled", format!("Still yours: {}.", places.join("; ")))
            };
            let (lead, notes) = match by {
                CanceledBy::Buyer => ("As you asked, these seats were cancelled.", vec![note]),
                _ => ("The organiser has cancelled these seats.", vec![note, contact(venue)]),
            };
            ("Cancelled", heading, lead.to_owned(), "Total cancelled", notes)
        }
        LetterNews::Offered { entry, until } => {
            let until = instant(*until, time_zone);
            facts.push(("Waitlist entry", entry.to_string()));
            facts.push(("Book before", until.clone()));
            let lead = format!("These seats are kept for you. Until {until}, nobody else can book them.");
            let notes = vec![
                "To take them, log in before then and book your waitlist entry, or exactly these seats: all of them, in \
                 one booking."
                    .to_owned(),
                "If you do not want them, you need not do anything: they are then offered to whoever waits next."
                    .to_owned(),
            ];
            ("Seats for you", "The seats you have waited for", lead, "Total", notes)
        }
    };
    Page {
        language: Language::English.as_str(),
        subject: format!("{subject}: {name}, {day}"),
        heading,
        lead,
        facts,
        seats_title: "Seats",
        seats: seat_lines(seats, place, money),
        total: (total_name, total(seats, money)),
        notes,
        footer: "This mail was sent by a machine; nobody reads answers to it.",
    }
}

/// Whom to ask.
fn contact(venue: &Venue) -> String {
    match in_line(&venue.contact) {
        contact if contact.is_empty() => format!("If you have questions, please ask {}.", in_line(&venue.name)),
        contact => format!("If you have questions, please ask {}: {contact}.", in_line(&venue.name)),
    }
}

fn place(seat: &Seat) -> String {
    let at = &seat.position;
    in_line(&format!("{}, row {}, seat {}", at.sector, at.row, at.label))
}

fn date(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

fn instant(at: Timestamp, time_zone: &TimeZone) -> String {
    let day = date(at.to_zoned(time_zone.clone()).date());
    format!("{day}, {}", time_with_zone(at, time_zone))
}
