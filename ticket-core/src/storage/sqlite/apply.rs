//! Makes a show as a plan says it should be.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::convert::{DateText, Millis, TimeText};
use super::{holds, seats, waitlist};
use crate::domain::{
    PerformanceId, PerformancePlan, Seat, SeatId, SeatPlan, SeatState, ShowId, ShowPlan, VenueId, VenuePlan,
};
use crate::error::Error;

/// What applying a plan has done, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplyReport {
    /// The differences, in the order of the plan. Empty when everything was as it should be.
    pub changes: Vec<ApplyChange>,
    /// Sold or held seats that the plan would change, in the order of their ids. With any of them, nothing was written.
    pub in_the_way: Vec<SeatInTheWay>,
    /// Whether the changes were written.
    pub applied: bool,
}

/// One difference between the plan and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplyChange {
    /// What is different, for example `performance 2031-05-02 round 1`.
    pub subject: String,
    /// What was done, for example `created` or `12 seats changed`.
    pub action: String,
}

/// A seat that cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SeatInTheWay {
    /// Its id.
    pub seat_id: SeatId,
    /// Its performance, as in [`ApplyChange::subject`].
    pub performance: String,
    /// Its stable name.
    pub guid: String,
    /// Why it stays as it is.
    pub reason: String,
}

/// Makes it so, or says what stands in the way. A dry run writes nothing.
pub(super) fn apply(
    connection: &Connection,
    plan: &ShowPlan,
    dry_run: bool,
    now: Timestamp,
) -> Result<ApplyReport, Error> {
    // Within a savepoint, so that the differences are found by making them, and undone where they must not stay.
    connection.execute_batch("SAVEPOINT apply")?;
    let mut report = ApplyReport::default();
    apply_all(connection, plan, &mut report, now)?;
    report.in_the_way.sort_unstable_by_key(|seat| seat.seat_id);
    report.applied = !dry_run && report.in_the_way.is_empty();
    if !report.applied {
        connection.execute_batch("ROLLBACK TO apply")?;
    }
    connection.execute_batch("RELEASE apply")?;
    Ok(report)
}

impl ApplyReport {
    fn note(&mut self, subject: impl Into<String>, action: impl Into<String>) {
        self.changes.push(ApplyChange { subject: subject.into(), action: action.into() });
    }
}

fn apply_all(connection: &Connection, plan: &ShowPlan, report: &mut ApplyReport, now: Timestamp) -> Result<(), Error> {
    let venue = apply_venue(connection, &plan.venue, report)?;
    let (show, show_changed) = apply_show(connection, plan, venue, report)?;
    for performance in &plan.performances {
        let subject = format!("performance {} round {}", performance.date, performance.round);
        let (id, changed) = apply_performance(connection, show, performance, plan, &subject, report)?;
        let seats_changed = apply_seats(connection, id, &plan.seats, &subject, report, now)?;
        // What the layout tells has changed, so those who have it must read it again.
        if changed || show_changed || seats_changed {
            connection.execute("UPDATE performance SET layout_version = layout_version + 1 WHERE id = ?1", [id])?;
        }
    }
    Ok(())
}

fn apply_venue(connection: &Connection, venue: &VenuePlan, report: &mut ApplyReport) -> Result<VenueId, Error> {
    let subject = || format!("venue {}", venue.name);
    let known = connection
        .query_row("SELECT id, contact, address, url FROM venue WHERE name = ?1", [&venue.name], |row| {
            Ok((row.get(0)?, [row.get::<_, String>(1)?, row.get(2)?, row.get(3)?]))
        })
        .optional()?;
    let wanted = [&venue.contact, &venue.address, &venue.url];
    match known {
        Some((id, found)) if found.iter().eq(wanted) => Ok(id),
        Some((id, _)) => {
            connection.execute(
                "UPDATE venue SET contact = ?2, address = ?3, url = ?4 WHERE id = ?1",
                params![id, venue.contact, venue.address, venue.url],
            )?;
            report.note(subject(), "changed");
            Ok(id)
        }
        None => {
            connection.execute(
                "INSERT INTO venue (name, contact, address, url) VALUES (?1, ?2, ?3, ?4)",
                params![venue.name, venue.contact, venue.address, venue.url],
            )?;
            report.note(subject(), "created");
            Ok(VenueId(connection.last_insert_rowid()))
        }
    }
}

