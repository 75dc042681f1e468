use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{ReportBy, Sales as Sums, SalesReport};

use super::{Filter, csv_columns, subject_cells, subject_columns, total_cells};
use crate::bars::{Bars, Share};
use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output::{self, number};
use crate::parse::one_of;
use crate::table::Table;

/// Tickets sold, and for how much, by the day of the sale
///
/// Tickets that were cancelled later count where they were sold: as sold, and as cancelled. The revenue is that of the valid ones;
/// what was paid for the others stands beside it. A line per currency.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin report sales --by grade --show 3
  ticket-admin report sales --from 2031-05-01 --to 2031-05-31 --format csv")]
pub(crate) struct Sales {
    /// A line for each of these
    #[arg(long, value_name = "GROUPING", default_value = "day", value_parser = one_of(ReportBy::ALL, ReportBy::as_str))]
    by: ReportBy,
    #[command(flatten)]
    filter: Filter,
}

/// The columns of the figures in CSV.
const FIGURES: [&str; 6] = ["currency", "soldTickets", "canceledTickets", "validTickets", "canceledRevenue", "revenue"];

impl Sales {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let report =
            in_shop(global, async |shop: &BoxOffice| Ok(shop.sales_report(self.by, self.filter.filter()).await?))?;
        match global.format {
            Format::Table if report.lines.is_empty() => output::note("no sales"),
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

fn table(by: ReportBy, report: &SalesReport, bars: Bars) -> Vec<String> {
    let mut columns = subject_columns(by);
    columns.extend([
        number("SOLD"),
        number("CANCELLED").spare(7),
        number("VALID").spare(6),
        number("CANCELLED FOR").spare(8),
        number("REVENUE"),
    ]);
    let cells = |subject: Vec<String>, sums: &Sums| {
        let figures = [
            sums.sold_tickets.to_string(),
            sums.canceled_tickets.to_string(),
            sums.valid_tickets.to_string(),
            sums.currency.format(sums.canceled_revenue),
            sums.currency.format(sums.revenue),
        ];
        subject.into_iter().chain(figures).collect::<Vec<String>>()
    };
    let lines = report.lines.iter().map(|line| cells(subject_cells(&line.subject), &line.sales));
    let totals = report.totals.iter().map(|sums| cells(total_cells(by), sums));
    let most = report.lines.iter().map(|line| line.sales.valid_tickets).max().unwrap_or_default();
    let shares = report.lines.iter().map(|line| (line.sales.valid_tickets, most));
    // The sums have none.
    let shares: Vec<Share> = shares.chain(report.totals.iter().map(|_| (0, most))).collect();
    output::fitted(&Table::new(columns, lines.chain(totals)).with_bars(bars, &shares))
}
