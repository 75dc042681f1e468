use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};
use serde_spanned::Spanned;
use toml::value::{Datetime, Offset as TomlOffset};

use super::ShowFileOptions;
use super::document::PerformanceTable;
use super::values::count;
use crate::domain::limits::{PERFORMANCES_MAX, ROUND};
use crate::domain::{PerformancePlan, Seating};
use crate::import::error::Fault;
use crate::import::tree::Moment;

/// The performances by date and round, moved so that the first is on the date of the options. `seating_of` says what of the
/// seats is different in one of them.
pub(super) fn performances<'a>(
    tables: &'a Spanned<Vec<Spanned<PerformanceTable>>>,
    options: &ShowFileOptions,
    mut seating_of: impl FnMut(&'a PerformanceTable) -> Result<Option<Arc<Seating>>, Fault>,
) -> Result<Vec<PerformancePlan>, Fault> {
    if tables.get_ref().is_empty() {
        return Err(Fault::new(tables.span(), "must have at least one performance"));
    }
    if let Some(excess) = tables.get_ref().get(PERFORMANCES_MAX) {
        return Err(Fault::new(excess.span(), format!("more than {PERFORMANCES_MAX} performances")));
    }
    let shift = shift(tables.get_ref(), options.starting)?;
    let calendar = Calendar { time_zone: &options.time_zone, shift };
    let mut plans = Vec::with_capacity(tables.get_ref().len());
    for table in tables.get_ref() {
        let plan = calendar.performance(table.get_ref(), &plans)?;
        plans.push(plan);
    }
    for (plan, table) in plans.iter_mut().zip(tables.get_ref()) {
        plan.seating = seating_of(table.get_ref())?;
    }
    plans.sort_by_key(|plan| (plan.date, plan.round));
    Ok(plans)
}

/// How far to move every date so that the earliest becomes `starting`.
fn shift(tables: &[Spanned<PerformanceTable>], starting: Option<Date>) -> Result<Span, Fault> {
    let Some(starting) = starting else { return Ok(Span::new()) };
    let dates = tables.iter().map(|table| date(&table.get_ref().date)).collect::<Result<Vec<_>, _>>()?;
    let days = dates.into_iter().min().map_or(0, |first| (starting - first).get_days());
    Ok(days.days())
}

struct Calendar<'a> {
    time_zone: &'a TimeZone,
    shift: Span,
}

impl Calendar<'_> {
    fn performance(&self, table: &PerformanceTable, earlier: &[PerformancePlan]) -> Result<PerformancePlan, Fault> {
        let date = self.moved_date(&table.date)?;
        let start_time = time(&table.start)?;
        let round = round(table, date, start_time, earlier)?;
        let starts_at = self.instant(date.to_datetime(start_time)).ok_or_else(|| unreachable_date(&table.date))?;
        let sale_opens_at = table.sale_opens_at.as_ref().map(|at| self.moved_instant(at)).transpose()?;
        let sale_closes_at = table.sale_closes_at.as_ref().map_or(Ok(starts_at), |at| self.moved_instant(at))?;
        check_sale(table, sale_opens_at, sale_closes_at)?;
        Ok(PerformancePlan { date, round, start_time, starts_at, sale_opens_at, sale_closes_at, seating: None })
    }

    fn moved_date(&self, value: &Spanned<Moment>) -> Result<Date, Fault> {
        date(value)?.checked_add(self.shift).map_err(|_| unreachable_date(value))
    }

    fn moved_instant(&self, value: &Spanned<Moment>) -> Result<Timestamp, Fault> {
        let (local, offset) = date_time(value)?;
        let instant = match offset {
            Some(offset) => offset.to_timestamp(local).ok(),
            None => self.instant(local),
        };
        instant
            .and_then(|instant| instant.to_zoned(self.time_zone.clone()).checked_add(self.shift).ok())
            .map(|moved| moved.timestamp())
            .ok_or_else(|| unreachable_date(value))
    }

    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.time_zone.to_timestamp(local).ok()
    }
}

