use anyhow::Result;
use jiff::tz::TimeZone;
use ticket_core::BoxOffice;

use crate::cli::Global;
use crate::exit::Exit;
use crate::output;

/// Create an empty database; an existing one is not touched
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The business time zone: dates and times of day are local to it
    #[arg(long, value_name = "NAME", default_value = "Asia/Seoul", value_parser = parse_time_zone)]
    time_zone: TimeZone,
}

impl Init {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        BoxOffice::create(&global.config(), &self.time_zone)?;
        let zone = self.time_zone.iana_name().unwrap_or_default();
        output::note(format_args!("created {}, time zone {zone}", global.database.display()));
        Ok(Exit::Ok)
    }
}

fn parse_time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "allowed is a name of the IANA database, such as Asia/Seoul or UTC".to_owned())
}
