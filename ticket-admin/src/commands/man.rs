use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output;

/// Write the manual pages of all commands into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// The folder, which is made when it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(&self) -> Result<Exit> {
        let folder = self.folder.display();
        let write = || {
            std::fs::create_dir_all(&self.folder)?;
            clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), &self.folder)
        };
        write().with_context(|| format!("cannot write manual pages into {folder}"))?;
        output::note(format_args!(
            "the manual is in {folder}: man -l {}",
            self.folder.join("ticket-admin.1").display()
        ));
        Ok(Exit::Ok)
    }
}
