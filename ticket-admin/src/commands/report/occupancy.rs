use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Occupancy as Sums, OccupancyReport, ReportBy};

use super::{Filter, csv_columns, subject_cells, subject_columns, total_cells};
use crate::bars::{Bars, Share};
use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output::{self, number};
use crate::parse::one_of;
use crate::table::Table;

/// How full performances are, by their dates
///
/// Seats that are sold, of those for sale: seats out of sale are in neither number. Waiting are those that were cancelled or are
/// offered to somebody who waits. Seats that are held are left until they are sold.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin report occupancy --show 3
  ticket-admin report occupancy --by grade --performance 7 --format json")]
pub(crate) struct Occupancy {
    /// A line for each of these
    #[arg(long, value_name = "GROUPING", default_value = "performance", value_parser = one_of(ReportBy::ALL, ReportBy::as_str))]
    by: ReportBy,
    #[command(flatten)]
    filter: Filter,
}

/// The columns of the figures in CSV.
const FIGURES: [&str; 6] = ["seats", "soldSeats", "waitingSeats", "blockedSeats", "leftSeats", "occupancyPercent"];

impl Occupancy {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let report =
            in_shop(global, async |shop: &BoxOffice| Ok(shop.occupancy_report(self.by, self.filter.filter()).await?))?;
        match global.format {
            Format::Table if report.lines.is_empty() => output::note("no performances"),
            Format::Table => output::lines(table(self.by, &report, Bars::new(global)))?,
            Format::Json => output::json(&report)?,
            // A line is a line.
            lines @ (Format::Ndjson | Format::Csv) => {
                output::records_in(lines, &report.lines, &csv_columns(self.by, &FIGURES), &[])?;
            }
        }
        Ok(Exit::Ok)
    }
}

fn table(by: ReportBy, report: &OccupancyReport, bars: Bars) -> Vec<String> {
    let mut columns = subject_columns(by);
    columns.extend([
        number("SEATS").spare(6),
        number("SOLD"),
        number("WAITING").spare(7),
        number("BLOCKED").spare(8),
        number("LEFT").spare(1),
        number("FULL"),
    ]);
    let cells = |subject: Vec<String>, sums: &Sums| {
        let figures = [
            sums.seats.to_string(),
            sums.sold_seats.to_string(),
            sums.waiting_seats.to_string(),
            sums.blocked_seats.to_string(),
            sums.left_seats.to_string(),
            format!("{:.1} %", sums.percent()),
        ];
        subject.into_iter().chain(figures).collect::<Vec<String>>()
    };
    let lines = report.lines.iter().map(|line| cells(subject_cells(&line.subject), &line.occupancy));
    let share = |of: &Sums| (of.sold_seats, of.seats.saturating_sub(of.blocked_seats));
    let shares = report.lines.iter().map(|line| share(&line.occupancy));
    let shares: Vec<Share> = shares.chain([share(&report.total)]).collect();
    let rows = lines.chain([cells(total_cells(by), &report.total)]);
    output::fitted(&Table::new(columns, rows).with_bars(bars, &shares))
}
