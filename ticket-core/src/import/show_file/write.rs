use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{ShowFileOptions, parse_with, row_words};
use crate::domain::{Grade, PerformancePlan, SeatPlan, Seating, ShowPlan, Stage};
use crate::import::tree::{self, Out, Syntax, Table};

/// A plan that no show file says: one that was not made from files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("a show file cannot say this: {reason}")]
pub struct WriteError {
    /// What it is.
    pub reason: String,
}

/// Writes a plan as a show file, each seat with its place. Read again with this time zone, it is the same plan; this is
/// checked.
///
/// ```
/// use ticket_core::import::Syntax;
/// use ticket_core::import::show_file::{self, ShowFileOptions};
/// use ticket_core::jiff::tz::TimeZone;
///
/// let text = r#"
///     venue.name = "Studio"
///     show = { name = "Hamlet", category = "PLAY", running-minutes = 120 }
///     prices.R = 30000
///     performances = [{ date = 2031-05-02, start = 19:30:00 }]
///     sectors = [{ name = "1F", at = [0, 0], grade = "R", rows = [{ rows = "A-C", seats = "1-4 _ 5-8" }] }]
/// "#;
/// let options = ShowFileOptions { time_zone: TimeZone::get("Asia/Seoul")?, starting: None };
/// let plan = show_file::parse(text, &options)?;
/// let yaml = show_file::write(&plan, Syntax::Yaml, &options.time_zone)?;
/// assert!(yaml.contains(r#"- { row: "B", seats: "1-8", grade: "R", x: "0.5..3.5 5.5..8.5", y: "1.5" }"#));
/// assert_eq!(show_file::parse(&yaml, &options)?, plan);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`WriteError`] for a plan with names that begin with a space, seats in one place, and the like.
pub fn write(plan: &ShowPlan, syntax: Syntax, time_zone: &TimeZone) -> Result<String, WriteError> {
    if let Some(missing) = missing(plan) {
        return Err(WriteError { reason: missing });
    }
    let text = tree::write(&Writer::new(plan, time_zone).show(), syntax);
    let options = ShowFileOptions { time_zone: time_zone.clone(), starting: None };
    let read = parse_with(&text, syntax, &options, &mut |_| Err("there is none".to_owned()));
    match read {
        Ok(read) if read == *plan => Ok(text),
        Ok(read) => Err(WriteError { reason: difference(plan, &read) }),
        Err(error) => Err(WriteError { reason: error.to_string() }),
    }
}

/// What a show file must have, and the plan has not.
fn missing(plan: &ShowPlan) -> Option<String> {
    if plan.performances.is_empty() {
        return Some("there are no performances".to_owned());
    }
    if plan.seats.is_empty() {
        return Some("there are no seats".to_owned());
    }
    let empty = |own: &Arc<Seating>| own.seats.is_empty();
    let without = plan.performances.iter().find(|performance| performance.seating.as_ref().is_some_and(empty))?;
    Some(format!("performance {} round {} has no seats", without.date, without.round))
}

/// Where two plans differ.
fn difference(plan: &ShowPlan, read: &ShowPlan) -> String {
    let seat = plan.seats.iter().zip(&read.seats).find(|(seat, read)| seat != read);
    let performance = plan.performances.iter().zip(&read.performances).find(|(performance, read)| performance != read);
    match (seat, performance) {
        (Some((seat, _)), _) => format!("seat {:?}", seat.guid),
        (None, Some((performance, _))) => format!("performance {} round {}", performance.date, performance.round),
        (None, None) => "names, times or the stage of the show".to_owned(),
    }
}

