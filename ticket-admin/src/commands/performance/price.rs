use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{Currency, Grade, PerformanceId, PriceReport, PricedSeats, SeatId};

use crate::cli::{Format, Global};
use crate::commands::change::DryRun;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, word};
use crate::parse;

/// Change the price of grades, while they are on sale
///
/// What is sold keeps the price that was paid. Seats that are held or offered keep theirs, because somebody was told it: they
/// are counted, and the exit code is 5. Run it again when they are not held any more.
#[derive(Debug, clap::Args)]
pub(crate) struct Price {
    /// Its id
    performance: PerformanceId,
    /// A grade and its price in the smallest unit of the currency, such as R=90000; may be given several times
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
        let dry_run = self.dry.dry_run;
        let (report, currency) = in_shop(global, async |shop: &BoxOffice| {
            let (_, show, _) = shop.performance(self.performance).await?;
            let mut all = PriceReport::default();
            for (grade, price) in self.prices {
                let seats = PricedSeats::Grade(self.performance, grade);
                let report = shop.change_prices(seats, price, dry_run).await?;
                all.changes.extend(report.changes);
                all.kept.extend(report.kept);
            }
            Ok((all, show.currency))
        })?;
        tell(global.format, report, currency, dry_run)
    }
}

/// Prints what has become of prices, and chooses the exit code.
pub(crate) fn tell(format: Format, report: PriceReport, currency: Currency, dry_run: bool) -> Result<Exit> {
    let changes = report.changes.iter().map(|change| Change {
        grade: change.grade,
        price_before: change.before,
        price: change.after,
        seats: change.seats,
    });
    let report = Report { changes: changes.collect(), kept_seat_ids: report.kept, dry_run };
    output::record(format, &report, |report| print_table(report, currency))?;
    let (is_same, kept) = (report.changes.is_empty(), report.kept_seat_ids.len());
    if kept > 0 {
        output::note(format_args!("error: held or offered seats that keep their price: {kept}; run it again later"));
    }
    if dry_run {
        output::note("dry run, nothing was changed");
    } else if is_same && kept == 0 {
        output::note("nothing to change");
    }
    Ok(if kept > 0 { Exit::Conflict } else { Exit::Ok })
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
