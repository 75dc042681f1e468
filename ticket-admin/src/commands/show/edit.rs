use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{Category, ShowEdit, ShowId};

use super::Item;
use crate::cli::Global;
use crate::commands::change::{DryRun, tell};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::parse::one_of;

/// Change a show, while it is on sale
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin show edit 3 --max-seats-per-user 4 --cancel-until-hours 24")]
pub(crate) struct Edit {
    /// Its id
    show: ShowId,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it is
    #[arg(long, value_name = "CATEGORY", value_parser = one_of(Category::ALL, Category::as_str))]
    category: Option<Category>,
    /// Running time, without the intermission
    #[arg(long, value_name = "MINUTES")]
    running_minutes: Option<u32>,
    /// Intermission
    #[arg(long, value_name = "MINUTES")]
    intermission_minutes: Option<u32>,
    /// Age limit, as printed
    #[arg(long, value_name = "TEXT")]
    age_limit: Option<String>,
    /// Seats that one user may have per performance, not fewer than anybody has already
    #[arg(long, value_name = "COUNT")]
    max_seats_per_user: Option<u32>,
    /// How long before the start a buyer may still cancel
    #[arg(long, value_name = "HOURS")]
    cancel_until_hours: Option<u32>,
    #[command(flatten)]
    dry: DryRun,
}

impl Edit {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let (id, dry_run) = (self.show, self.dry.dry_run);
        let edit = ShowEdit {
            name: self.name,
            category: self.category,
            running_minutes: self.running_minutes,
            intermission_minutes: self.intermission_minutes,
            age_limit: self.age_limit,
            max_seats_per_user: self.max_seats_per_user,
            cancel_until_hours: self.cancel_until_hours,
        };
        let changed = in_shop(global, async |shop: &BoxOffice| Ok(shop.edit_show(id, edit, dry_run).await?))?;
        tell(global.format, changed, dry_run, Item::from)
    }
}
