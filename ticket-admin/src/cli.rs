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
#[command(after_help = "Examples:
  ticket-admin init --time-zone Asia/Seoul
  ticket-admin apply -f hall.toml
  ticket-admin seat map 1
  ticket-admin report sales")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Under which `--help` has the options of every command, below its own.
const OF_ALL: &str = "Options of all commands";

#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// The database
    #[arg(long, global = true, help_heading = OF_ALL, env = "TICKET_DATABASE", value_name = "FILE", default_value = "tickets.db")]
    pub(crate) database: PathBuf,
    /// The Redis that keeps the holds, such as redis://127.0.0.1/. Without it they are kept in the database, which records
    /// where they are and is refused otherwise
    #[arg(long, global = true, help_heading = OF_ALL, env = "TICKET_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) redis: Option<String>,
    /// The day with which the week of rankings begins
    #[arg(long, global = true, help_heading = OF_ALL, env = "TICKET_WEEK_START", value_name = "WEEKDAY", default_value_t = Weekday::Thursday, hide_possible_values = true, value_parser = one_of(Weekday::ALL, Weekday::as_str))]
    pub(crate) week_start: Weekday,
    /// How to print what is read
    #[arg(long, global = true, help_heading = OF_ALL, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Whether that was said.
    #[arg(skip)]
    pub(crate) is_format_given: bool,
    /// Draw with ASCII characters only
    #[arg(long, global = true, help_heading = OF_ALL)]
    pub(crate) ascii: bool,
    /// Never ask; what needs an answer is not done, as where there is no terminal
    #[arg(long, global = true, help_heading = OF_ALL)]
    pub(crate) no_input: bool,
    /// Tell on standard error what is being done; twice tells even more
    #[arg(short, long, global = true, help_heading = OF_ALL, action = clap::ArgAction::Count)]
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns in which nothing of an example may be wrapped: a command that is broken cannot be pasted.
    const NARROW: usize = 80;

    /// The program and all that is below it.
    fn commands(of: &clap::Command) -> Vec<&clap::Command> {
        std::iter::once(of).chain(of.get_subcommands().flat_map(commands)).collect()
    }

    fn examples(of: &clap::Command) -> String {
        of.get_after_help().map(ToString::to_string).unwrap_or_default()
    }

    /// The commands of a line for a shell that are this program, as it gets them. Knows what the examples have of its
    /// grammar.
    fn calls(line: &str) -> Vec<Vec<String>> {
        let (mut words, mut is_quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                letter => words.last_mut().unwrap().push(letter),
            }
        }
        words.retain(|word| !word.is_empty());
        let commands = words.split(|word| ["|", "&&"].contains(&word.as_str()));
        let ours = commands.filter_map(|words| {
            let begin = words.iter().position(|word| word == "ticket-admin")?;
            let end = words.iter().position(|word| word.starts_with(['<', '>'])).unwrap_or(words.len());
            Some(words[begin..end].to_vec())
        });
        ours.collect()
    }

    #[test]
    fn examples_of_the_help_are_understood_and_can_be_pasted() {
        let program = Cli::command();
        let mut tried = 0;
        for command in commands(&program) {
            let examples = examples(command);
            for line in examples.lines() {
                assert!(line.len() <= NARROW || !line.starts_with("  "), "{line}");
            }
            for line in examples.replace("\\\n", " ").lines().filter(|line| line.starts_with("  ")) {
                let calls = calls(line);
                assert!(!calls.is_empty(), "{line}");
                for mut call in calls {
                    if line.contains("xargs") && call.len() == 3 {
                        call.push("1201".to_owned());
                    }
                    program.clone().try_get_matches_from(&call).unwrap_or_else(|error| panic!("{line}: {error}"));
                    tried += 1;
                }
            }
        }
        assert!(tried > 50, "{tried}");
    }

    #[test]
    fn whatever_has_options_of_its_own_has_examples() {
        let mut program = Cli::command();
        program.build();
        for command in commands(&program).into_iter().filter(|command| !command.has_subcommands()) {
            let is_own = |arg: &&clap::Arg| arg.get_help_heading() != Some(OF_ALL) && arg.get_id() != "help";
            let path = command.get_display_name().unwrap_or_default();
            if command.get_opts().any(|arg| is_own(&arg)) && !path.contains("help") {
                assert!(examples(command).starts_with("Examples:\n  ticket-admin "), "{path}");
            }
        }
    }
}
