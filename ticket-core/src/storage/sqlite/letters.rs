//! What mails tell, as it is known when they are sent.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::Millis;
use super::outbox::{CanceledBy, LeasedMail, MailSubject};
use super::{accounts, bookings, catalog, moves, waitlist};
use crate::domain::{Booking, BookingId, EntryId, Performance, PerformanceId, Seat, Show, User, Venue};
use crate::error::Error;

/// Everything that a mail tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Letter {
    pub(crate) to: User,
    pub(crate) show: Show,
    pub(crate) venue: Venue,
    pub(crate) performance: Performance,
    /// The seats that it is about, with their prices.
    pub(crate) seats: Vec<Seat>,
    pub(crate) news: LetterNews,
    /// When that happened.
    pub(crate) at: Timestamp,
}

/// What has happened to the seats of a letter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LetterNews {
    Booked {
        booking: BookingId,
    },
    Canceled {
        booking: BookingId,
        /// What the user still has of the booking.
        left: Vec<Seat>,
        by: CanceledBy,
    },
    /// The ticket is for the one seat of the letter now.
    Moved {
        booking: BookingId,
        from: Box<Seat>,
    },
    Offered {
        entry: EntryId,
        until: Timestamp,
    },
}

/// What this mail tells; none when it is about an offer that is over.
pub(super) fn of(connection: &Connection, mail: &LeasedMail, now: Timestamp) -> Result<Option<Letter>, Error> {
    match &mail.subject {
        MailSubject::Booked(booking) => {
            let booking = bookings::by_id(connection, *booking, mail.user)?;
            // All of them: those that he has cancelled since are told of by another mail.
            let seats = booking.tickets.iter().map(|ticket| ticket.seat.clone()).collect();
            let news = LetterNews::Booked { booking: booking.id };
            about(connection, mail, booking, seats, news).map(Some)
        }
        MailSubject::Canceled(booking, tickets, by) => {
            let booking = bookings::by_id(connection, *booking, mail.user)?;
            let canceled = booking.tickets.iter().filter(|ticket| tickets.contains(&ticket.id));
            let seats = canceled.map(|ticket| ticket.seat.clone()).collect();
            let left = booking.valid_tickets().map(|ticket| ticket.seat.clone()).collect();
            let news = LetterNews::Canceled { booking: booking.id, left, by: *by };
            about(connection, mail, booking, seats, news).map(Some)
        }
        MailSubject::Moved(booking, id) => {
            let booking = bookings::by_id(connection, *booking, mail.user)?;
            let (from, to) = moves::seats_of(connection, *id)?;
            let news = LetterNews::Moved { booking: booking.id, from: Box::new(from) };
            about(connection, mail, booking, vec![to], news).map(Some)
        }
        MailSubject::Offered(entry) => offered(connection, mail, *entry, now),
    }
}

fn about(
    connection: &Connection,
    mail: &LeasedMail,
    booking: Booking,
    seats: Vec<Seat>,
    news: LetterNews,
) -> Result<Letter, Error> {
    let to = accounts::by_id(connection, mail.user)?;
    let Booking { show, venue, performance, .. } = booking;
    Ok(Letter { to, show, venue, performance, seats, news, at: mail.created_at })
}

fn offered(
    connection: &Connection,
    mail: &LeasedMail,
    entry: EntryId,
    now: Timestamp,
) -> Result<Option<Letter>, Error> {
    let live: Option<(PerformanceId, Millis)> = connection
        .prepare_cached(
            "SELECT performance_id, deadline FROM waitlist_entry
             WHERE id = ?1 AND state = 'ACTIVATION' AND deadline > ?2",
        )?
        .query_row(params![entry, Millis(now)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((performance, until)) = live else { return Ok(None) };
    let (performance, show, venue) = catalog::performance(connection, performance)?;
    let mut seats = waitlist::offered_seats(connection, entry)?;
    seats.sort_by_key(|seat| seat.id);
    let to = accounts::by_id(connection, mail.user)?;
    let news = LetterNews::Offered { entry, until: until.0 };
    Ok(Some(Letter { to, show, venue, performance, seats, news, at: mail.created_at }))
}
