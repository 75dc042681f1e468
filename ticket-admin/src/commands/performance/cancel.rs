use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{PerformanceId, Show, Standing};

use super::name;
use crate::cli::Global;
use crate::commands::in_shop;
use crate::consent::{by_name, end_without};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output;

/// Cancel a performance, for ever
///
/// Nothing of it is sold from that moment on; its bookings are cancelled and their buyers told by mail, its holds and the entries
/// of its waitlist end. It is not listed any more, but is kept with its history. Sales of other performances go on. Whatever
/// ends the command early, run again it goes on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin performance cancel 7 --dry-run
  ticket-admin performance cancel 7")]
pub(crate) struct Cancel {
    /// Its id
    performance: PerformanceId,
    /// Say what would be cancelled, and cancel nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
}

/// What is, or was, undone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    performance_id: PerformanceId,
    bookings: u64,
    tickets: u64,
    total_price: i64,
    holds: u64,
    waiters: u64,
    dry_run: bool,
}

impl Record for Report {
    const COLUMNS: &'static [&'static str] =
        &["performanceId", "bookings", "tickets", "totalPrice", "holds", "waiters", "dryRun"];
}

impl Cancel {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let Self { dry_run, yes, .. } = self;
        in_shop(global, async |shop: &BoxOffice| {
            let (performance, show, _) = shop.performance(self.performance).await?;
            let standing = shop.standing(performance.id).await?;
            if dry_run {
                self.report(global, &standing, &show)?;
                output::note("dry run, nothing was cancelled");
                return Ok(Exit::Ok);
            }
            let question = format!(
                "Cancel performance {} of {:?} for ever? Buyers who lose their tickets and are told by mail: {}.",
                name(&performance),
                show.name,
                standing.buyers
            );
            if let Some(exit) = end_without(by_name(yes, &question, &show.name), "nothing was cancelled") {
                return Ok(exit);
            }
            let canceled = shop.cancel_performance(performance.id, &|_| {}).await?;
            self.report(global, &canceled.undone, &show)?;
            let is_idle = canceled.undone == Standing::default();
            output::note(match canceled.was_canceled {
                true if is_idle => "it was cancelled before; nothing was left to do",
                true => "it was cancelled before; what was left is done",
                false => "cancelled",
            });
            Ok(Exit::Ok)
        })
    }

    fn report(&self, global: &Global, undone: &Standing, show: &Show) -> Result<()> {
        let Standing { bookings, tickets, total_price, holds, waiters, .. } = *undone;
        let dry_run = self.dry_run;
        let performance_id = self.performance;
        let report = Report { performance_id, bookings, tickets, total_price, holds, waiters, dry_run };
        output::record(global.format, &report, |report| {
            let total = show.currency.format(report.total_price);
            output::lines([
                format!("bookings cancelled: {bookings}, with tickets: {tickets}, worth {total}"),
                format!("holds ended: {holds}"),
                format!("entries of the waitlist ended: {waiters}"),
            ])
        })
    }
}
