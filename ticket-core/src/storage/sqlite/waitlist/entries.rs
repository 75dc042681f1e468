use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::super::convert::Millis;
use super::super::{bookings, catalog, seats};
use super::join::held_by_others;
use super::{ENTRY_COLUMNS, EntryRow, entry_at, own_row, row_of};
use crate::domain::{
    EntryId, SaleWindow, Seat, SeatState, UserId, WaiterBefore, Waiting, WaitingReason, WaitlistEntry, WaitlistFilter,
    WaitlistState, WantedSeat,
};
use crate::error::Error;

/// One entry of the user; somebody else's is as good as none.
pub(crate) fn by_id(
    connection: &Connection,
    id: EntryId,
    user: UserId,
    now: Timestamp,
) -> Result<WaitlistEntry, Error> {
    complete(connection, &own_row(connection, id, user)?, now)
}

/// One entry, whoever's, with the email of its user.
pub(crate) fn by_id_for_admin(
    connection: &Connection,
    id: EntryId,
    now: Timestamp,
) -> Result<(WaitlistEntry, String), Error> {
    with_email(connection, &row_of(connection, id)?.ok_or(Error::EntryNotFound)?, now)
}

/// A page of the user's entries, newest first, and how many there are in all.
pub(crate) fn of_user(
    connection: &Connection,
    user: UserId,
    (offset, limit): (u64, u64),
    now: Timestamp,
) -> Result<(Vec<WaitlistEntry>, u64), Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS} FROM waitlist_entry WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3"
    ))?;
    let rows: Vec<EntryRow> = statement
        .query_map(params![user, catalog::signed(limit), catalog::signed(offset)], entry_at)?
        .collect::<rusqlite::Result<_>>()?;
    let page = rows.iter().map(|row| complete(connection, row, now)).collect::<Result<_, _>>()?;
    let total = connection
        .prepare_cached("SELECT count(*) FROM waitlist_entry WHERE user_id = ?1")?
        .query_row([user], |row| row.get(0))?;
    Ok((page, total))
}

/// The entries that an admin asks for, in the order of the queue, each with the email of its user.
pub(crate) fn list(
    connection: &Connection,
    filter: &WaitlistFilter,
    now: Timestamp,
) -> Result<Vec<(WaitlistEntry, String)>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {ENTRY_COLUMNS} FROM waitlist_entry
         WHERE (?1 IS NULL OR performance_id = ?1) AND (?2 IS NULL OR state = ?2) ORDER BY id LIMIT ?3"
    ))?;
    let rows: Vec<EntryRow> = statement
        .query_map(params![filter.performance, filter.state, filter.limit], entry_at)?
        .collect::<rusqlite::Result<_>>()?;
    rows.iter().map(|row| with_email(connection, row, now)).collect()
}

/// Who still waits, has joined before this entry, and wants a seat of the same.
pub(crate) fn before(connection: &Connection, id: EntryId) -> Result<Vec<WaiterBefore>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT other.entry_id, user.email, waitlist_entry.seat_count, other.seat_id
         FROM waitlist_seat AS mine
         JOIN waitlist_seat AS other
           ON other.seat_id = mine.seat_id AND other.status = 'WANTED' AND other.entry_id < mine.entry_id
         JOIN waitlist_entry ON waitlist_entry.id = other.entry_id JOIN user ON user.id = waitlist_entry.user_id
         WHERE mine.entry_id = ?1 AND mine.status = 'WANTED' ORDER BY other.entry_id, mine.preference",
    )?;
    let mut waiters: Vec<WaiterBefore> = Vec::new();
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        match waiters.last_mut().filter(|waiter| waiter.id == id) {
            Some(waiter) => waiter.shared.push(row.get(3)?),
            None => waiters.push(WaiterBefore {
                id,
                email: row.get(1)?,
                seat_count: row.get(2)?,
                shared: vec![row.get(3)?],
            }),
        }
    }
    Ok(waiters)
}

fn with_email(connection: &Connection, row: &EntryRow, now: Timestamp) -> Result<(WaitlistEntry, String), Error> {
    let email =
        connection.prepare_cached("SELECT email FROM user WHERE id = ?1")?.query_row([row.user], |user| user.get(0))?;
    Ok((complete(connection, row, now)?, email))
}

