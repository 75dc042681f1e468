//! What can be typed.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};

use ticket_core::Config;
use ticket_core::domain::Weekday;

use crate::commands::Command;
use crate::environment::without_empty_variables;
use crate::parse::one_of;

/// Scripts venues, shows and seats.
///
/// What is asked for goes to standard output, everything else to standard error. Exit codes: 0 ok, 1 failed, 2 usage,
/// 3 not found, 4 not permitted, 5 conflict, 6 unavailable.
#[derive(Debug, Parser)]
#[command(name = "ticket-admin", bin_name = "ticket-admin", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// The database
    #[arg(long, global = true, env = "TICKET_DATABASE", value_name = "FILE", default_value = "tickets.db")]
    pub(crate) database: PathBuf,
    /// The Redis that keeps the holds, such as redis://127.0.0.1/. Without it they are kept in the database, which records
    /// where they are and is refused otherwise
    #[arg(long, global = true, env = "TICKET_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) redis: Option<String>,
    /// The day with which the week of rankings begins
    #[arg(long, global = true, env = "TICKET_WEEK_START", value_name = "WEEKDAY", default_value_t = Weekday::Thursday, hide_possible_values = true, value_parser = one_of(Weekday::ALL, Weekday::as_str))]
    pub(crate) week_start: Weekday,
    /// How to print what is read
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Whether that was said.
    #[arg(skip)]
    pub(crate) is_format_given: bool,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub(crate) ascii: bool,
    /// Never ask; what needs an answer is not done, as where there is no terminal
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Tell on standard error what is being done; twice tells even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Cli {
    /// What was typed.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let matches = without_empty_variables(Self::command()).try_get_matches()?;
        let mut cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut Self::command()))?;
        cli.global.is_format_given = matches.value_source("format") == Some(ValueSource::CommandLine);
        Ok(cli)
    }
}

impl Global {
    /// How the shop is opened.
    pub(crate) fn config(&self) -> Config {
        Config { redis: self.redis.clone(), week_start: self.week_start, ..Config::new(&self.database) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs, with the field names of the HTTP API
    Json,
    /// A line of JSON per item
    Ndjson,
    /// For spreadsheets, with the same field names as columns; text that one would take for a formula begins with an apostrophe
    Csv,
}
