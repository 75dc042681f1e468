use anyhow::Result;
use jiff::tz::TimeZone;
use ticket_core::{BoxOffice, OpenError};

use crate::cli::Global;
use crate::exit::Exit;
use crate::output;

/// Create an empty database; an existing one is not touched
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin init --time-zone Asia/Seoul
  ticket-admin init --database shop.db --redis redis://127.0.0.1/")]
pub(crate) struct Init {
    /// The business time zone: dates and times of day are local to it
    #[arg(long, value_name = "NAME", default_value = "Asia/Seoul", value_parser = parse_time_zone)]
    time_zone: TimeZone,
    /// Say what would be created, and create nothing
    #[arg(long)]
    dry_run: bool,
}

impl Init {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        let (database, zone) = (global.database.display(), self.time_zone.iana_name().unwrap_or_default());
        if self.dry_run {
            if global.database.exists() {
                return Err(OpenError::Exists { path: global.database.clone() }.into());
            }
            output::note(format_args!("would create {database}, time zone {zone}"));
            output::note_dry_run();
            return Ok(Exit::Ok);
        }
        BoxOffice::create(&global.config(), &self.time_zone)?;
        output::note(format_args!("created {database}, time zone {zone}"));
        Ok(Exit::Ok)
    }
}

fn parse_time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "allowed is a name of the IANA database, such as Asia/Seoul or UTC".to_owned())
}
