//! Rows that disagree with others, where it can be told which are right.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::convert::Millis;
use super::sales::SaleDay;
use super::{holds, sales};
use crate::doctor::{Damage, Repair};
use crate::domain::{BookingId, HoldToken, SeatId, SeatState, earlier};
use crate::error::Error;

/// Jobs clear holds every few seconds; what ended longer ago has been forgotten.
const SWEEP_TAKES: SignedDuration = SignedDuration::from_mins(1);

/// Something wrong with rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowDamage {
    /// Tickets tell which state the seat has; it has another, or its history ends with another.
    Seat { seat: SeatId, state: SeatState, last: SeatState, right: SeatState, booking: BookingId },
    /// It has no valid ticket any more, and is not cancelled.
    Booking(BookingId),
    /// It is claimed, and not on sale.
    HeldSeat { seat: SeatId, state: SeatState, token: HoldToken },
    /// Holds that have run out.
    EndedHolds(u64),
    /// The tickets of a show that were sold on a day and are valid; another number was counted.
    SaleDay(SaleDay),
}

impl RowDamage {
    /// How the findings that this explains begin.
    pub(crate) fn subject(&self) -> String {
        match self {
            Self::Seat { seat, .. } => format!("seat {seat} is "),
            Self::Booking(booking) => format!("booking {booking} is "),
            Self::HeldSeat { seat, .. } => format!("seat {seat} is held and "),
            Self::EndedHolds(_) => "holds that have ended".into(),
            Self::SaleDay(day) => day.problem(),
        }
    }

    fn into_repair(self) -> Repair {
        let (invariant, problem, action) = match &self {
            Self::Seat { seat, state, last, right: right @ SeatState::Booked, booking } => (
                4,
                format!(
                    "seat {seat} is {state}, its history ends with {last}, and booking {booking} has a valid ticket for it"
                ),
                format!("make it {right}"),
            ),
            Self::Seat { seat, state, right, booking, .. } => (
                4,
                format!("seat {seat} is {state}, and its ticket of booking {booking} is cancelled"),
                format!("make it {right}, so that it is put on sale again"),
            ),
            Self::Booking(booking) => (
                3,
                format!("booking {booking} is BOOKED, and all its tickets are cancelled"),
                "make it CANCELED".into(),
            ),
            Self::HeldSeat { seat, state, .. } => {
                (12, format!("seat {seat} is held and {state} at once"), "take it out of the hold".into())
            }
            Self::EndedHolds(count) => {
                (11, format!("{count} seats are still claimed by holds that have ended"), "clear them".into())
            }
            Self::SaleDay(day) => (16, day.problem(), format!("count {}", day.tickets)),
        };
        Repair { invariant, problem, action, damage: Damage::Row(self) }
    }
}

/// What can be repaired.
pub(super) fn diagnose(connection: &Connection, time_zone: &TimeZone, now: Timestamp) -> Result<Vec<Repair>, Error> {
    let mut damages = wrong_seats(connection, None)?;
    damages.extend(empty_bookings(connection)?);
    damages.extend(held_seats(connection, now)?);
    damages.extend(ended_holds(connection, now)?);
    damages.extend(sales::miscounted(connection, time_zone)?.into_iter().map(RowDamage::SaleDay));
    Ok(damages.into_iter().map(RowDamage::into_repair).collect())
}

/// Repairs what is still as it was found. `false` when it is not.
pub(super) fn repair(
    connection: &Connection,
    damage: &RowDamage,
    time_zone: &TimeZone,
    now: Timestamp,
) -> Result<bool, Error> {
    match damage {
        RowDamage::Seat { seat, right, booking, .. } => {
            if !wrong_seats(connection, Some(*seat))?.contains(damage) {
                return Ok(false);
            }
            connection.prepare_cached("UPDATE seat SET state = ?2 WHERE id = ?1")?.execute(params![seat, right])?;
            // Even if the history is right: seat maps follow it.
            connection
                .prepare_cached(
                    "INSERT INTO seat_history (performance_id, seat_id, state, at, booking_id)
                     SELECT performance_id, id, state, ?2, ?3 FROM seat WHERE id = ?1",
                )?
                .execute(params![seat, Millis(now), booking])?;
            Ok(true)
        }
        RowDamage::Booking(booking) => {
            if !empty_bookings(connection)?.contains(damage) {
                return Ok(false);
            }
            connection.prepare_cached("UPDATE booking SET state = 'CANCELED' WHERE id = ?1")?.execute([booking])?;
            Ok(true)
        }
        RowDamage::HeldSeat { seat, token, .. } => {
            if !held_seats(connection, now)?.contains(damage) {
                return Ok(false);
            }
            holds::drop_claim(connection, *seat, *token, now)?;
            Ok(true)
        }
        RowDamage::SaleDay(day) => {
            let is_so = sales::miscounted(connection, time_zone)?.contains(day);
            if is_so {
                sales::correct(connection, day)?;
            }
            Ok(is_so)
        }
        RowDamage::EndedHolds(_) => Ok(holds::sweep(connection, now, crate::holds::remembered_since(now))? > 0),
    }
}

