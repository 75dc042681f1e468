//! Makes a show as a plan says it should be.

mod limit;
mod report;
mod seating;

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::convert::{DateText, Millis, TimeText};
use super::{catalog, check_claimed};
use crate::domain::{Performance, PerformanceId, PerformancePlan, SeatId, ShowId, ShowPlan, Stage, VenueId, VenuePlan};
use crate::error::Error;

pub(crate) use report::TouchedSeat;
use report::differences;
pub use report::{ApplyChange, ApplyReport, FieldChange, PerformanceLeftAlone, SeatInTheWay};
use seating::SeatsToApply;

/// What is to be done with a plan.
pub(crate) struct ApplyOrder {
    pub(crate) plan: ShowPlan,
    /// Find out what would change, and write nothing.
    pub(crate) dry_run: bool,
    /// Where holds are not in the database: the seats that nobody can hold meanwhile, and until when. No others may be
    /// changed.
    pub(crate) claimed: Option<(HashSet<SeatId>, Timestamp)>,
    pub(crate) progress: ApplyProgress,
}

/// Is told how many seats of how many have been looked at. It may begin again.
pub(crate) type ApplyProgress = Box<dyn Fn(u64, u64) + Send + Sync>;

/// What has come of an order.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    pub(crate) report: ApplyReport,
    /// The seats of before that are changed or removed.
    pub(crate) touched: Vec<TouchedSeat>,
    /// Whether nothing was written because a seat of these is not claimed.
    pub(crate) is_unclaimed: bool,
}

/// Makes it so, or says what stands in the way. A dry run writes nothing.
pub(super) fn apply(connection: &Connection, order: &ApplyOrder, now: Timestamp) -> Result<Applied, Error> {
    check_claimed(order.claimed.as_ref().map(|(_, until)| *until), "seats to be changed", now)?;
    // Within a savepoint, so that the differences are found by making them, and undone where they must not stay.
    connection.execute_batch("SAVEPOINT apply")?;
    let mut work =
        Work { connection, plan: &order.plan, progress: &order.progress, done: 0, applied: Applied::default(), now };
    let is_new = work.apply_all()?;
    let mut applied = work.applied;
    applied.report.in_the_way.sort_unstable_by_key(|seat| seat.seat_id);
    applied.is_unclaimed = order
        .claimed
        .as_ref()
        .is_some_and(|(claimed, _)| applied.touched.iter().any(|seat| !claimed.contains(&seat.id)));
    applied.report.applied = !order.dry_run && !applied.is_unclaimed && applied.report.in_the_way.is_empty();
    if !applied.report.applied {
        // One that was only made to be undone again has no id.
        applied.report.show.take_if(|_| is_new);
        connection.execute_batch("ROLLBACK TO apply")?;
    }
    connection.execute_batch("RELEASE apply")?;
    if applied.report.applied {
        let all = seating::seats_of_all(&order.plan);
        (order.progress)(all, all);
    }
    Ok(applied)
}

struct Work<'a> {
    connection: &'a Connection,
    plan: &'a ShowPlan,
    progress: &'a ApplyProgress,
    /// Seats that have been looked at.
    done: u64,
    applied: Applied,
    now: Timestamp,
}

/// What has become of the show itself.
struct AppliedShow {
    id: ShowId,
    is_new: bool,
    /// It was there, and is another now.
    is_changed: bool,
}