fn round(table: &PerformanceTable, date: Date, start: Time, earlier: &[PerformancePlan]) -> Result<u32, Fault> {
    let same_date = || earlier.iter().filter(|plan| plan.date == date);
    if same_date().any(|plan| plan.start_time == start) {
        return Err(Fault::new(table.start.span(), format!("a second performance on {date} at {start}")));
    }
    let Some(value) = &table.round else {
        return Ok(same_date().map(|plan| plan.round).max().unwrap_or(0) + 1);
    };
    let round = count(value, ROUND)?;
    if same_date().any(|plan| plan.round == round) {
        return Err(Fault::new(value.span(), format!("a second round {round} on {date}")));
    }
    Ok(round)
}

fn check_sale(table: &PerformanceTable, opens: Option<Timestamp>, closes: Timestamp) -> Result<(), Fault> {
    let (Some(opens_at), Some(opens)) = (&table.sale_opens_at, opens) else { return Ok(()) };
    if opens < closes {
        return Ok(());
    }
    Err(match &table.sale_closes_at {
        Some(closes_at) => {
            let message = format!("{} is not after sale-opens-at, {}", closes_at.get_ref(), opens_at.get_ref());
            Fault::new(closes_at.span(), message)
        }
        None => Fault::new(opens_at.span(), format!("{} is not before the start", opens_at.get_ref())),
    })
}

fn date(value: &Spanned<Moment>) -> Result<Date, Fault> {
    match value.get_ref().0.parse() {
        Ok(Datetime { date: Some(date), time: None, offset: None }) => civil_date(date),
        _ => None,
    }
    .ok_or_else(|| not_a(value, "date", "a local date such as 2031-05-02"))
}

fn time(value: &Spanned<Moment>) -> Result<Time, Fault> {
    match value.get_ref().0.parse() {
        Ok(Datetime { date: None, time: Some(time), offset: None }) => civil_time(time),
        _ => None,
    }
    .ok_or_else(|| not_a(value, "time", "a local time such as 19:30:00"))
}

fn date_time(value: &Spanned<Moment>) -> Result<(DateTime, Option<Offset>), Fault> {
    let nothing = Datetime { date: None, time: None, offset: None };
    let Datetime { date, time, offset } = value.get_ref().0.parse().unwrap_or(nothing);
    let local = date.and_then(civil_date).zip(time.and_then(civil_time)).map(|(date, time)| date.to_datetime(time));
    let offset = offset.map(|offset| match offset {
        TomlOffset::Z => Some(Offset::UTC),
        TomlOffset::Custom { minutes } => Offset::from_seconds(i32::from(minutes) * 60).ok(),
    });
    match (local, offset) {
        (Some(local), None) => Ok((local, None)),
        (Some(local), Some(Some(offset))) => Ok((local, Some(offset))),
        _ => {
            let allowed = "a date and time such as 2031-03-02T14:00:00 or 2031-03-02T14:00:00+09:00";
            Err(not_a(value, "date and time", allowed))
        }
    }
}

fn civil_date(date: toml::value::Date) -> Option<Date> {
    Date::new(date.year.try_into().ok()?, date.month.try_into().ok()?, date.day.try_into().ok()?).ok()
}

fn civil_time(time: toml::value::Time) -> Option<Time> {
    let second = time.second.unwrap_or(0).try_into().ok()?;
    let nanosecond = time.nanosecond.unwrap_or(0).try_into().ok()?;
    Time::new(time.hour.try_into().ok()?, time.minute.try_into().ok()?, second, nanosecond).ok()
}

fn not_a(value: &Spanned<Moment>, what: &str, allowed: &str) -> Fault {
    Fault::new(value.span(), format!("{} is not a {what}; allowed is {allowed}", value.get_ref()))
}

fn unreachable_date(value: &Spanned<Moment>) -> Fault {
    Fault::new(value.span(), format!("{} comes to lie outside the calendar", value.get_ref()))
}
