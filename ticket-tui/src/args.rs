//! The command line.

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::commands::Command;
use crate::environment::without_empty_variables;
use crate::lang::Language;

/// Pick and book seats in the terminal.
///
/// Keys are shown on the screen; `?` shows all of them. With a command, does one thing without the screen, for scripts.
#[derive(Debug, Clone, Parser)]
#[command(name = "ticket-tui", version, max_term_width = 100)]
pub struct Args {
    /// What to do without the screen.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Address of the server.
    #[arg(long, env = "TICKET_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080", global = true)]
    pub server: String,

    /// Ask and answer line by line, for screen readers and pipes.
    #[arg(long, conflicts_with = "demo")]
    pub plain: bool,

    /// Language of the screen, en or ko; by default that of the configuration file, else of the locale.
    #[arg(long, value_name = "LANGUAGE", value_parser = crate::lang::parse, global = true)]
    pub lang: Option<Language>,

    /// Colours for this ground: dark, light or high-contrast.
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,

    /// Draw with ASCII characters only.
    #[arg(long)]
    pub ascii: bool,

    /// Leave the mouse to the terminal, so that it selects text.
    #[arg(long)]
    pub no_mouse: bool,

    /// Print the configuration file with every default, each commented out.
    #[arg(long)]
    pub print_config: bool,

    /// Look around without a server: a shop of its own with made-up shows and other buyers, gone on quitting.
    #[arg(long)]
    pub demo: bool,

    /// Keep the demo's holds in this Redis rather than in its database, such as redis://127.0.0.1/.
    #[arg(long, env = "TICKET_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub redis: Option<String>,
}

impl Args {
    /// Those of this process; ends it when they are wrong, or ask for help only.
    #[must_use]
    pub fn read() -> Self {
        let mut command = without_empty_variables(Self::command());
        let matches = command.get_matches_mut();
        Self::from_arg_matches(&matches).unwrap_or_else(|usage| usage.format(&mut command).exit())
    }
}
