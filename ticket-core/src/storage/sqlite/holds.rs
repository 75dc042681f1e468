//! Holds that live in the database.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::Millis;
use crate::domain::{Claim, Hold, HoldId, HoldToken, PerformanceId, SeatId, UserId};
use crate::error::Error;
use crate::holds::Acquired;

/// Claims every seat, or none. The same id again is a success. Seats that the user holds already move over from their
/// hold and bring its clock along, so that holding again wins no time.
pub(super) fn acquire(connection: &Connection, claim: &Claim, now: Timestamp) -> Result<Acquired, Error> {
    match live(connection, claim.id, claim.user, now) {
        Err(Error::HoldNotFound) => {}
        known => return acquired(connection, known?, Vec::new(), now),
    }
    check_free(connection, claim, now)?;
    let mut hold = Hold {
        id: claim.id,
        user: claim.user,
        seats: claim.seats.clone(),
        expires_at: claim.expires_at,
        extendable_until: claim.extendable_until,
    };
    hold.seats.sort_unstable();
    let former = take_over(connection, claim, now)?;
    for former in &former {
        hold.expires_at = hold.expires_at.min(former.expires_at);
        hold.extendable_until = hold.extendable_until.min(former.extendable_until);
    }
    connection
        .prepare_cached(
            "INSERT INTO hold (token, performance_id, user_id, expires_at, extendable_until) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            hold.id.token,
            hold.id.performance,
            hold.user,
            Millis(hold.expires_at),
            Millis(hold.extendable_until)
        ])?;
    claim_seats(connection, &hold, &claim.seats, now)?;
    check_limit(connection, claim, now)?;
    acquired(connection, hold, former, now)
}

/// Adds and drops seats, all or nothing; the clock stays, unless a seat comes from another hold of the user that ends
/// sooner. A hold that has lost its last seat has ended.
pub(super) fn change(
    connection: &Connection,
    claim: &Claim,
    remove: &[SeatId],
    now: Timestamp,
) -> Result<Acquired, Error> {
    let hold = live(connection, claim.id, claim.user, now)?;
    check_free(connection, claim, now)?;
    // What is not in the hold any more need not be dropped.
    for seat in remove.iter().filter(|seat| hold.seats.contains(seat)) {
        let_go(connection, &hold, *seat, now)?;
    }
    let former = take_over(connection, claim, now)?;
    let added: Vec<SeatId> = claim.seats.iter().copied().filter(|seat| !hold.seats.contains(seat)).collect();
    claim_seats(connection, &hold, &added, now)?;
    check_limit(connection, claim, now)?;
    end_if_empty(connection, hold.id.token)?;
    let hold = Hold { seats: seats_of(connection, hold.id.token)?, ..hold };
    let expires_at = former.iter().map(|hold| hold.expires_at).fold(hold.expires_at, Timestamp::min);
    let extendable_until = former.iter().map(|hold| hold.extendable_until).fold(hold.extendable_until, Timestamp::min);
    connection
        .prepare_cached("UPDATE hold SET extendable_until = ?2 WHERE token = ?1")?
        .execute(params![hold.id.token, Millis(extendable_until)])?;
    let hold = Hold { extendable_until, ..hold };
    let hold = if expires_at < hold.expires_at { end_at(connection, hold, expires_at, now)? } else { hold };
    acquired(connection, hold, former, now)
}

/// Starts the clock anew, up to the cap; never shortens it.
pub(super) fn extend(
    connection: &Connection,
    id: HoldId,
    user: UserId,
    until: Timestamp,
    now: Timestamp,
) -> Result<Hold, Error> {
    let hold = live(connection, id, user, now)?;
    let expires_at = until.min(hold.extendable_until).max(hold.expires_at);
    end_at(connection, hold, expires_at, now)
}

