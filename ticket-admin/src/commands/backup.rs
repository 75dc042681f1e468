use std::path::PathBuf;

use anyhow::Result;
use ticket_core::{BoxOffice, CopyOptions};

use crate::cli::Global;
use crate::exit::Exit;
use crate::interrupt::stoppable;
use crate::{output, parse};

/// Copy the database, also while servers sell
///
/// The copy is of one moment, checked, and on the disk; it is there whole or not at all, also
/// after Ctrl-C. Only its owner can read it. The token
/// secret beside the database is not in it: keep that too, in a safe place.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin backup tickets.backup
  ticket-admin backup --force latest.backup")]
pub(crate) struct Backup {
    /// Where to
    #[arg(value_parser = parse::file())]
    file: PathBuf,
    /// Replace an older backup
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let (from, to, overwrite) = (global.database.clone(), self.file.clone(), self.force);
        let copy =
            stoppable(move |stop| BoxOffice::back_up(&from, &to, &CopyOptions { overwrite, stop: Some(stop) }))??;
        let (database, file) = (global.database.display(), self.file.display());
        output::note(format_args!("{database} -> {file}: {} bytes, checked", copy.bytes));
        Ok(Exit::Ok)
    }
}
