use anyhow::Result;
use ticket_core::BoxOffice;

use super::apply_report::{apply, print_differences};
use super::in_shop;
use super::show_file::ShowFile;
use crate::cli::Global;
use crate::exit::{self, Exit};
use crate::output;

/// Show what applying a file would change, and change nothing
///
/// Exits with 0 when the show is as the file says, with 1 when it is not, and with more when that cannot be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin diff -f hall.toml
  ticket-admin diff -f hall.toml --format json | jq '.changes[].subject'")]
pub(crate) struct Diff {
    #[command(flatten)]
    show_file: ShowFile,
}

impl Diff {
    pub(crate) fn run(&self, global: &Global) -> Exit {
        self.compare(global).unwrap_or_else(|error| match exit::report(&error) {
            // 1 says that there are differences.
            Exit::Failed => Exit::Usage,
            exit => exit,
        })
    }

    fn compare(&self, global: &Global) -> Result<Exit> {
        let text = self.show_file.text()?;
        let report = in_shop(global, async |shop: &BoxOffice| {
            let plan = self.show_file.plan(&text, shop.time_zone().clone())?;
            apply(shop, plan, true).await
        })?;
        print_differences(global.format, &report)?;
        let file = self.show_file.name();
        Ok(match report.changes.len() {
            0 => {
                output::note(format_args!("{file}: no difference"));
                Exit::Ok
            }
            1 => {
                output::note(format_args!("{file}: 1 difference"));
                Exit::Failed
            }
            differences => {
                output::note(format_args!("{file}: {differences} differences"));
                Exit::Failed
            }
        })
    }
}