/// Returns whether the show was there and is another now.
fn apply_show(
    connection: &Connection,
    plan: &ShowPlan,
    venue: VenueId,
    report: &mut ApplyReport,
) -> Result<(ShowId, bool), Error> {
    let subject = format!("show {}", plan.name);
    let known: Option<ShowId> = connection
        .query_row("SELECT id FROM show WHERE venue_id = ?1 AND name = ?2", params![venue, plan.name], |row| row.get(0))
        .optional()?;
    let (first, last) = run_of(connection, known, plan)?;
    let total_seats = plan.seats.iter().filter(|seat| seat.is_seat).count();
    let values = params![
        venue,
        plan.name,
        plan.category,
        DateText(first),
        DateText(last),
        plan.running_minutes,
        plan.intermission_minutes,
        plan.age_limit,
        total_seats,
        plan.currency,
        plan.max_seats_per_user,
        plan.cancel_until_hours
    ];
    if let Some(id) = known {
        // The comparison is the condition, so that nothing is written when nothing is different.
        let changed = connection.execute(
            &format!(
                "UPDATE show SET category = ?3, start_date = ?4, end_date = ?5, running_minutes = ?6,
                     intermission_minutes = ?7, age_limit = ?8, total_seats = ?9, currency = ?10,
                     max_seats_per_user = ?11, cancel_until_hours = ?12
                 WHERE id = {id} AND venue_id = ?1 AND name = ?2
                   AND (category, start_date, end_date, running_minutes, intermission_minutes, age_limit, total_seats,
                        currency, max_seats_per_user, cancel_until_hours)
                       IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            ),
            values,
        )?;
        if changed > 0 {
            report.note(subject, "changed");
        }
        return Ok((id, changed > 0));
    }
    connection.execute(
        "INSERT INTO show (venue_id, name, category, start_date, end_date, running_minutes, intermission_minutes,
             age_limit, total_seats, currency, max_seats_per_user, cancel_until_hours)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        values,
    )?;
    report.note(subject, "created");
    Ok((ShowId(connection.last_insert_rowid()), false))
}

/// First and last date, of the plan and of performances that are there and not in the plan: these stay.
fn run_of(connection: &Connection, show: Option<ShowId>, plan: &ShowPlan) -> Result<(Date, Date), Error> {
    let mut dates: Vec<Date> = plan.performances.iter().map(|p| p.date).collect();
    let mut statement = connection.prepare("SELECT date FROM performance WHERE show_id = ?1")?;
    for date in statement.query_map([show], |row| Ok(row.get::<_, DateText>(0)?.0))? {
        dates.push(date?);
    }
    match (dates.iter().min(), dates.iter().max()) {
        (Some(first), Some(last)) => Ok((*first, *last)),
        _ => Err(Error::Invalid { field: "performances", problem: "is empty; a show has at least one".into() }),
    }
}

/// Returns whether the performance was there and is another now.
fn apply_performance(
    connection: &Connection,
    show: ShowId,
    wanted: &PerformancePlan,
    plan: &ShowPlan,
    subject: &str,
    report: &mut ApplyReport,
) -> Result<(PerformanceId, bool), Error> {
    let values = params![
        show,
        DateText(wanted.date),
        wanted.round,
        TimeText(wanted.start_time),
        Millis(wanted.starts_at),
        wanted.sale_opens_at.map(Millis),
        Millis(wanted.sale_closes_at),
        plan.stage
    ];
    let created = connection.execute(
        "INSERT INTO performance (show_id, date, round, start_time, starts_at, sale_opens_at, sale_closes_at, stage)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (show_id, date, round) DO NOTHING",
        values,
    )?;
    if created > 0 {
        report.note(subject, "created");
        return Ok((PerformanceId(connection.last_insert_rowid()), false));
    }
    let changed = connection.execute(
        "UPDATE performance SET start_time = ?4, starts_at = ?5, sale_opens_at = ?6, sale_closes_at = ?7, stage = ?8
         WHERE show_id = ?1 AND date = ?2 AND round = ?3
           AND (start_time, starts_at, sale_opens_at, sale_closes_at, stage) IS NOT (?4, ?5, ?6, ?7, ?8)",
        values,
    )?;
    if changed > 0 {
        report.note(subject, "changed");
    }
    let id = connection.query_row(
        "SELECT id FROM performance WHERE show_id = ?1 AND date = ?2 AND round = ?3",
        params![show, DateText(wanted.date), wanted.round],
        |row| row.get(0),
    )?;
    Ok((id, changed > 0))
}

