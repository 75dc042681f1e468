use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::bookings;
use super::super::convert::Millis;
use super::super::writer::Transaction;
use super::{check_deadline, expired, forget_wishes, not_waiting, offered_seats, own_row};
use crate::domain::{Booking, EntryId, SeatId, SeatState, UserId, WaitlistState};
use crate::error::Error;

/// Books what is offered to an entry. Again for the same entry, it answers the same booking.
///
/// It asks for the deadline, whether there is a performance, and nothing else. The seats have counted towards the user's
/// limit ever since they were offered, and the deadline is not later than the end of the sale was then.
pub(crate) fn book(connection: &Transaction, id: EntryId, user: UserId, now: Timestamp) -> Result<Booking, Error> {
    let row = own_row(connection, id, user)?;
    match (row.state, row.booking) {
        (WaitlistState::Fin, Some(booking)) => return bookings::by_id(connection, booking, user),
        (WaitlistState::Activation, _) => check_deadline(&row, now)?,
        (WaitlistState::Expired, _) => return Err(expired(&row)),
        (state, _) => return Err(Error::NothingOffered { state }),
    }
    let mut seats = offered_seats(connection, id)?;
    seats.sort_by_key(|seat| seat.id);
    let of = connection.performance(row.performance)?;
    of.0.check_not_canceled()?;
    let booking =
        bookings::sell(connection, (user, None), of, (seats, SeatState::Waiting), now).map_err(
            |error| match error {
                Error::SeatsTaken { seats } => not_waiting(&seats, id),
                error => error,
            },
        )?;
    connection
        .prepare_cached("UPDATE waitlist_entry SET state = 'FIN', ended_at = ?2, booking_id = ?3 WHERE id = ?1")?
        .execute(params![id, Millis(now), booking.id])?;
    forget_wishes(connection, id)?;
    Ok(booking)
}

/// The entry to which exactly these seats are offered, in whatever order; `None` when the user has no offer of any of them.
pub(crate) fn offer_on(
    connection: &Connection,
    seats: &[SeatId],
    user: UserId,
    now: Timestamp,
) -> Result<Option<EntryId>, Error> {
    for seat in seats {
        let Some((entry, deadline)) = offer_of_seat(connection, *seat, user)? else { continue };
        let offered: Vec<SeatId> = offered_seats(connection, entry)?.iter().map(|seat| seat.id).collect();
        if offered.len() == seats.len() && offered.iter().all(|seat| seats.contains(seat)) {
            return Ok(Some(entry));
        }
        if now < deadline {
            return Err(Error::NotTheOffer { seats: offered });
        }
    }
    Ok(None)
}

fn offer_of_seat(connection: &Connection, seat: SeatId, user: UserId) -> Result<Option<(EntryId, Timestamp)>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT waitlist_entry.id, waitlist_entry.deadline FROM waitlist_seat
             JOIN waitlist_entry ON waitlist_entry.id = waitlist_seat.entry_id
             WHERE waitlist_seat.seat_id = ?1 AND waitlist_seat.status = 'OFFERED' AND waitlist_entry.user_id = ?2",
        )?
        .query_row(params![seat, user], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))
        .optional()?)
}