/// A valid ticket says that the seat is sold; a cancelled one of the booking that its history names last, that it was. Of a
/// blocked seat, and of one without such a ticket, nothing can be told.
fn wrong_seats(connection: &Connection, only: Option<SeatId>) -> Result<Vec<RowDamage>, Error> {
    let mut statement = connection.prepare_cached(
        "WITH known AS (
             SELECT seat.id, seat.performance_id, seat.state, last.booking_id,
                    coalesce(last.state, 'AVAILABLE') AS last,
                    (SELECT count(*) FROM ticket WHERE seat_id = seat.id AND state = 'BOOKED') AS valid
             FROM seat LEFT JOIN seat_history AS last
                 ON last.id = (SELECT max(id) FROM seat_history WHERE seat_id = seat.id)
             WHERE seat.is_seat = 1 AND (?1 IS NULL OR seat.id = ?1))
         SELECT known.id, known.state, known.last, 'BOOKED', ticket.booking_id
         FROM known JOIN ticket ON ticket.seat_id = known.id AND ticket.state = 'BOOKED'
         JOIN booking ON booking.id = ticket.booking_id
         WHERE known.valid = 1 AND booking.state = 'BOOKED' AND known.state IN ('AVAILABLE', 'CANCELED', 'BOOKED')
           AND (known.performance_id, known.performance_id) = (ticket.performance_id, booking.performance_id)
           AND (known.state <> 'BOOKED' OR known.last <> 'BOOKED')
         UNION ALL
         SELECT known.id, known.state, known.last, 'CANCELED', known.booking_id
         FROM known
         WHERE known.valid = 0 AND known.state = 'BOOKED' AND EXISTS (
             SELECT 1 FROM ticket WHERE seat_id = known.id AND booking_id = known.booking_id AND state = 'CANCELED')
         ORDER BY 1",
    )?;
    let damages = statement.query_map([only], |row: &Row<'_>| {
        Ok(RowDamage::Seat {
            seat: row.get(0)?,
            state: row.get(1)?,
            last: row.get(2)?,
            right: row.get(3)?,
            booking: row.get(4)?,
        })
    })?;
    Ok(damages.collect::<rusqlite::Result<_>>()?)
}

/// A booking is cancelled with its last ticket.
fn empty_bookings(connection: &Connection) -> Result<Vec<RowDamage>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM booking WHERE state = 'BOOKED' AND EXISTS (SELECT 1 FROM ticket WHERE booking_id = booking.id)
           AND NOT EXISTS (SELECT 1 FROM ticket WHERE booking_id = booking.id AND state = 'BOOKED')",
    )?;
    let damages = statement.query_map([], |row| Ok(RowDamage::Booking(row.get(0)?)))?;
    Ok(damages.collect::<rusqlite::Result<_>>()?)
}

fn held_seats(connection: &Connection, now: Timestamp) -> Result<Vec<RowDamage>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT seat.id, seat.state, hold_seat.token FROM hold_seat JOIN seat ON seat.id = hold_seat.seat_id
         WHERE seat.state <> 'AVAILABLE' AND hold_seat.expires_at > ?1",
    )?;
    let damages = statement.query_map([Millis(now)], |row| {
        Ok(RowDamage::HeldSeat { seat: row.get(0)?, state: row.get(1)?, token: row.get(2)? })
    })?;
    Ok(damages.collect::<rusqlite::Result<_>>()?)
}

fn ended_holds(connection: &Connection, now: Timestamp) -> Result<Option<RowDamage>, Error> {
    let before = earlier(now, SWEEP_TAKES);
    let count: u64 = connection
        .prepare_cached("SELECT count(*) FROM hold_seat WHERE expires_at <= ?1")?
        .query_row([Millis(before)], |row| row.get(0))?;
    Ok((count > 0).then_some(RowDamage::EndedHolds(count)))
}
