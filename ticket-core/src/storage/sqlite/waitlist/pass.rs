//! What a pass over the cancelled seats reads and writes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::convert::Millis;
use super::super::writer::Transaction;
use super::super::{bookings, holds, outbox, seats};
use super::row_of;
use crate::domain::{EntryId, PerformanceId, SaleWindow, Seat, SeatId, SeatState, Show, UserId, WaitlistState, later};
use crate::error::Error;

/// How long an offer can be booked, unless the sale closes before.
const OFFER_LASTS: SignedDuration = SignedDuration::from_hours(6);

/// Candidates that one search returns at most.
const CANDIDATES_MAX: usize = 200;
/// Waiters that one search looks at, so that no connection is kept for long.
const LOOKED_AT_MAX: usize = 20_000;
/// Overdue offers that are listed at a time.
const OVERDUE_MAX: u32 = 1000;

/// The first in the queue of a seat, with his preference and the seat; turned around, because a heap has the greatest on top.
type QueueHead = Reverse<(EntryId, u32, SeatId)>;

/// What was CANCELED when a pass began.
#[derive(Debug, Clone)]
pub(crate) struct PassSnapshot {
    /// The last transition of any seat before the pass. What has changed since is not the pass's business.
    pub(crate) history: i64,
    /// The performances with cancelled seats, in the order of their ids.
    pub(crate) seats: Vec<(PerformanceId, Vec<SeatId>)>,
}

/// An entry of which enough seats are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) entry: EntryId,
    pub(crate) user: UserId,
    pub(crate) seat_count: usize,
    /// The seats that are left of those it wants, the most wanted first.
    pub(crate) seats: Vec<SeatId>,
}

/// A stretch of the queue.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// In the order of the queue.
    pub(crate) found: Vec<Candidate>,
    /// Where the next search goes on.
    pub(crate) reached: EntryId,
    /// Whether nobody is behind that.
    pub(crate) is_end: bool,
}

/// An offer to be made.
#[derive(Debug, Clone)]
pub(crate) struct OfferOrder {
    pub(crate) entry: EntryId,
    pub(crate) seats: Vec<SeatId>,
    /// Number of the pass.
    pub(crate) pass: i64,
    /// As in [`PassSnapshot`].
    pub(crate) history: i64,
    /// What the waiter holds outside of the database, and how long it is certain that he holds no more.
    pub(crate) held: Option<(Vec<SeatId>, Timestamp)>,
}

/// What has become of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OfferOutcome {
    /// It is made.
    Offered,
    /// It would have put the waiter over his limit, which is recorded.
    OverLimit,
    /// The entry does not wait any more, or its sale is not open.
    Void,
    /// These seats are not as they were when the pass began. Nothing was written.
    Changed(Vec<SeatId>),
}

/// Seats that nobody among the waiters up to `seen` wants.
#[derive(Debug, Clone)]
pub(crate) struct ReturnOrder {
    pub(crate) performance: PerformanceId,
    pub(crate) seats: Vec<SeatId>,
    /// As in [`PassSnapshot`].
    pub(crate) history: i64,
    /// The last entry that the pass has looked at; `None` when nothing is offered to anybody.
    pub(crate) seen: Option<EntryId>,
}

/// What is CANCELED now.
pub(crate) fn snapshot(connection: &Connection) -> Result<PassSnapshot, Error> {
    let history =
        connection.prepare_cached("SELECT coalesce(max(id), 0) FROM seat_history")?.query_row([], |row| row.get(0))?;
    let mut statement = connection
        .prepare_cached("SELECT performance_id, id FROM seat WHERE state = 'CANCELED' ORDER BY performance_id, id")?;
    let mut seats: Vec<(PerformanceId, Vec<SeatId>)> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (performance, seat) = (row.get(0)?, row.get(1)?);
        match seats.last_mut().filter(|(last, _)| *last == performance) {
            Some((_, seats)) => seats.push(seat),
            None => seats.push((performance, vec![seat])),
        }
    }
    Ok(PassSnapshot { history, seats })
}

