mod page;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::{file, output};

/// Write the manual pages of all commands into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin man manual && man -l manual/ticket-admin-apply.1")]
pub(crate) struct Man {
    /// The folder, which is made when it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(&self) -> Result<Exit> {
        let folder = self.folder.display();
        let mut cli = Cli::command().disable_help_subcommand(true);
        cli.build();
        let write = || {
            std::fs::create_dir_all(&self.folder)?;
            write_all(&cli, &cli, &self.folder)
        };
        write().with_context(|| format!("cannot write manual pages into {folder}"))?;
        output::note(format_args!(
            "the manual is in {folder}: man -l {}",
            self.folder.join("ticket-admin.1").display()
        ));
        Ok(Exit::Ok)
    }
}

/// The pages of a command of this program, and of those within it.
fn write_all(program: &clap::Command, command: &clap::Command, folder: &Path) -> std::io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write_all(program, inner, folder)?;
    }
    let (name, text) = page::of(program, command)?;
    file::replace(&folder.join(name), &text)
}