/// Returns whether any seat is another now than it was.
fn apply_seats(
    connection: &Connection,
    performance: PerformanceId,
    wanted: &[SeatPlan],
    subject: &str,
    report: &mut ApplyReport,
    now: Timestamp,
) -> Result<bool, Error> {
    let found = seats::of_performance(connection, performance)?;
    let is_new = found.is_empty();
    let mut known: HashMap<&str, (usize, &Seat)> =
        found.iter().enumerate().map(|(ordinal, seat)| (seat.guid.as_str(), (ordinal, seat))).collect();
    let (mut added, mut changed, mut removed) = (0u32, 0u32, 0u32);
    for (ordinal, plan) in wanted.iter().enumerate() {
        match known.remove(plan.guid.as_str()) {
            None => {
                insert_seat(connection, performance, ordinal, plan)?;
                added += 1;
            }
            Some((position, seat)) => {
                if position != ordinal {
                    move_seat(connection, seat.id, ordinal)?;
                }
                if differs(seat, plan) {
                    if is_free(connection, seat, subject, report, now)? {
                        update_seat(connection, seat.id, plan)?;
                    }
                    changed += 1;
                } else if position != ordinal {
                    changed += 1;
                }
            }
        }
    }
    for (_, seat) in known.into_values() {
        if is_free(connection, seat, subject, report, now)? && is_untouched(connection, seat, subject, report)? {
            connection.prepare_cached("DELETE FROM hold_seat WHERE seat_id = ?1")?.execute([seat.id])?;
            connection.prepare_cached("DELETE FROM seat WHERE id = ?1")?.execute([seat.id])?;
        }
        removed += 1;
    }
    for (count, verb) in [(added, "added"), (changed, "changed"), (removed, "removed")] {
        if count > 0 {
            report.note(subject, format!("{count} {} {verb}", if count == 1 { "seat" } else { "seats" }));
        }
    }
    Ok(!is_new && added + changed + removed > 0)
}

fn differs(seat: &Seat, plan: &SeatPlan) -> bool {
    (seat.grade, seat.price, &seat.position, seat.is_seat) != (plan.grade, plan.price, &plan.position, plan.is_seat)
        || seat.x.to_bits() != plan.x.to_bits()
        || seat.y.to_bits() != plan.y.to_bits()
}

/// Sold, offered and held seats stay as they are.
fn is_free(
    connection: &Connection,
    seat: &Seat,
    subject: &str,
    report: &mut ApplyReport,
    now: Timestamp,
) -> Result<bool, Error> {
    let reason = match seat.state {
        SeatState::Booked => "sold",
        SeatState::Waiting => "offered to a waiter",
        SeatState::Available | SeatState::Canceled | SeatState::Blocked => {
            if holds::claim_on(connection, seat.id)?.is_none_or(|(_, until)| until <= now) {
                return Ok(true);
            }
            "held"
        }
    };
    report.in_the_way.push(in_the_way(seat, subject, reason));
    Ok(false)
}

/// A seat that was sold or blocked once cannot go: its tickets and its history name it. Nor can one that somebody has waited for.
fn is_untouched(connection: &Connection, seat: &Seat, subject: &str, report: &mut ApplyReport) -> Result<bool, Error> {
    let touched: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM seat_history WHERE seat_id = ?1)")?
        .query_row([seat.id], |row| row.get(0))?;
    if touched {
        report.in_the_way.push(in_the_way(seat, subject, "sold or blocked before, its history names it"));
        return Ok(false);
    }
    let is_waited_for = waitlist::names(connection, seat.id)?;
    if is_waited_for {
        report.in_the_way.push(in_the_way(seat, subject, "an entry of the waitlist names it"));
    }
    Ok(!is_waited_for)
}

fn in_the_way(seat: &Seat, subject: &str, reason: &str) -> SeatInTheWay {
    SeatInTheWay {
        seat_id: seat.id,
        performance: subject.to_owned(),
        guid: seat.guid.clone(),
        reason: reason.to_owned(),
    }
}

fn insert_seat(
    connection: &Connection,
    performance: PerformanceId,
    ordinal: usize,
    plan: &SeatPlan,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO seat (performance_id, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            performance,
            plan.guid,
            ordinal,
            plan.grade,
            plan.price,
            plan.position.sector,
            plan.position.row,
            plan.position.number,
            plan.position.label,
            plan.is_seat,
            plan.x,
            plan.y
        ])?;
    Ok(())
}

fn update_seat(connection: &Connection, id: SeatId, plan: &SeatPlan) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE seat SET grade = ?2, price = ?3, sector = ?4, row = ?5, number = ?6, label = ?7, is_seat = ?8,
                 x = ?9, y = ?10 WHERE id = ?1",
        )?
        .execute(params![
            id,
            plan.grade,
            plan.price,
            plan.position.sector,
            plan.position.row,
            plan.position.number,
            plan.position.label,
            plan.is_seat,
            plan.x,
            plan.y
        ])?;
    Ok(())
}

fn move_seat(connection: &Connection, id: SeatId, ordinal: usize) -> Result<(), Error> {
    connection.prepare_cached("UPDATE seat SET ordinal = ?2 WHERE id = ?1")?.execute(params![id, ordinal])?;
    Ok(())
}