/// Who is next in the queue behind `after`, and could be served from these seats.
///
/// It merges the queues of the seats, so its cost is that of the waiters for these seats up to where it ends, and not that
/// of all who wait.
pub(crate) fn candidates(
    connection: &Connection,
    performance: PerformanceId,
    seats: &[SeatId],
    after: EntryId,
) -> Result<Candidates, Error> {
    let newest = newest_waiting(connection, performance)?;
    let mut heads = BinaryHeap::with_capacity(seats.len());
    for seat in seats {
        heads.extend(next_waiter(connection, *seat, after)?);
    }
    let (mut found, mut looked_at, mut reached) = (Vec::new(), 0, after);
    while let Some(Reverse((entry, ..))) = heads.peek().copied() {
        if found.len() == CANDIDATES_MAX || looked_at >= LOOKED_AT_MAX {
            return Ok(Candidates { found, reached, is_end: false });
        }
        let mut wanted = Vec::new();
        while let Some(Reverse((_, _, seat))) = heads.peek().copied().filter(|Reverse(head)| head.0 == entry) {
            heads.pop();
            wanted.push(seat);
            heads.extend(next_waiter(connection, seat, entry)?);
        }
        looked_at += wanted.len();
        let row = row_of(connection, entry)?.ok_or(Error::EntryNotFound)?;
        if wanted.len() >= row.seat_count as usize {
            let seat_count = row.seat_count as usize;
            found.push(Candidate { entry, user: row.user, seat_count, seats: wanted });
        }
        reached = entry;
    }
    Ok(Candidates { found, reached: reached.max(newest), is_end: true })
}

/// Offers seats to an entry, all or none, and queues the mail about it.
pub(crate) fn offer(connection: &Transaction, order: &OfferOrder, now: Timestamp) -> Result<OfferOutcome, Error> {
    failpoint!("offer-begin");
    let Some(row) = row_of(connection, order.entry)?.filter(|row| row.state == WaitlistState::Waiting) else {
        return Ok(OfferOutcome::Void);
    };
    let (performance, show, _) = connection.performance(row.performance)?;
    if SaleWindow::of(&performance, now).check().is_err() {
        return Ok(OfferOutcome::Void);
    }
    let seats = match unchanged(connection, &order.seats, order.history)? {
        Ok(seats) => seats,
        Err(changed) => return Ok(OfferOutcome::Changed(changed)),
    };
    if is_over_limit(connection, &show, (row.user, performance.id), order, now)? {
        pass_over(connection, order.entry, order.pass, now)?;
        return Ok(OfferOutcome::OverLimit);
    }
    for seat in &seats {
        if !seats::transition(connection, seat, (SeatState::Canceled, SeatState::Waiting), None, now)? {
            return Err(Error::Internal { reason: format!("seat {} has changed within a transaction", seat.id) });
        }
        connection
            .prepare_cached("UPDATE waitlist_seat SET status = 'OFFERED' WHERE entry_id = ?1 AND seat_id = ?2")?
            .execute(params![order.entry, seat.id])?;
        failpoint!("offer-seat-written");
    }
    // What else it wants, it wants no longer.
    connection
        .prepare_cached("UPDATE waitlist_seat SET status = 'UNUSED' WHERE entry_id = ?1 AND status = 'WANTED'")?
        .execute([order.entry])?;
    let deadline = later(now, OFFER_LASTS).min(performance.sale_closes_at);
    connection
        .prepare_cached(
            "UPDATE waitlist_entry SET state = 'ACTIVATION', offered_at = ?2, offer_pass = ?3, deadline = ?4
             WHERE id = ?1",
        )?
        .execute(params![order.entry, Millis(now), order.pass, Millis(deadline)])?;
    failpoint!("offer-entry-written");
    outbox::enqueue(connection, row.user, &outbox::News::Offered(order.entry), now)?;
    failpoint!("offer-mail-queued");
    Ok(OfferOutcome::Offered)
}

