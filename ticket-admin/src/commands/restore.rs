use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;
use ticket_core::{BoxOffice, CopyOptions, DatabaseCopy};

use crate::cli::Global;
use crate::consent::{Consent, by_name, end_without};
use crate::exit::Exit;
use crate::interrupt::stoppable;
use crate::{output, parse};

/// Put a backup in the place of the database; stop the servers before
///
/// The backup is checked first, and stays. A database that is there already is lost, so that its name is typed before, unless `--yes`
/// is given; it is not touched while anybody has it open.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin restore tickets.backup --dry-run
  ticket-admin restore tickets.backup")]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_parser = parse::file())]
    file: PathBuf,
    /// Only check the backup and that nobody has the database open, and say what would be replaced
    #[arg(long)]
    dry_run: bool,
    /// Replace a database without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
}

impl Restore {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let database = &global.database;
        if self.dry_run {
            return self.check(database);
        }
        // Whatever is wrong besides is said without a question.
        let replaces = self.file.exists() && database.exists();
        if let Some(exit) = end_without(self.consent(database, replaces), "nothing was restored") {
            return Ok(exit);
        }
        let (from, to, overwrite) = (self.file.clone(), database.clone(), self.yes || replaces);
        let restore = move |stop| BoxOffice::restore(&from, &to, &CopyOptions { overwrite, stop: Some(stop) });
        let copy = stoppable(restore)??;
        output::note(format_args!("{} -> {}: {} bytes, checked", self.file.display(), database.display(), copy.bytes));
        tell_what_is_left(database, copy)?;
        Ok(Exit::Ok)
    }

    fn check(&self, database: &Path) -> Result<Exit> {
        let (from, to) = (self.file.clone(), database.to_owned());
        let copy = stoppable(move |stop| {
            BoxOffice::check_restore(&from, &to, &CopyOptions { stop: Some(stop), ..CopyOptions::default() })
        })??;
        let (file, becomes) = (self.file.display(), if database.exists() { "would replace" } else { "would become" });
        output::note(format_args!(
            "{file}: {} bytes, schema version {}, checked; it {becomes} {}",
            copy.bytes,
            copy.schema_version,
            database.display()
        ));
        output::note_dry_run();
        Ok(Exit::Ok)
    }

    /// What is lost is the database, so its name is typed.
    fn consent(&self, database: &Path, replaces: bool) -> Consent {
        let question = format!("Replace {} by {}? What is in it is lost.", database.display(), self.file.display());
        let name = database.file_name().unwrap_or(database.as_os_str()).to_string_lossy();
        by_name(self.yes || !replaces, &question, &name)
    }
}

fn tell_what_is_left(database: &Path, copy: DatabaseCopy) -> Result<()> {
    let (_, needed) = BoxOffice::schema_versions(database)?;
    if copy.schema_version < needed {
        let found = copy.schema_version;
        output::note(format_args!("it has schema version {found}, needed is {needed}: run `ticket-admin migrate`"));
    }
    let mut secret = OsString::from(database);
    secret.push(".secret");
    let secret = PathBuf::from(secret);
    if !secret.exists() {
        let secret = secret.display();
        output::note(format_args!(
            "{secret} is not there: put the one of the shop there before a server starts, or everybody must log in again"
        ));
    }
    Ok(())
}
