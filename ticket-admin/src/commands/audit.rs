use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::audit::AuditReport;

use super::in_shop;
use crate::cli::Global;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Check what must always be true of the database; exits with 1 when something is found
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin audit && echo nothing is wrong")]
pub(crate) struct Audit {}

impl Record for AuditReport {
    const COLUMNS: &'static [&'static str] = &["findings.invariant", "findings.text"];
    const EACH: &'static [&'static str] = &["findings"];
}

impl Audit {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let report = in_shop(global, async |box_office: &BoxOffice| Ok(box_office.audit().await?))?;
        output::record(global.format, &report, print_table)?;
        Ok(if report.is_clean() { Exit::Ok } else { Exit::Failed })
    }
}

fn print_table(report: &AuditReport) -> Result<()> {
    let found = |invariant| report.findings.iter().filter(move |finding| finding.invariant == invariant);
    let rows = report.checked.iter().map(|invariant| {
        let verdict = match found(invariant.number).count() {
            0 => "ok".to_owned(),
            count => format!("{count} broken"),
        };
        [invariant.number.to_string(), invariant.text.to_owned(), verdict]
    });
    let mut lines = output::table([number("NO"), text("WHAT MUST BE TRUE"), text("RESULT")], rows);
    lines.extend(report.findings.iter().map(|finding| format!("{}: {}", finding.invariant, finding.text)));
    output::lines(lines)
}
