use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, Statement, params};

use super::Work;
use super::report::{FieldChange, TouchedSeat};
use crate::domain::{PerformanceId, Seat, SeatId, SeatPlan, SeatState, ShowPlan};
use crate::error::Error;
use crate::storage::sqlite::{holds, seats, waitlist};

/// Seats between two reports of progress.
const PROGRESS_STEP: u64 = 500;

/// The seats of all performances of a plan.
pub(super) fn seats_of_all(plan: &ShowPlan) -> u64 {
    let of_show = plan.seats.len();
    let counts = plan.performances.iter().map(|own| own.seating.as_ref().map_or(of_show, |own| own.seats.len()));
    u64::try_from(counts.sum::<usize>()).unwrap_or(u64::MAX)
}

/// Ways in which a field differs that are told one by one; more are summed up.
const WAYS_MAX: usize = 5;

/// The seats of one performance as they should be.
pub(super) struct SeatsToApply<'a> {
    pub(super) performance: PerformanceId,
    /// Whether the performance has no seats yet.
    pub(super) is_new: bool,
    pub(super) seats: &'a [SeatPlan],
    pub(super) subject: &'a str,
}

/// What has become of the seats of a performance.
#[derive(Default)]
struct Tally {
    added: u32,
    changed: u32,
    removed: u32,
    /// How often a field was one thing and is another.
    fields: BTreeMap<(&'static str, String, String), u32>,
}

impl Work<'_> {
    /// Returns whether any seat is another now than it was.
    pub(super) fn apply_seats(&mut self, order: &SeatsToApply<'_>) -> Result<bool, Error> {
        let connection = self.connection;
        let found = if order.is_new { Vec::new() } else { seats::of_performance(connection, order.performance)? };
        let mut known: HashMap<&str, (usize, &Seat)> =
            found.iter().enumerate().map(|(ordinal, seat)| (seat.guid.as_str(), (ordinal, seat))).collect();
        let mut tally = Tally::default();
        let mut insert = connection.prepare(INSERT)?;
        for (ordinal, plan) in order.seats.iter().enumerate() {
            self.step();
            match known.remove(plan.guid.as_str()) {
                None => {
                    insert_seat(&mut insert, order.performance, ordinal, plan)?;
                    tally.added += 1;
                }
                Some(known) => self.apply_seat(known, (ordinal, plan), order.subject, &mut tally)?,
            }
        }
        for (_, seat) in known.into_values() {
            if self.is_free(seat, order.subject)? && self.is_untouched(seat, order.subject)? {
                connection.prepare_cached("DELETE FROM hold_seat WHERE seat_id = ?1")?.execute([seat.id])?;
                connection.prepare_cached("DELETE FROM seat WHERE id = ?1")?.execute([seat.id])?;
            }
            tally.removed += 1;
        }
        Ok(self.tell(tally, order.subject))
    }

