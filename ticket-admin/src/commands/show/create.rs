use anyhow::Result;
use jiff::civil::Date;
use ticket_core::BoxOffice;
use ticket_core::domain::{Category, Currency, NewShow, VenueId};

use super::Item;
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::parse;
use crate::parse::one_of;

/// Add a show without performances; `apply` makes one with all that belongs to it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin show create --venue 3 --name Hamlet --category play \\
      --start-date 2031-05-02 --end-date 2031-05-09 --running-minutes 140")]
pub(crate) struct Create {
    /// Id of the venue where it plays
    #[arg(long, value_name = "ID")]
    venue: VenueId,
    /// Its name, which no other of the venue has
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it is
    #[arg(long, value_name = "CATEGORY", value_parser = one_of(Category::ALL, Category::as_str))]
    category: Category,
    /// First day; performances that are added later widen the run
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    start_date: Date,
    /// Last day
    #[arg(long, value_name = "DATE", value_parser = parse::date)]
    end_date: Date,
    /// Running time, without the intermission
    #[arg(long, value_name = "MINUTES")]
    running_minutes: u32,
    /// Intermission
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    intermission_minutes: u32,
    /// Age limit, as printed
    #[arg(long, value_name = "TEXT", default_value = "")]
    age_limit: String,
    /// Currency of its prices (ISO 4217)
    #[arg(long, value_name = "CODE", default_value_t = Currency::KRW)]
    currency: Currency,
    /// Seats that one user may have per performance
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    max_seats_per_user: u32,
    /// How long before the start a buyer may still cancel
    #[arg(long, value_name = "HOURS", default_value_t = 0)]
    cancel_until_hours: u32,
    #[command(flatten)]
    dry: DryRun,
}

impl Create {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let dry_run = self.dry.dry_run;
        let show = NewShow {
            venue: self.venue,
            name: self.name,
            category: self.category,
            run: (self.start_date, self.end_date),
            running_minutes: self.running_minutes,
            intermission_minutes: self.intermission_minutes,
            age_limit: self.age_limit,
            currency: self.currency,
            max_seats_per_user: self.max_seats_per_user,
            cancel_until_hours: self.cancel_until_hours,
        };
        let changed = in_shop(global, async |shop: &BoxOffice| Ok(shop.add_show(show, dry_run).await?))?;
        tell(global.format, changed, dry_run, Item::from)
    }
}