impl Work<'_> {
    /// Returns whether the show is new.
    fn apply_all(&mut self) -> Result<bool, Error> {
        let venue = self.apply_venue(&self.plan.venue)?;
        let show = self.apply_show(venue)?;
        self.applied.report.show = Some(show.id);
        for performance in &self.plan.performances {
            if self.is_canceled(show.id, performance)? {
                continue;
            }
            let subject = subject_of(performance.date, performance.round);
            let own = performance.seating.as_deref();
            let (stage, seats) =
                own.map_or((self.plan.stage.as_ref(), &self.plan.seats), |own| (own.stage.as_ref(), &own.seats));
            let (id, is_new, changed) = self.apply_performance(show.id, performance, stage, &subject)?;
            let seats_changed =
                self.apply_seats(&SeatsToApply { performance: id, is_new, seats, subject: &subject })?;
            // What the layout tells has changed, so those who have it must read it again.
            if !is_new && (changed || show.is_changed || seats_changed) {
                self.connection
                    .execute("UPDATE performance SET layout_version = layout_version + 1 WHERE id = ?1", [id])?;
            }
        }
        self.name_those_left_alone(show.id)?;
        Ok(show.is_new)
    }

    /// Names the performances with which nothing is done, so that nobody takes them for changed or gone.
    fn name_those_left_alone(&mut self, show: ShowId) -> Result<(), Error> {
        let planned: HashSet<_> = self.plan.performances.iter().map(|planned| (planned.date, planned.round)).collect();
        let mut statement = self.connection.prepare(
            "SELECT date, round, canceled_at IS NOT NULL FROM performance WHERE show_id = ?1 ORDER BY date, round",
        )?;
        let mut rows = statement.query([show])?;
        while let Some(row) = rows.next()? {
            let (date, round) = (row.get::<_, DateText>(0)?.0, row.get(1)?);
            let reason = match (planned.contains(&(date, round)), row.get(2)?) {
                (true, true) => "is cancelled",
                (false, false) => "is not in the plan",
                // What is over and not planned is as it should be.
                _ => continue,
            };
            let performance = subject_of(date, round);
            self.applied.report.left_alone.push(PerformanceLeftAlone { performance, reason: reason.to_owned() });
        }
        Ok(())
    }

    fn apply_venue(&mut self, venue: &VenuePlan) -> Result<VenueId, Error> {
        let subject = format!("venue {}", venue.name);
        let known = self
            .connection
            .query_row("SELECT id, contact, address, url FROM venue WHERE name = ?1", [&venue.name], |row| {
                Ok((row.get(0)?, [row.get::<_, String>(1)?, row.get(2)?, row.get(3)?]))
            })
            .optional()?;
        let Some((id, [contact, address, url])) = known else {
            self.connection.execute(
                "INSERT INTO venue (name, contact, address, url) VALUES (?1, ?2, ?3, ?4)",
                params![venue.name, venue.contact, venue.address, venue.url],
            )?;
            self.applied.report.note(subject, "created");
            return Ok(VenueId(self.connection.last_insert_rowid()));
        };
        let fields = differences([
            ("contact", contact, venue.contact.clone()),
            ("address", address, venue.address.clone()),
            ("url", url, venue.url.clone()),
        ]);
        if !fields.is_empty() {
            self.connection.execute(
                "UPDATE venue SET contact = ?2, address = ?3, url = ?4 WHERE id = ?1",
                params![id, venue.contact, venue.address, venue.url],
            )?;
            self.applied.report.note_fields(subject, "changed", fields);
        }
        Ok(id)
    }

    fn apply_show(&mut self, venue: VenueId) -> Result<AppliedShow, Error> {
        let (connection, plan) = (self.connection, self.plan);
        let subject = format!("show {}", plan.name);
        let known: Option<ShowId> = connection
            .query_row("SELECT id FROM show WHERE venue_id = ?1 AND name = ?2", params![venue, plan.name], |row| {
                row.get(0)
            })
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
        let Some(id) = known else {
            connection.execute(
                "INSERT INTO show (venue_id, name, category, start_date, end_date, running_minutes, intermission_minutes,
                     age_limit, total_seats, currency, max_seats_per_user, cancel_until_hours)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                values,
            )?;
            self.applied.report.note(subject, "created");
            return Ok(AppliedShow { id: ShowId(connection.last_insert_rowid()), is_new: true, is_changed: false });
        };
        let (show, _) = catalog::show(connection, id)?;
        let fields = differences([
            ("category", show.category.to_string(), plan.category.to_string()),
            ("start-date", show.start_date.to_string(), first.to_string()),
            ("end-date", show.end_date.to_string(), last.to_string()),
            ("running-minutes", show.running_minutes.to_string(), plan.running_minutes.to_string()),
            ("intermission-minutes", show.intermission_minutes.to_string(), plan.intermission_minutes.to_string()),
            ("age-limit", show.age_limit, plan.age_limit.clone()),
            ("total-seats", show.total_seats.to_string(), total_seats.to_string()),
            ("currency", show.currency.to_string(), plan.currency.to_string()),
            ("max-seats-per-user", show.max_seats_per_user.to_string(), plan.max_seats_per_user.to_string()),
            ("cancel-until-hours", show.cancel_until_hours.to_string(), plan.cancel_until_hours.to_string()),
        ]);
        if fields.is_empty() {
            return Ok(AppliedShow { id, is_new: false, is_changed: false });
        }
        if plan.max_seats_per_user < show.max_seats_per_user {
            self.applied.report.in_the_way.extend(limit::seats_over(connection, id, plan.max_seats_per_user)?);
        }
        connection.execute(
            &format!(
                "UPDATE show SET category = ?3, start_date = ?4, end_date = ?5, running_minutes = ?6,
                     intermission_minutes = ?7, age_limit = ?8, total_seats = ?9, currency = ?10,
                     max_seats_per_user = ?11, cancel_until_hours = ?12
                 WHERE id = {id} AND venue_id = ?1 AND name = ?2"
            ),
            values,
        )?;
        self.applied.report.note_fields(subject, "changed", fields);
        Ok(AppliedShow { id, is_new: false, is_changed: true })
    }

    /// What was cancelled is over, whatever a plan that was written before still says of it.
    fn is_canceled(&self, show: ShowId, performance: &PerformancePlan) -> Result<bool, Error> {
        let is_canceled = self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM performance
                                WHERE show_id = ?1 AND date = ?2 AND round = ?3 AND canceled_at IS NOT NULL)",
            )?
            .query_row(params![show, DateText(performance.date), performance.round], |row| row.get(0))?;
        Ok(is_canceled)
    }

    /// Returns whether the performance is new, and whether it was there and is another now.
    fn apply_performance(
        &mut self,
        show: ShowId,
        wanted: &PerformancePlan,
        stage: Option<&Stage>,
        subject: &str,
    ) -> Result<(PerformanceId, bool, bool), Error> {
        let values = params![
            show,
            DateText(wanted.date),
            wanted.round,
            TimeText(wanted.start_time),
            Millis(wanted.starts_at),
            wanted.sale_opens_at.map(Millis),
            Millis(wanted.sale_closes_at),
            stage
        ];
        let created = self.connection.execute(
            "INSERT INTO performance (show_id, date, round, start_time, starts_at, sale_opens_at, sale_closes_at, stage)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (show_id, date, round) DO NOTHING",
            values,
        )?;
        if created > 0 {
            self.applied.report.note(subject, "created");
            return Ok((PerformanceId(self.connection.last_insert_rowid()), true, false));
        }
        let id = self.connection.query_row(
            "SELECT id FROM performance WHERE show_id = ?1 AND date = ?2 AND round = ?3",
            params![show, DateText(wanted.date), wanted.round],
            |row| row.get(0),
        )?;
        let (found, ..) = catalog::performance(self.connection, id)?;
        let fields = performance_differences(&found, wanted, stage);
        if fields.is_empty() {
            return Ok((id, false, false));
        }
        self.connection.execute(
            "UPDATE performance SET start_time = ?4, starts_at = ?5, sale_opens_at = ?6, sale_closes_at = ?7, stage = ?8
             WHERE show_id = ?1 AND date = ?2 AND round = ?3",
            values,
        )?;
        self.applied.report.note_fields(subject, "changed", fields);
        Ok((id, false, true))
    }
}

/// What a performance is called in reports.
fn subject_of(date: Date, round: u32) -> String {
    format!("performance {date} round {round}")
}

fn performance_differences(found: &Performance, wanted: &PerformancePlan, stage: Option<&Stage>) -> Vec<FieldChange> {
    let opens = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let stage_text = |stage: Option<&Stage>| {
        let text = |stage: &Stage| {
            let Stage { label, x, y, width, height } = stage;
            format!("{label} at {x}, {y}, {width} by {height}")
        };
        stage.map(text).unwrap_or_default()
    };
    differences([
        ("start", found.start_time.to_string(), wanted.start_time.to_string()),
        ("starts-at", found.starts_at.to_string(), wanted.starts_at.to_string()),
        ("sale-opens-at", opens(found.sale_opens_at), opens(wanted.sale_opens_at)),
        ("sale-closes-at", found.sale_closes_at.to_string(), wanted.sale_closes_at.to_string()),
        ("stage", stage_text(found.stage.as_ref()), stage_text(stage)),
    ])
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
