use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ticket_core::domain::ShowPlan;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::{ApplyReport, BoxOffice};

use super::in_shop;
use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Make a show as a file says it should be; changes nothing when it is so already
///
/// Sold and held seats are never touched: with any of them in the way nothing is changed, they are listed, and the exit
/// code is 5.
#[derive(Debug, clap::Args)]
pub(crate) struct Apply {
    /// The show file (TOML); `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Move its dates so that the first performance is on this day
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    starting: Option<Date>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Apply {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let text = read(&self.file)?;
        let report = in_shop(global, async |box_office: &BoxOffice| {
            let plan = self.plan(&text, box_office.time_zone().clone())?;
            Ok(box_office.apply(plan, self.dry_run).await?)
        })?;
        self.print(global.format, &report)
    }

    fn plan(&self, text: &str, time_zone: TimeZone) -> Result<ShowPlan> {
        let options = ShowFileOptions { time_zone, starting: self.starting };
        show_file::parse(text, &options).map_err(|error| anyhow!("{}: {error}", name(&self.file)))
    }

    fn print(&self, format: Format, report: &ApplyReport) -> Result<Exit> {
        output::record(format, report, print_table)?;
        output::note(self.summary(report));
        Ok(if report.in_the_way.is_empty() { Exit::Ok } else { Exit::Conflict })
    }

    fn summary(&self, report: &ApplyReport) -> String {
        let file = name(&self.file);
        match (report.in_the_way.len(), report.changes.len()) {
            (0, 0) => format!("{file}: nothing to change"),
            (0, _) if self.dry_run => format!("{file}: dry run, nothing was changed"),
            (0, _) => format!("{file}: applied"),
            (1, _) => format!("error: {file}: 1 seat is in the way; nothing was changed"),
            (seats, _) => format!("error: {file}: {seats} seats are in the way; nothing was changed"),
        }
    }
}

fn print_table(report: &ApplyReport) -> Result<()> {
    if !report.in_the_way.is_empty() {
        let rows = report
            .in_the_way
            .iter()
            .map(|seat| [seat.seat_id.to_string(), seat.guid.clone(), seat.performance.clone(), seat.reason.clone()]);
        return output::lines(output::table(
            [number("ID"), text("SEAT IN THE WAY"), text("PERFORMANCE"), text("REASON")],
            rows,
        ));
    }
    if !report.changes.is_empty() {
        let rows = report.changes.iter().map(|change| [change.subject.clone(), change.action.clone()]);
        output::lines(output::table([text("WHAT"), text("CHANGE")], rows))?;
    }
    Ok(())
}

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "allowed is a date such as 2027-01-02".to_owned())
}

fn read(file: &Path) -> Result<String> {
    let read = || {
        if file == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            fs::read(file)
        }
    };
    let bytes = read().with_context(|| format!("cannot read {}", name(file)))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow!("{}: line {line}: is not UTF-8 text", name(file))
    })
}

fn name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}
