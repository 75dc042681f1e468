//! What applying a plan has changed, or would change.

use anyhow::Result;
use ticket_core::domain::ShowPlan;
use ticket_core::{ApplyChange, ApplyReport, BoxOffice, PerformanceLeftAlone};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::cli::Format;
use crate::csv::Record;
use crate::exit::Exit;
use crate::interrupt::{Signals, let_end_late};
use crate::output::{self, number, text};
use crate::progress;

impl Record for ApplyReport {
    const COLUMNS: &'static [&'static str] = &[
        "showId",
        "changes.subject",
        "changes.action",
        "changes.fields.field",
        "changes.fields.from",
        "changes.fields.to",
        "changes.fields.seats",
        "inTheWay.seatId",
        "inTheWay.performance",
        "inTheWay.guid",
        "inTheWay.reason",
        "leftAlone.performance",
        "leftAlone.reason",
        "applied",
    ];
    const EACH: &'static [&'static str] = &["changes", "changes.fields", "inTheWay", "leftAlone"];
}

/// Applies a plan, with a bar on a terminal. A signal ends it with nothing done until there is nothing left but to commit
/// it; from then on it ends by itself, so that what is done is told.
pub(super) async fn apply(shop: &BoxOffice, plan: ShowPlan, dry_run: bool) -> Result<ApplyReport> {
    let (bar, progress) = progress::seats();
    let (is_late, late) = mpsc::unbounded_channel();
    let runtime = Handle::current();
    let watch = move |done, all| {
        progress(done, all);
        if done == all {
            let _in_runtime = runtime.enter();
            // Where they cannot be listened to, they end it as before.
            if let Ok(signals) = Signals::new() {
                // It is dropped only when the work is done.
                let _ = is_late.send(signals);
            }
        }
    };
    let report = let_end_late(late, shop.apply_watched(plan, dry_run, watch)).await;
    bar.finish_and_clear();
    Ok(report??)
}

/// Prints what was done with the plan in `file`, and says how it ended.
pub(super) fn print(format: Format, report: &ApplyReport, file: &str, dry_run: bool) -> Result<Exit> {
    output::record(format, report, |report| {
        if report.in_the_way.is_empty() { print_changes(report) } else { print_in_the_way(report) }
    })?;
    note_left_alone(report);
    output::note(summary(report, file, dry_run));
    Ok(if report.in_the_way.is_empty() { Exit::Ok } else { Exit::Conflict })
}

/// Prints what is different, and what would stand in the way.
pub(super) fn print_differences(format: Format, report: &ApplyReport) -> Result<()> {
    output::record(format, report, |report| {
        print_changes(report)?;
        if !report.in_the_way.is_empty() {
            output::line(format_args!(""))?;
        }
        print_in_the_way(report)
    })?;
    note_left_alone(report);
    Ok(())
}

/// Names performances that the file does not change, so that nobody waits for them to go. Of a long run a few will do.
fn note_left_alone(report: &ApplyReport) {
    const NAMED: usize = 5;
    for PerformanceLeftAlone { performance, reason, .. } in report.left_alone.iter().take(NAMED) {
        output::note(format_args!("{performance} {reason}, and stays as it is"));
    }
    if let more @ 1.. = report.left_alone.len().saturating_sub(NAMED) {
        output::note(format_args!("and {more} more; --format json names them all"));
    }
}

fn summary(report: &ApplyReport, file: &str, dry_run: bool) -> String {
    match (report.in_the_way.len(), report.changes.len()) {
        (0, 0) => format!("{file}: nothing to change"),
        (0, _) if dry_run => format!("{file}: dry run, nothing was changed"),
        (0, _) => format!("{file}: applied"),
        (1, _) => format!("error: {file}: 1 seat is in the way; nothing was changed"),
        (seats, _) => format!("error: {file}: {seats} seats are in the way; nothing was changed"),
    }
}

fn print_changes(report: &ApplyReport) -> Result<()> {
    if report.changes.is_empty() {
        return Ok(());
    }
    let rows = report.changes.iter().map(|change| [change.subject.clone(), action(change)]);
    output::lines(output::table([text("WHAT"), text("CHANGE")], rows))
}

fn action(change: &ApplyChange) -> String {
    let fields: Vec<String> = change.fields.iter().map(ToString::to_string).collect();
    if fields.is_empty() { change.action.clone() } else { format!("{}: {}", change.action, fields.join("; ")) }
}

fn print_in_the_way(report: &ApplyReport) -> Result<()> {
    if report.in_the_way.is_empty() {
        return Ok(());
    }
    let rows = report
        .in_the_way
        .iter()
        .map(|seat| [seat.seat_id.to_string(), seat.guid.clone(), seat.performance.clone(), seat.reason.clone()]);
    output::lines(output::table([number("ID"), text("SEAT IN THE WAY"), text("PERFORMANCE"), text("REASON")], rows))
}
