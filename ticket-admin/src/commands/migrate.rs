use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;

use crate::cli::Global;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output;

/// Bring the database of an older version to the shape that this one needs, all or nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin migrate --check
  ticket-admin migrate")]
pub(crate) struct Migrate {
    /// Only say whether that is needed; exits with 1 if it is, with 5 if a newer version has written the database
    #[arg(long)]
    check: bool,
    /// Say what would be done, and change nothing
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SchemaVersions {
    schema_version: u32,
    needed_schema_version: u32,
}

impl Record for SchemaVersions {
    const COLUMNS: &'static [&'static str] = &["schemaVersion", "neededSchemaVersion"];
}

impl Migrate {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        if self.check { check(global) } else { migrate(global, self.dry_run) }
    }
}

fn check(global: &Global) -> Result<Exit> {
    let (schema_version, needed_schema_version) = BoxOffice::schema_versions(&global.database)?;
    output::record(global.format, &SchemaVersions { schema_version, needed_schema_version }, |_| {
        output::line(format_args!("schema version {schema_version}, needed {needed_schema_version}"))
    })?;
    Ok(if schema_version == needed_schema_version { Exit::Ok } else { Exit::Failed })
}

fn migrate(global: &Global, dry_run: bool) -> Result<Exit> {
    let act = if dry_run { BoxOffice::schema_versions } else { BoxOffice::migrate };
    let (before, after) = act(&global.database)?;
    let database = global.database.display();
    if before == after {
        output::note(format_args!("{database} has schema version {after} already"));
    } else {
        output::note(format_args!("{database}: schema version {before} -> {after}"));
    }
    if dry_run {
        output::note_dry_run();
    }
    Ok(Exit::Ok)
}
