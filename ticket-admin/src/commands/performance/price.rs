use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::LayoutSeat;
use ticket_core::domain::{Currency, Grade, PerformanceId, PriceReport, PricedSeats, SeatId};

use crate::cli::{Format, Global};
use crate::commands::change::DryRun;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::{Exit, usage};
use crate::output::{self, number, word};
use crate::parse;

/// Change the price of grades, while they are on sale
///
/// All of them at once. What is sold keeps the price that was paid. Seats that are held or offered keep theirs, because somebody
/// was told it: they are named, and the exit code is 5. Run it again when they are not held any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin performance price 7 R=90000 S=70000 --dry-run")]
pub(crate) struct Price {
    /// Its id
    performance: PerformanceId,
    /// Grades, each with its price in the smallest unit of the currency, such as R=90000 S=70000
    #[arg(value_name = "GRADE=PRICE", required = true, value_parser = parse::price)]
    prices: Vec<(Grade, i64)>,
    #[command(flatten)]
    dry: DryRun,
}

/// What has become of prices, as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    changes: Vec<Change>,
    kept_seat_ids: Vec<SeatId>,
    dry_run: bool,
}

impl Record for Report {
    const COLUMNS: &'static [&'static str] =
        &["changes.grade", "changes.priceBefore", "changes.price", "changes.seats", "keptSeatIds", "dryRun"];
    const EACH: &'static [&'static str] = &["changes", "keptSeatIds"];
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    grade: Grade,
    price_before: i64,
    price: i64,
    seats: u64,
}

impl Price {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let prices = PricedSeats::Grades(self.performance, distinct(self.prices)?);
        change(global, self.performance, prices, self.dry.dry_run)
    }
}

/// Each grade with its price; one that is named twice has none.
fn distinct(prices: Vec<(Grade, i64)>) -> Result<BTreeMap<Grade, i64>> {
    let mut distinct = BTreeMap::new();
    for (grade, price) in prices {
        if let Some(before) = distinct.insert(grade, price) {
            return Err(usage(format!("{grade} is given twice, as {before} and as {price}; a grade has one price")));
        }
    }
    Ok(distinct)
}

/// Changes prices of a performance, and tells what has become of them.
pub(crate) fn change(global: &Global, performance: PerformanceId, prices: PricedSeats, dry_run: bool) -> Result<Exit> {
    let (report, currency, kept) = in_shop(global, async |shop: &BoxOffice| {
        let report = shop.change_prices(prices, dry_run).await?;
        let layout = shop.layout_of_any(performance).await?;
        let kept = layout.seats().filter(|seat| report.kept.binary_search(&seat.id).is_ok());
        let kept: Vec<String> = kept.map(|seat| named(&seat)).collect();
        Ok((report, layout.header.currency, kept))
    })?;
    tell(global.format, report, &kept, currency, dry_run)
}

/// What people call a seat, and its id.
fn named(seat: &LayoutSeat<'_>) -> String {
    let label = seat.label.map_or_else(|| seat.number.to_string(), str::to_owned);
    format!("{} {}-{label} (seat {})", seat.sector, seat.row, seat.id)
}

/// Prints what has become of prices, and chooses the exit code.
fn tell(format: Format, report: PriceReport, kept: &[String], currency: Currency, dry_run: bool) -> Result<Exit> {
    let changes = report.changes.iter().map(|change| Change {
        grade: change.grade,
        price_before: change.before,
        price: change.after,
        seats: change.seats,
    });
    let report = Report { changes: changes.collect(), kept_seat_ids: report.kept, dry_run };
    output::record(format, &report, |report| print_table(report, currency))?;
    let (is_same, count) = (report.changes.is_empty(), report.kept_seat_ids.len());
    if count > 0 {
        output::note(format_args!("error: held or offered seats that keep their price: {count}; run it again later:"));
        for seat in kept {
            output::note(format_args!("- {seat}"));
        }
    }
    if dry_run {
        output::note("dry run, nothing was changed");
    } else if is_same && count == 0 {
        output::note("nothing to change");
    }
    Ok(if count > 0 { Exit::Conflict } else { Exit::Ok })
}

fn print_table(report: &Report, currency: Currency) -> Result<()> {
    if report.changes.is_empty() {
        return Ok(());
    }
    let rows = report.changes.iter().map(|change| {
        [
            change.grade.to_string(),
            currency.format(change.price_before),
            currency.format(change.price),
            change.seats.to_string(),
        ]
    });
    output::lines(output::table([word("GRADE"), number("BEFORE"), number("AFTER"), number("SEATS")], rows))
}