/// Moves the end of a hold and of its claims.
fn end_at(connection: &Connection, hold: Hold, expires_at: Timestamp, now: Timestamp) -> Result<Hold, Error> {
    for table in ["hold", "hold_seat"] {
        connection
            .prepare_cached(&format!("UPDATE {table} SET expires_at = ?2 WHERE token = ?1"))?
            .execute(params![hold.id.token, Millis(expires_at)])?;
    }
    for seat in &hold.seats {
        record(connection, hold.id.performance, *seat, Some(expires_at), now)?;
    }
    Ok(Hold { expires_at, ..hold })
}

/// Lets every seat of a live hold go.
pub(super) fn release(connection: &Connection, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error> {
    let hold = live(connection, id, user, now)?;
    end(connection, &hold, now)
}

/// Gives a hold seats back that another one of the user has taken over from it. It ended when it lost its last seat, and
/// begins anew with the clock that it had.
pub(super) fn give_back(connection: &Connection, from: HoldId, to: &Hold, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO hold (token, performance_id, user_id, expires_at, extendable_until) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (token) DO NOTHING",
        )?
        .execute(params![to.id.token, to.id.performance, to.user, Millis(to.expires_at), Millis(to.extendable_until)])?;
    for seat in &to.seats {
        // It may have been extended meanwhile.
        let expires_at: Option<Millis> = connection
            .prepare_cached(
                "UPDATE hold_seat SET token = ?3, expires_at = (SELECT expires_at FROM hold WHERE token = ?3)
                 WHERE seat_id = ?1 AND token = ?2 RETURNING expires_at",
            )?
            .query_row(params![seat, from.token, to.id.token], |row| row.get(0))
            .optional()?;
        if let Some(expires_at) = expires_at {
            record(connection, to.id.performance, *seat, Some(expires_at.0), now)?;
        }
    }
    end_if_empty(connection, to.id.token)
}

/// Ends a hold whose seats were sold or given back.
pub(super) fn end(connection: &Connection, hold: &Hold, now: Timestamp) -> Result<(), Error> {
    for seat in &hold.seats {
        let_go(connection, hold, *seat, now)?;
    }
    end_if_empty(connection, hold.id.token)
}

/// The user's live holds in a performance, soonest end first.
pub(super) fn of_user(
    connection: &Connection,
    performance: PerformanceId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Hold>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT token, performance_id, user_id, expires_at, extendable_until FROM hold
         WHERE token IN (SELECT token FROM hold_seat WHERE performance_id = ?1 AND user_id = ?2) AND expires_at > ?3
         ORDER BY expires_at, token",
    )?;
    let holds = statement.query_map(params![performance, user, Millis(now)], hold_at)?;
    with_seats(connection, holds)
}

/// Every live hold, soonest end first.
pub(super) fn all(connection: &Connection, now: Timestamp) -> Result<Vec<Hold>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT token, performance_id, user_id, expires_at, extendable_until FROM hold
         WHERE expires_at > ?1 ORDER BY expires_at, token",
    )?;
    let holds = statement.query_map([Millis(now)], hold_at)?;
    with_seats(connection, holds)
}

/// This hold, while it lives and is the user's own.
pub(super) fn live(connection: &Connection, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
    let hold = connection
        .prepare_cached(
            "SELECT token, performance_id, user_id, expires_at, extendable_until FROM hold
             WHERE token = ?1 AND performance_id = ?2 AND user_id = ?3",
        )?
        .query_row(params![id.token, id.performance, user], hold_at)
        .optional()?
        .ok_or(Error::HoldNotFound)?;
    if hold.expires_at <= now {
        return Err(Error::HoldExpired);
    }
    let seats = seats_of(connection, id.token)?;
    if seats.is_empty() {
        // Another hold of the user has taken them over.
        return Err(Error::HoldNotFound);
    }
    Ok(Hold { seats, ..hold })
}