    fn apply_seat(
        &mut self,
        (found_at, seat): (usize, &Seat),
        (ordinal, plan): (usize, &SeatPlan),
        subject: &str,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let fields = differences(seat, plan);
        if found_at == ordinal && fields.is_empty() {
            return Ok(());
        }
        tally.changed += 1;
        if found_at != ordinal {
            tally.count(("order", String::new(), String::new()));
            move_seat(self.connection, seat.id, ordinal)?;
        }
        if !fields.is_empty() {
            fields.into_iter().for_each(|field| tally.count(field));
            if self.is_free(seat, subject)? {
                update_seat(self.connection, seat.id, plan)?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, tally: Tally, subject: &str) -> bool {
        let Tally { added, changed, removed, fields } = tally;
        for (count, verb) in [(added, "added"), (changed, "changed"), (removed, "removed")] {
            if count > 0 {
                let action = format!("{count} {} {verb}", if count == 1 { "seat" } else { "seats" });
                let fields = if verb == "changed" { summed_up(&fields) } else { Vec::new() };
                self.applied.report.note_fields(subject, action, fields);
            }
        }
        added + changed + removed > 0
    }

    fn step(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(PROGRESS_STEP) {
            (self.progress)(self.done, seats_of_all(self.plan));
        }
        failpoint!("apply-seat");
    }

    /// Sold, offered and held seats stay as they are.
    fn is_free(&mut self, seat: &Seat, subject: &str) -> Result<bool, Error> {
        let touched = TouchedSeat::new(seat, subject);
        let reason = match seat.state {
            SeatState::Booked => "sold",
            SeatState::Waiting => "offered to a waiter",
            SeatState::Available | SeatState::Canceled | SeatState::Blocked => {
                if holds::claim_on(self.connection, seat.id)?.is_none_or(|(_, until)| until <= self.now) {
                    self.applied.touched.push(touched);
                    return Ok(true);
                }
                "held"
            }
        };
        self.applied.report.in_the_way.push(touched.in_the_way(reason));
        Ok(false)
    }

    /// A seat that was sold or blocked once cannot go: its tickets and its history name it. Nor can one that somebody has
    /// waited for.
    fn is_untouched(&mut self, seat: &Seat, subject: &str) -> Result<bool, Error> {
        let has_history: bool = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM seat_history WHERE seat_id = ?1)")?
            .query_row([seat.id], |row| row.get(0))?;
        let reason = if has_history {
            "sold or blocked before, its history names it"
        } else if waitlist::names(self.connection, seat.id)? {
            "an entry of the waitlist names it"
        } else {
            return Ok(true);
        };
        self.applied.report.in_the_way.push(TouchedSeat::new(seat, subject).in_the_way(reason));
        Ok(false)
    }
}

impl Tally {
    fn count(&mut self, field: (&'static str, String, String)) {
        *self.fields.entry(field).or_default() += 1;
    }
}

/// Field by field; one that differs in many ways as a whole.
fn summed_up(fields: &BTreeMap<(&'static str, String, String), u32>) -> Vec<FieldChange> {
    let mut told: Vec<FieldChange> = Vec::new();
    for ((name, from, to), seats) in fields {
        let ways = fields.keys().filter(|(other, ..)| other == name).count();
        let (from, to) = if ways > WAYS_MAX { (String::new(), String::new()) } else { (from.clone(), to.clone()) };
        match told.last_mut() {
            Some(last) if ways > WAYS_MAX && last.field == *name => {
                last.seats = last.seats.map(|before| before + seats);
            }
            _ => told.push(FieldChange { field: (*name).to_owned(), from, to, seats: Some(*seats) }),
        }
    }
    told
}

/// The fields in which a seat is not as it should be. Places are too many to be told.
fn differences(seat: &Seat, plan: &SeatPlan) -> Vec<(&'static str, String, String)> {
    let mut fields = Vec::new();
    let mut compare = |name, is_same: bool, from: &dyn ToString, to: &dyn ToString| {
        if !is_same {
            fields.push((name, from.to_string(), to.to_string()));
        }
    };
    let (is, to_be) = (&seat.position, &plan.position);
    compare("grade", seat.grade == plan.grade, &seat.grade, &plan.grade);
    compare("price", seat.price == plan.price, &seat.price, &plan.price);
    compare("sector", is.sector == to_be.sector, &is.sector, &to_be.sector);
    compare("row", is.row == to_be.row, &is.row, &to_be.row);
    compare("number", is.number == to_be.number, &is.number, &to_be.number);
    compare("label", is.label == to_be.label, &is.label, &to_be.label);
    let kind = |is_seat| if is_seat { "seat" } else { "gap" };
    compare("kind", seat.is_seat == plan.is_seat, &kind(seat.is_seat), &kind(plan.is_seat));
    let is_same_place = seat.x.to_bits() == plan.x.to_bits() && seat.y.to_bits() == plan.y.to_bits();
    compare("place", is_same_place, &"", &"");
    fields
}

const INSERT: &str =
    "INSERT INTO seat (performance_id, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

fn insert_seat(
    insert: &mut Statement<'_>,
    performance: PerformanceId,
    ordinal: usize,
    plan: &SeatPlan,
) -> Result<(), Error> {
    insert.execute(params![
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