/// Records that an entry could have been served, but for its user's limit.
pub(crate) fn pass_over(connection: &Connection, entry: EntryId, pass: i64, now: Timestamp) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO waitlist_passed_over (entry_id, pass, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![entry, pass, Millis(now)])?;
    Ok(())
}

/// Puts those of these seats on sale that are as they were when the pass began. Returns how many; `None`, and nothing is
/// done, when somebody has joined since the pass has looked at the queue.
pub(crate) fn return_seats(connection: &Connection, order: &ReturnOrder, now: Timestamp) -> Result<Option<u64>, Error> {
    failpoint!("return-begin");
    if let Some(seen) = order.seen
        && newest_waiting(connection, order.performance)? > seen
    {
        return Ok(None);
    }
    let mut returned = 0;
    for id in &order.seats {
        let Some(seat) = unchanged(connection, &[*id], order.history)?.ok().and_then(|mut seats| seats.pop()) else {
            continue;
        };
        if seats::transition(connection, &seat, (SeatState::Canceled, SeatState::Available), None, now)? {
            returned += 1;
        }
    }
    failpoint!("return-written");
    Ok(Some(returned))
}

/// Offers whose deadline is over, some of them.
pub(crate) fn overdue(connection: &Connection, now: Timestamp) -> Result<Vec<EntryId>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM waitlist_entry WHERE state = 'ACTIVATION' AND deadline <= ?1 ORDER BY deadline, id LIMIT ?2",
    )?;
    let entries = statement.query_map(params![Millis(now), OVERDUE_MAX], |row| row.get(0))?;
    Ok(entries.collect::<rusqlite::Result<_>>()?)
}

/// The next in the queue of a seat.
fn next_waiter(connection: &Connection, seat: SeatId, after: EntryId) -> Result<Option<QueueHead>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT entry_id, preference FROM waitlist_seat
             WHERE seat_id = ?1 AND status = 'WANTED' AND entry_id > ?2 ORDER BY entry_id LIMIT 1",
        )?
        .query_row(params![seat, after], |row| Ok(Reverse((row.get(0)?, row.get(1)?, seat))))
        .optional()?)
}

/// The last who has joined and still waits; 0 when nobody does.
fn newest_waiting(connection: &Connection, performance: PerformanceId) -> Result<EntryId, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(max(id), 0) FROM waitlist_entry WHERE performance_id = ?1 AND state = 'WAITING'",
        )?
        .query_row([performance], |row| row.get(0))?)
}

/// These seats if each is CANCELED, and has been since the pass began; else those that are not.
fn unchanged(connection: &Connection, ids: &[SeatId], history: i64) -> Result<Result<Vec<Seat>, Vec<SeatId>>, Error> {
    let (mut same, mut changed) = (Vec::new(), Vec::new());
    for id in ids {
        let last: i64 = connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM seat_history WHERE seat_id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let seat = seats::by_id(connection, *id)?.filter(|seat| seat.state == SeatState::Canceled && last <= history);
        match seat {
            Some(seat) => same.push(seat),
            None => changed.push(*id),
        }
    }
    Ok(if changed.is_empty() { Ok(same) } else { Err(changed) })
}

fn is_over_limit(
    connection: &Connection,
    show: &Show,
    (user, performance): (UserId, PerformanceId),
    order: &OfferOrder,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut all = bookings::seats_owned_by(connection, performance, user)?;
    match &order.held {
        Some((_, until)) if *until <= now => {
            return Err(Error::Unavailable { reason: "an offer has taken longer than its claim lasts".into() });
        }
        Some((held, _)) => all.extend(held),
        None => all.extend(holds::seats_of_user(connection, performance, user, now)?),
    }
    all.extend(&order.seats);
    Ok(seats::check_limit(all, show.max_seats_per_user).is_err())
}
