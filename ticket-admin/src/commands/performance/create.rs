use anyhow::Result;
use jiff::civil::{Date, Time};
use ticket_core::BoxOffice;
use ticket_core::domain::{NewPerformance, PerformanceId, ShowId};

use super::Item;
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::parse::{self, Closing, Opening, WhenOr};

/// Add a performance to a show, while it is on sale
///
/// It gets the seats, grades and prices of another performance of the show, all of them on sale.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin performance create 3 --date 2031-05-03 --start 19:30
  ticket-admin performance create 3 --date 2031-05-03 --start 15:00 \\
      --seats-of 7 --sale-opens-at 2031-03-01T10:00 --dry-run")]
pub(crate) struct Create {
    /// Id of the show
    show: ShowId,
    /// Local date
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    date: Date,
    /// Local time of day at which it starts
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    start: Time,
    /// Number of the performance on that date; without one, the next
    #[arg(long, value_name = "NUMBER")]
    round: Option<u32>,
    /// When its sale opens: a date and time, or `always`
    #[arg(long, value_name = "WHEN", default_value = "always")]
    sale_opens_at: Opening,
    /// When its sale closes: a date and time, or `start`
    #[arg(long, value_name = "WHEN", default_value = "start")]
    sale_closes_at: Closing,
    /// Id of the performance whose seats it gets; without one, the latest of the show
    #[arg(long, value_name = "ID")]
    seats_of: Option<PerformanceId>,
    #[command(flatten)]
    dry: DryRun,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let dry_run = self.dry.dry_run;
        let changed = in_shop(global, async |shop: &BoxOffice| {
            let performance = NewPerformance {
                show: self.show,
                date: self.date,
                round: self.round,
                start_time: self.start,
                sale_opens_at: WhenOr::instant(self.sale_opens_at, shop.time_zone())?,
                sale_closes_at: WhenOr::instant(self.sale_closes_at, shop.time_zone())?,
                seats_of: self.seats_of,
            };
            Ok(shop.add_performance(performance, dry_run).await?)
        })?;
        tell(global.format, changed, dry_run, Item::from)
    }
}