fn complete(connection: &Connection, row: &EntryRow, now: Timestamp) -> Result<WaitlistEntry, Error> {
    let (performance, show, _) = catalog::performance(connection, row.performance)?;
    let mut entry = WaitlistEntry {
        id: row.id,
        user: row.user,
        show,
        performance,
        seat_count: row.seat_count,
        seats: wanted_seats(connection, row.id)?,
        state: row.state,
        created_at: row.created_at,
        offer: row.offer,
        ended_at: row.ended_at,
        booking: row.booking,
        passed_over_at: passed_over_at(connection, row.id)?,
        waiting: None,
    };
    if entry.state == WaitlistState::Waiting {
        let position = position(connection, entry.id)?;
        entry.waiting = Some(Waiting { position, reason: reason(connection, &entry, now)? });
        mind_held(connection, &mut entry, now)?;
    }
    Ok(entry)
}

fn wanted_seats(connection: &Connection, id: EntryId) -> Result<Vec<WantedSeat>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, waitlist_seat.status IN ('OFFERED', 'WAS_OFFERED')
         FROM waitlist_seat JOIN seat ON seat.id = waitlist_seat.seat_id
         WHERE waitlist_seat.entry_id = ?1 ORDER BY waitlist_seat.preference",
        seats::SEAT_COLUMNS
    ))?;
    let seats =
        statement.query_map([id], |row| Ok(WantedSeat { seat: seats::seat_at(row, 0)?, is_offered: row.get(13)? }))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

fn passed_over_at(connection: &Connection, id: EntryId) -> Result<Option<Timestamp>, Error> {
    Ok(connection
        .prepare_cached("SELECT max(at) FROM waitlist_passed_over WHERE entry_id = ?1")?
        .query_row([id], |row| Ok(row.get::<_, Option<Millis>>(0)?.map(|at| at.0)))?)
}

fn position(connection: &Connection, id: EntryId) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 + count(DISTINCT other.entry_id) FROM waitlist_seat AS mine
             JOIN waitlist_seat AS other
               ON other.seat_id = mine.seat_id AND other.status = 'WANTED' AND other.entry_id < mine.entry_id
             WHERE mine.entry_id = ?1",
        )?
        .query_row([id], |row| row.get(0))?)
}

/// What stands between a waiting entry and an offer.
fn reason(connection: &Connection, entry: &WaitlistEntry, now: Timestamp) -> Result<WaitingReason, Error> {
    let needed = entry.seat_count as usize;
    let count = |states: &[SeatState]| entry.seats.iter().filter(|wanted| states.contains(&wanted.seat.state)).count();
    Ok(if matches!(SaleWindow::of(&entry.performance, now), SaleWindow::Closed { .. } | SaleWindow::Canceled { .. }) {
        WaitingReason::SaleClosed
    } else if count(&[SeatState::Canceled]) >= needed {
        WaitingReason::NextOffer
    } else if entry.passed_over_at.is_some() && would_be_over_limit(connection, entry)? {
        WaitingReason::OverLimit
    } else if count(&[SeatState::Canceled, SeatState::Available]) >= needed {
        WaitingReason::OnSale
    } else if count(&[SeatState::Canceled, SeatState::Available, SeatState::Waiting]) >= needed {
        WaitingReason::OfferedToOthers
    } else {
        WaitingReason::SeatsTaken
    })
}

/// What others hold in the database is not on sale.
fn mind_held(connection: &Connection, entry: &mut WaitlistEntry, now: Timestamp) -> Result<(), Error> {
    let seats: Vec<Seat> = entry.seats.iter().map(|wanted| wanted.seat.clone()).collect();
    let held = held_by_others(connection, &seats, entry.user, now)?;
    entry.mind_held(|seat| held.contains(&seat));
    Ok(())
}

fn would_be_over_limit(connection: &Connection, entry: &WaitlistEntry) -> Result<bool, Error> {
    let owned = bookings::seats_owned_by(connection, entry.performance.id, entry.user)?;
    Ok(owned.len() + entry.seat_count as usize > entry.show.max_seats_per_user as usize)
}
