use std::path::PathBuf;

use anyhow::{Result, anyhow};
use ticket_core::BoxOffice;
use ticket_core::domain::{PerformancePlan, ShowId, ShowPlan};
use ticket_core::import::{Syntax, show_file};

use super::in_shop;
use super::show_file::{syntax_of, syntaxes};
use crate::cli::Global;
use crate::exit::{Exit, Reason, usage};
use crate::file;

/// Write a show as a show file, which `apply` finds unchanged
///
/// Each seat is written with its place, and with its stable name where that is not its sector, row and label.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin export 3 > hall.toml
  ticket-admin export 3 -o hall.yaml
  ticket-admin export 3 --as json | jq .prices")]
pub(crate) struct Export {
    /// Id of the show
    show: ShowId,
    /// Write it into this file, whose extension tells the syntax; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// What to write it in; TOML by default
    #[arg(long = "as", value_name = "SYNTAX", value_parser = syntaxes())]
    syntax: Option<Syntax>,
}

impl Export {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        if global.is_format_given {
            return Err(usage("--format is how to print what is read; a show file is written --as toml, yaml or json"));
        }
        let syntax = self.syntax.or_else(|| syntax_of(&self.output)).unwrap_or(Syntax::Toml);
        let text = in_shop(global, async |shop: &BoxOffice| {
            let plan = shop.show_plan(self.show).await?;
            if let Some(missing) = self.missing(shop, &plan).await? {
                return Err(Reason::new(Exit::Conflict, missing).into());
            }
            show_file::write(&plan, syntax, shop.time_zone()).map_err(|error| anyhow!("show {}: {error}", self.show))
        })?;
        file::write(&self.output, &text)?;
        Ok(Exit::Ok)
    }

    /// What the show has not yet, without which it is no show file.
    async fn missing(&self, shop: &BoxOffice, plan: &ShowPlan) -> Result<Option<String>> {
        let show = self.show;
        if plan.performances.is_empty() {
            let canceled = shop.all_performances(show).await?.len();
            return Ok(Some(match canceled {
                0 => format!("show {show} has no performances yet; `performance create` adds one"),
                _ => format!("show {show} has no performances that are not cancelled"),
            }));
        }
        let is_empty = |performance: &&PerformancePlan| {
            performance.seating.as_deref().map_or(plan.seats.is_empty(), |own| own.seats.is_empty())
        };
        Ok(plan.performances.iter().find(is_empty).map(|performance| {
            let PerformancePlan { date, round, .. } = performance;
            format!(
                "show {show} has no seats yet in its performance on {date} (round {round}); `seat import` adds them"
            )
        }))
    }
}
