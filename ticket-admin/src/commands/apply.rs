use anyhow::Result;
use ticket_core::BoxOffice;

use super::apply_report::{self, apply};
use super::in_shop;
use super::show_file::ShowFile;
use crate::cli::Global;
use crate::exit::Exit;

/// Make a show as a file says it should be; changes nothing when it is so already
///
/// Sold and held seats are never touched: with any of them in the way nothing is changed, they are listed, and the exit
/// code is 5. Everything is changed or nothing is, whatever happens. Performances that the file does not name stay as
/// they are, as do those that were cancelled; they are named.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin apply -f hall.toml
  ticket-admin apply -f hall.yaml --starting 2027-01-02 --dry-run
  ticket-admin export 3 | sed s/170000/180000/ | ticket-admin apply -f -")]
pub(crate) struct Apply {
    #[command(flatten)]
    show_file: ShowFile,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Apply {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let text = self.show_file.text()?;
        let report = in_shop(global, async |shop: &BoxOffice| {
            let plan = self.show_file.plan(&text, shop.time_zone().clone())?;
            apply(shop, plan, self.dry_run).await
        })?;
        apply_report::print(global.format, &report, &self.show_file.name(), self.dry_run)
    }
}