/// The claim on a seat: whose it is, and when it ends or has ended.
pub(super) fn claim_on(connection: &Connection, seat: SeatId) -> Result<Option<(UserId, Timestamp)>, Error> {
    Ok(connection
        .prepare_cached("SELECT user_id, expires_at FROM hold_seat WHERE seat_id = ?1")?
        .query_row([seat], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))
        .optional()?)
}

/// The seats of a performance that the user claims now.
pub(super) fn seats_of_user(
    connection: &Connection,
    performance: PerformanceId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<SeatId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT seat_id FROM hold_seat WHERE performance_id = ?1 AND user_id = ?2 AND expires_at > ?3",
    )?;
    let seats = statement.query_map(params![performance, user, Millis(now)], |row| row.get(0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// Takes a seat out of a hold, whatever its state.
pub(super) fn drop_claim(connection: &Connection, seat: SeatId, token: HoldToken, now: Timestamp) -> Result<(), Error> {
    let performance: Option<PerformanceId> = connection
        .prepare_cached("DELETE FROM hold_seat WHERE seat_id = ?1 AND token = ?2 RETURNING performance_id")?
        .query_row(params![seat, token], |row| row.get(0))
        .optional()?;
    if let Some(performance) = performance {
        record(connection, performance, seat, None, now)?;
        end_if_empty(connection, token)?;
    }
    Ok(())
}

/// Ends the user's claim on a seat, if there is one.
pub(super) fn forget(connection: &Connection, seat: SeatId, user: UserId, now: Timestamp) -> Result<(), Error> {
    let claim: Option<(HoldToken, PerformanceId)> = connection
        .prepare_cached("DELETE FROM hold_seat WHERE seat_id = ?1 AND user_id = ?2 RETURNING token, performance_id")?
        .query_row(params![seat, user], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((token, performance)) = claim {
        record(connection, performance, seat, None, now)?;
        end_if_empty(connection, token)?;
    }
    Ok(())
}

/// Clears claims that have run out, holds that ended before `forget_before`, and events that old. Returns how many holds
/// had run out.
pub(super) fn sweep(connection: &Connection, now: Timestamp, forget_before: Timestamp) -> Result<u64, Error> {
    let swept: i64 = connection
        .prepare_cached("SELECT count(DISTINCT token) FROM hold_seat WHERE expires_at <= ?1")?
        .query_row([Millis(now)], |row| row.get(0))?;
    if swept > 0 {
        connection.prepare_cached("DELETE FROM hold_seat WHERE expires_at <= ?1")?.execute([Millis(now)])?;
    }
    connection.prepare_cached("DELETE FROM hold WHERE expires_at <= ?1")?.execute([Millis(forget_before)])?;
    // The events are in the order of time: prune from the oldest, and stop at the first that stays.
    connection
        .prepare_cached(
            "DELETE FROM hold_event WHERE id < coalesce(
                 (SELECT id FROM hold_event WHERE at > ?1 ORDER BY id LIMIT 1), 9223372036854775807)",
        )?
        .execute([Millis(forget_before)])?;
    Ok(u64::try_from(swept).unwrap_or(0))
}

/// Takes claimed seats that are the user's own already out of their holds, and returns these holds with those seats.
fn take_over(connection: &Connection, claim: &Claim, now: Timestamp) -> Result<Vec<Hold>, Error> {
    let mut former = of_user(connection, claim.id.performance, claim.user, now)?;
    former.retain(|hold| hold.id != claim.id && hold.seats.iter().any(|seat| claim.seats.contains(seat)));
    for hold in &mut former {
        hold.seats.retain(|seat| claim.seats.contains(seat));
        for seat in &hold.seats {
            let_go(connection, hold, *seat, now)?;
        }
        end_if_empty(connection, hold.id.token)?;
    }
    Ok(former)
}

fn check_limit(connection: &Connection, claim: &Claim, now: Timestamp) -> Result<(), Error> {
    let mut all = seats_of_user(connection, claim.id.performance, claim.user, now)?;
    all.extend(&claim.owned);
    all.extend(&claim.seats);
    super::seats::check_limit(all, claim.limit)
}

fn acquired(connection: &Connection, hold: Hold, former: Vec<Hold>, now: Timestamp) -> Result<Acquired, Error> {
    let held = seats_of_user(connection, hold.id.performance, hold.user, now)?;
    Ok(Acquired { hold, held, former })
}

/// Refuses before anything is written when somebody else holds a seat, and names all of these: most claims of a rush come
/// too late, and must cost the others nothing.
fn check_free(connection: &Connection, claim: &Claim, now: Timestamp) -> Result<(), Error> {
    let mut taken = Vec::new();
    for seat in &claim.seats {
        if claim_on(connection, *seat)?.is_some_and(|(holder, until)| holder != claim.user && until > now) {
            taken.push(*seat);
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::SeatsTaken { seats: taken }) }
}

/// Claims seats for a hold; refuses when a living claim of another is on any of them, and names these.
fn claim_seats(connection: &Connection, hold: &Hold, seats: &[SeatId], now: Timestamp) -> Result<(), Error> {
    let mut taken = Vec::new();
    for seat in seats {
        let changed = connection
            .prepare_cached(
                "INSERT INTO hold_seat (seat_id, token, performance_id, user_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (seat_id) DO UPDATE SET token = excluded.token, performance_id = excluded.performance_id,
                     user_id = excluded.user_id, expires_at = excluded.expires_at
                 WHERE hold_seat.expires_at <= ?6",
            )?
            .execute(params![
                seat,
                hold.id.token,
                hold.id.performance,
                hold.user,
                Millis(hold.expires_at),
                Millis(now)
            ])?;
        if changed == 0 {
            taken.push(*seat);
        } else {
            record(connection, hold.id.performance, *seat, Some(hold.expires_at), now)?;
        }
    }
    if taken.is_empty() { Ok(()) } else { Err(Error::SeatsTaken { seats: taken }) }
}

fn let_go(connection: &Connection, hold: &Hold, seat: SeatId, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM hold_seat WHERE seat_id = ?1 AND token = ?2")?
        .execute(params![seat, hold.id.token])?;
    record(connection, hold.id.performance, seat, None, now)
}

fn end_if_empty(connection: &Connection, token: HoldToken) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM hold WHERE token = ?1 AND NOT EXISTS (SELECT 1 FROM hold_seat WHERE token = ?1)")?
        .execute([token])?;
    Ok(())
}

fn record(
    connection: &Connection,
    performance: PerformanceId,
    seat: SeatId,
    held_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT INTO hold_event (performance_id, seat_id, held_until, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![performance, seat, held_until.map(Millis), Millis(now)])?;
    Ok(())
}

/// Holds as [`hold_at`] reads them, each with its seats.
fn with_seats(
    connection: &Connection,
    holds: impl Iterator<Item = rusqlite::Result<Hold>>,
) -> Result<Vec<Hold>, Error> {
    holds
        .map(|hold| {
            let hold = hold?;
            Ok(Hold { seats: seats_of(connection, hold.id.token)?, ..hold })
        })
        .collect()
}

fn seats_of(connection: &Connection, token: HoldToken) -> Result<Vec<SeatId>, Error> {
    let mut statement = connection.prepare_cached("SELECT seat_id FROM hold_seat WHERE token = ?1 ORDER BY seat_id")?;
    let seats = statement.query_map([token], |row| row.get(0))?;
    Ok(seats.collect::<rusqlite::Result<_>>()?)
}

/// A hold without its seats.
fn hold_at(row: &Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold {
        id: HoldId { token: row.get(0)?, performance: row.get(1)? },
        user: row.get(2)?,
        seats: Vec::new(),
        expires_at: row.get::<_, Millis>(3)?.0,
        extendable_until: row.get::<_, Millis>(4)?.0,
    })
}
