use std::io::Write as _;

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;

/// Print what a shell needs to complete this program's commands
///
/// For bash: ticket-admin completions bash > ~/.local/share/bash-completion/completions/ticket-admin
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit> {
        // The generator would panic when nobody reads any more.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "ticket-admin", &mut script);
        std::io::stdout().lock().write_all(&script)?;
        Ok(Exit::Ok)
    }
}
