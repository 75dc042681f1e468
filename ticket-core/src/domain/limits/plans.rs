//! Whether a plan is within the limits, whoever has made it.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Breach, PERFORMANCES_MAX, PLAN_MAX, PRICE, ROUND, SEAT_NUMBER, SEATS_MAX};
use super::{name, number, of, time};
use crate::domain::{SeatPlan, Seating, ShowPlan, Stage};

impl ShowPlan {
    /// The same without the white space around its texts, or the first thing that is wrong with it.
    pub(crate) fn checked(mut self) -> Result<Self, Breach> {
        self.check_values()?;
        self.venue
            .check_values()
            .map_err(|Breach { field, problem }| Breach { field: "venue", problem: format!("{field}: {problem}") })?;
        self.keep_milliseconds();
        of("performances", self.check_performances())?;
        of("stage", check_stage(self.stage.as_ref()))?;
        of("seats", check_seats(&self.seats))?;
        Ok(self)
    }

    /// Instants as the database tells them.
    fn keep_milliseconds(&mut self) {
        let kept = |at: Timestamp| Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        for performance in &mut self.performances {
            performance.starts_at = kept(performance.starts_at);
            performance.sale_opens_at = performance.sale_opens_at.map(kept);
            performance.sale_closes_at = kept(performance.sale_closes_at);
        }
    }

    fn check_performances(&self) -> Result<(), String> {
        let count = self.performances.len();
        if count == 0 {
            return Err("there are none; a show has at least one".to_owned());
        }
        if count > PERFORMANCES_MAX {
            return Err(format!("there are {count}; allowed are {PERFORMANCES_MAX}"));
        }
        let mut rounds = HashSet::new();
        for performance in &self.performances {
            let (date, round) = (performance.date, performance.round);
            let wrong = |problem: String| format!("{date} round {round}: {problem}");
            number(round, &ROUND).map_err(|problem| format!("{date}: round {problem}"))?;
            if !rounds.insert((date, round)) {
                return Err(wrong("is there twice".to_owned()));
            }
            time(performance.start_time).map_err(wrong)?;
            let closes_at = performance.sale_closes_at;
            if performance.sale_opens_at.is_some_and(|opens_at| opens_at >= closes_at) {
                return Err(wrong(format!("the sale must open before it closes, at {closes_at}")));
            }
            if let Some(Seating { stage, seats }) = performance.seating.as_deref() {
                check_stage(stage.as_ref()).and_then(|()| check_seats(seats)).map_err(wrong)?;
            }
        }
        Ok(())
    }
}

fn check_stage(stage: Option<&Stage>) -> Result<(), String> {
    let Some(stage) = stage else { return Ok(()) };
    as_it_is(&stage.label).map_err(|problem| format!("its label {problem}"))?;
    for measure in [stage.x, stage.y, stage.width, stage.height] {
        place(measure)?;
    }
    Ok(())
}

fn check_seats(seats: &[SeatPlan]) -> Result<(), String> {
    if seats.len() > SEATS_MAX {
        return Err(format!("there are {}; allowed are {SEATS_MAX}", seats.len()));
    }
    let mut guids = HashSet::with_capacity(seats.len());
    for seat in seats {
        check_seat(seat).map_err(|problem| format!("seat {:?}: {problem}", seat.guid))?;
        if !guids.insert(&seat.guid) {
            return Err(format!("seat {:?} is there twice", seat.guid));
        }
    }
    Ok(())
}

fn check_seat(seat: &SeatPlan) -> Result<(), String> {
    let at = &seat.position;
    for (what, text) in [("guid", &seat.guid), ("sector", &at.sector), ("row", &at.row), ("label", &at.label)] {
        as_it_is(text).map_err(|problem| format!("its {what} {problem}"))?;
    }
    let numbers = i64::from(*SEAT_NUMBER.start())..=i64::from(*SEAT_NUMBER.end());
    number(at.number, &numbers).map_err(|problem| format!("number {problem}"))?;
    number(seat.price, &PRICE).map_err(|problem| format!("price {problem}"))?;
    place(seat.x)?;
    place(seat.y)
}

/// A name that is stored as it is, as others go by it: white space around it would be another name.
fn as_it_is(given: &str) -> Result<(), String> {
    let name = name(given)?;
    if name == given { Ok(()) } else { Err(format!("{given:?} begins or ends with a space")) }
}

fn place(measure: f32) -> Result<(), String> {
    number(f64::from(measure), &(-PLAN_MAX..=PLAN_MAX)).map(drop)
}