struct Writer<'a> {
    plan: &'a ShowPlan,
    time_zone: &'a TimeZone,
    /// What most seats of a grade cost.
    prices: BTreeMap<Grade, i64>,
    /// What some performances have instead, each with its name.
    seatings: Vec<(&'a Arc<Seating>, String)>,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a ShowPlan, time_zone: &'a TimeZone) -> Self {
        let mut writer = Self { plan, time_zone, prices: usual_prices(&plan.seats), seatings: Vec::new() };
        for performance in &plan.performances {
            if let Some(seating) = &performance.seating
                && writer.own_prices(seating).is_none()
                && writer.name_of(seating).is_none()
            {
                writer.seatings.push((seating, format!("{} round {}", performance.date, performance.round)));
            }
        }
        writer
    }

    fn show(&self) -> Table {
        let plan = self.plan;
        let mut venue = table([("name", text(&plan.venue.name))]);
        let VenueTexts(texts) = VenueTexts::of(plan);
        venue.extend(texts);
        let mut show = table([
            ("name", text(&plan.name)),
            ("category", text(plan.category.as_str())),
            ("running-minutes", Out::Integer(plan.running_minutes.into())),
            ("intermission-minutes", Out::Integer(plan.intermission_minutes.into())),
        ]);
        if !plan.age_limit.is_empty() {
            show.push(("age-limit".to_owned(), text(&plan.age_limit)));
        }
        show.extend(table([
            ("currency", text(plan.currency.as_str())),
            ("max-seats-per-user", Out::Integer(plan.max_seats_per_user.into())),
            ("cancel-until-hours", Out::Integer(plan.cancel_until_hours.into())),
        ]));
        let mut file = table([
            ("venue", Out::Table(venue)),
            ("show", Out::Table(show)),
            ("prices", Out::Table(price_table(&self.prices))),
        ]);
        file.extend(plan.stage.as_ref().map(|stage| ("stage".to_owned(), stage_table(stage))));
        file.push(("performances".to_owned(), self.performances()));
        file.push(("sectors".to_owned(), self.sectors(&plan.seats)));
        if !self.seatings.is_empty() {
            let seatings = self.seatings.iter().map(|(seating, name)| (name.clone(), self.seating(seating)));
            file.push(("seatings".to_owned(), Out::Table(seatings.collect())));
        }
        file
    }

    fn seating(&self, seating: &Seating) -> Out {
        let stage = seating.stage.as_ref().map(|stage| ("stage".to_owned(), stage_table(stage)));
        Out::Table(stage.into_iter().chain([("sectors".to_owned(), self.sectors(&seating.seats))]).collect())
    }

    fn performances(&self) -> Out {
        let mut round_before = (None, 0);
        let tables = self.plan.performances.iter().map(|performance| {
            let next = if round_before.0 == Some(performance.date) { round_before.1 + 1 } else { 1 };
            round_before = (Some(performance.date), performance.round);
            Out::Table(self.performance(performance, next))
        });
        Out::Tables(tables.collect())
    }

    fn performance(&self, performance: &PerformancePlan, next_round: u32) -> Table {
        let mut entries = table([
            ("date", Out::Moment(performance.date.to_string())),
            ("start", Out::Moment(performance.start_time.to_string())),
        ]);
        let mut push = |name: &str, value| entries.push((name.to_owned(), value));
        if performance.round != next_round {
            push("round", Out::Integer(performance.round.into()));
        }
        if let Some(opens) = performance.sale_opens_at {
            push("sale-opens-at", self.instant(opens));
        }
        if performance.sale_closes_at != performance.starts_at {
            push("sale-closes-at", self.instant(performance.sale_closes_at));
        }
        if let Some(seating) = &performance.seating {
            match (self.own_prices(seating), self.name_of(seating)) {
                (Some(prices), _) => push("prices", Out::Line(price_table(&prices))),
                (None, Some(name)) => push("seating", text(name)),
                (None, None) => {}
            }
        }
        entries
    }

    /// With its offset, so that it is the same instant when the clocks are set back.
    fn instant(&self, instant: Timestamp) -> Out {
        Out::Moment(instant.display_with_offset(self.time_zone.to_offset(instant)).to_string())
    }

    fn name_of(&self, seating: &Arc<Seating>) -> Option<&str> {
        self.seatings.iter().find(|(known, _)| *known == seating).map(|(_, name)| name.as_str())
    }

    /// The prices that make of the show's seats those of the performance, when that is the only difference.
    fn own_prices(&self, seating: &Seating) -> Option<BTreeMap<Grade, i64>> {
        if seating.stage != self.plan.stage || seating.seats.len() != self.plan.seats.len() {
            return None;
        }
        let mut own = BTreeMap::new();
        for (usual, seat) in self.plan.seats.iter().zip(&seating.seats) {
            let has_own_price = self.prices.get(&usual.grade) != Some(&usual.price);
            let is_alike = SeatPlan { price: usual.price, ..seat.clone() } == *usual;
            let price = if has_own_price { usual.price } else { *own.entry(usual.grade).or_insert(seat.price) };
            if !is_alike || seat.price != price {
                return None;
            }
        }
        own.retain(|grade, price| self.prices.get(grade) != Some(price));
        Some(own)
    }

    fn sectors(&self, seats: &[SeatPlan]) -> Out {
        let sectors = seats.chunk_by(|a, b| a.position.sector == b.position.sector).map(|seats| {
            let rows =
                seats.chunk_by(|a, b| a.position.row == b.position.row && self.price_of_row(a) == self.price_of_row(b));
            let rows = rows.flat_map(|row| row.chunks(row_words::SEATS_MAX));
            let rows = rows.map(|row| Out::Line(row_words::row(row, self.price_of_row(&row[0])))).collect();
            Out::Table(table([("name", text(&seats[0].position.sector)), ("rows", Out::Tables(rows))]))
        });
        Out::Tables(sectors.collect())
    }

    /// The price that the row must say, because it is not that of the grade.
    fn price_of_row(&self, seat: &SeatPlan) -> Option<i64> {
        (self.prices.get(&seat.grade) != Some(&seat.price)).then_some(seat.price)
    }
}

/// What of the venue is known.
struct VenueTexts(Table);

impl VenueTexts {
    fn of(plan: &ShowPlan) -> Self {
        let venue = &plan.venue;
        let texts = [("contact", &venue.contact), ("address", &venue.address), ("url", &venue.url)];
        Self(
            texts
                .into_iter()
                .filter(|(_, said)| !said.is_empty())
                .map(|(name, said)| (name.to_owned(), text(said)))
                .collect(),
        )
    }
}

/// For each grade, what most of its seats cost.
fn usual_prices(seats: &[SeatPlan]) -> BTreeMap<Grade, i64> {
    let mut counts: BTreeMap<Grade, BTreeMap<i64, usize>> = BTreeMap::new();
    for seat in seats {
        *counts.entry(seat.grade).or_default().entry(seat.price).or_default() += 1;
    }
    let usual =
        |prices: BTreeMap<i64, usize>| prices.into_iter().max_by_key(|(_, count)| *count).map(|(price, _)| price);
    counts.into_iter().filter_map(|(grade, prices)| Some((grade, usual(prices)?))).collect()
}

fn price_table(prices: &BTreeMap<Grade, i64>) -> Table {
    prices.iter().map(|(grade, price)| (grade.as_str().to_owned(), Out::Integer(*price))).collect()
}

fn stage_table(stage: &Stage) -> Out {
    let number = |place| Out::Number(row_words::decimal(place));
    Out::Table(table([
        ("label", text(&stage.label)),
        ("x", number(stage.x)),
        ("y", number(stage.y)),
        ("width", number(stage.width)),
        ("height", number(stage.height)),
    ]))
}

fn text(said: &str) -> Out {
    Out::Text(said.to_owned())
}

fn table<const N: usize>(entries: [(&str, Out); N]) -> Table {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
