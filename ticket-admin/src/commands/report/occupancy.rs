use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Occupancy as Sums, OccupancyReport, ReportBy};

use super::{Filter, subject_cells, subject_columns, total_cells};
use crate::bars::{Bars, Share};
use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output::{self, number};

/// How full performances are, by their dates
///
/// Seats that are sold, of those for sale: seats out of sale are in neither number. Waiting are those that were cancelled or are
/// offered to somebody who waits. Seats that are held are left until they are sold.
#[derive(Debug, clap::Args)]
pub(crate) struct Occupancy {
    /// A line for each: day, grade, performance or show
    #[arg(long, value_name = "GROUPING", default_value = "performance", ignore_case = true)]
    by: ReportBy,
    #[command(flatten)]
    filter: Filter,
}

impl Occupancy {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let report =
            in_shop(global, async |shop: &BoxOffice| Ok(shop.occupancy_report(self.by, self.filter.filter()).await?))?;
        match global.format {
            Format::Table if report.lines.is_empty() => output::note("no performances"),
            Format::Table => output::lines(table(self.by, &report, Bars::new(global)))?,
            Format::Json => output::record(global.format, &report, |_| Ok(()))?,
            // A line is a line.
            lines @ (Format::Ndjson | Format::Csv) => output::records(lines, &report.lines)?,
        }
        Ok(Exit::Ok)
    }
}

fn table(by: ReportBy, report: &OccupancyReport, bars: Bars) -> Vec<String> {
    let mut columns = subject_columns(by);
    columns.extend(["SEATS", "SOLD", "WAITING", "BLOCKED", "LEFT", "FULL"].map(number));
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
    bars.beside(output::table(columns, lines.chain([cells(total_cells(by), &report.total)])), &shares)
}
