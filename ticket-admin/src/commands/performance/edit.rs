use anyhow::Result;
use jiff::civil::{Date, Time};
use ticket_core::BoxOffice;
use ticket_core::domain::{PerformanceEdit, PerformanceId};

use super::Item;
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::parse::{self, Closing, Opening};

/// Change when a performance is, or when it is sold, while it is on sale
///
/// What is sold and held stays so; buyers are not told. Outside of the new sale no hold is confirmed any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin performance edit 7 --start 20:00 --dry-run
  ticket-admin performance edit 7 --sale-closes-at 2031-05-03T18:00")]
pub(crate) struct Edit {
    /// Its id
    performance: PerformanceId,
    /// Local date
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    date: Option<Date>,
    /// Number of the performance on that date
    #[arg(long, value_name = "NUMBER")]
    round: Option<u32>,
    /// Local time of day at which it starts; a sale that closes at the start goes on doing so
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    start: Option<Time>,
    /// When its sale opens: a date and time, or `always`
    #[arg(long, value_name = "WHEN")]
    sale_opens_at: Option<Opening>,
    /// When its sale closes: a date and time, or `start`
    #[arg(long, value_name = "WHEN")]
    sale_closes_at: Option<Closing>,
    #[command(flatten)]
    dry: DryRun,
}

impl Edit {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let dry_run = self.dry.dry_run;
        let changed = in_shop(global, async |shop: &BoxOffice| {
            let zone = shop.time_zone();
            let edit = PerformanceEdit {
                date: self.date,
                round: self.round,
                start_time: self.start,
                sale_opens_at: self.sale_opens_at.map(|at| at.instant(zone)).transpose()?,
                sale_closes_at: self.sale_closes_at.map(|at| at.instant(zone)).transpose()?,
            };
            Ok(shop.edit_performance(self.performance, edit, dry_run).await?)
        })?;
        tell(global.format, changed, dry_run, Item::from)
    }
}
