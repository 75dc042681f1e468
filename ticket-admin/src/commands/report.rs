mod occupancy;
mod sales;

use anyhow::Result;
use jiff::civil::Date;
use ticket_core::domain::{PerformanceId, ReportBy, ReportFilter, ReportSubject, ShowId};

use super::show_file::parse_date;
use crate::cli::Global;
use crate::exit::Exit;
use crate::output::{Column, number, text, word};

/// What was sold, and how full the house is
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Report {
    Sales(sales::Sales),
    Occupancy(occupancy::Occupancy),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Filter {
    /// Only of the show with this id
    #[arg(long, value_name = "ID")]
    show: Option<ShowId>,
    /// Only of the performance with this id
    #[arg(long, value_name = "ID")]
    performance: Option<PerformanceId>,
    /// Only from this day on, such as 2027-01-02
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    from: Option<Date>,
    /// Only up to this day, which is in it
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    to: Option<Date>,
}

impl Filter {
    pub(crate) const fn filter(&self) -> ReportFilter {
        ReportFilter { show: self.show, performance: self.performance, from: self.from, to: self.to }
    }
}

impl Report {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Self::Sales(sales) => sales.run(global),
            Self::Occupancy(occupancy) => occupancy.run(global),
        }
    }
}

/// The columns that say what a line is of.
fn subject_columns(by: ReportBy) -> Vec<Column> {
    match by {
        ReportBy::Day => vec![word("DAY")],
        ReportBy::Grade => vec![word("GRADE")],
        ReportBy::Show => vec![number("ID"), text("SHOW")],
        ReportBy::Performance => {
            vec![number("ID").spare(2), text("SHOW"), word("DATE"), number("ROUND").spare(4), word("START").spare(3)]
        }
    }
}

/// The columns of the same in CSV, and those of the figures.
fn csv_columns(by: ReportBy, figures: &[&'static str]) -> Vec<&'static str> {
    let subject: &[&str] = match by {
        ReportBy::Day => &["day"],
        ReportBy::Grade => &["grade"],
        ReportBy::Show => &["showId", "showName"],
        ReportBy::Performance => &["showId", "showName", "showDate", "showRound", "startTime", "performanceId"],
    };
    [subject, figures].concat()
}

/// What stands in these columns.
fn subject_cells(subject: &ReportSubject) -> Vec<String> {
    match subject {
        ReportSubject::Day { day } => vec![day.to_string()],
        ReportSubject::Grade { grade } => vec![grade.to_string()],
        ReportSubject::Show { show_id, show_name } => vec![show_id.to_string(), show_name.clone()],
        ReportSubject::Performance { performance_id, show_name, show_date, show_round, start_time, .. } => vec![
            performance_id.to_string(),
            show_name.clone(),
            show_date.to_string(),
            show_round.to_string(),
            start_time.strftime("%H:%M").to_string(),
        ],
        _ => Vec::new(),
    }
}

/// What stands in these columns of a sum.
fn total_cells(by: ReportBy) -> Vec<String> {
    let mut cells = vec![String::new(); subject_columns(by).len()];
    // Under the name rather than under the id.
    let name = usize::from(cells.len() > 1);
    cells[name] = "TOTAL".to_owned();
    cells
}
