//! What a change has changed, or would: said in the same way by all commands that change one thing.

use anyhow::Result;
use serde::Serialize;
use ticket_core::domain::{Changed, Obstacle};

use crate::cli::Format;
use crate::csv::{self, Record};
use crate::exit::Exit;
use crate::output::{self, text, word};

/// A change as data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Difference<I> {
    before: Option<I>,
    after: Option<I>,
    is_different: bool,
    dry_run: bool,
}

/// Options of every command that changes something.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct DryRun {
    /// Show the difference, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Options of every command that deletes something.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Deletion {
    /// Show what would be deleted, and delete nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
}

/// Prints a change of one thing, which `item` makes data of, and chooses the exit code.
pub(crate) fn tell<T, I: Record>(
    format: Format,
    changed: Changed<T>,
    dry_run: bool,
    item: impl Fn(T) -> I,
) -> Result<Exit> {
    let change = match changed {
        Changed::Done(change) => change,
        Changed::InTheWay(obstacles) => return Ok(in_the_way(&obstacles)),
    };
    let (before, after) = (change.before.map(&item), change.after.map(&item));
    let (old, new) = (cells(before.as_ref())?, cells(after.as_ref())?);
    let verb = match (&before, &after) {
        (None, _) => "created",
        (_, None) => "deleted",
        _ if old == new => "nothing to change",
        _ => "changed",
    };
    let difference = Difference { before, after, is_different: old != new, dry_run };
    match (format, differing(&old, &new)) {
        (Format::Table, rows) if rows.is_empty() => {}
        (Format::Table, rows) => output::lines(output::table(COLUMNS, rows))?,
        (Format::Json, _) => output::json(&difference)?,
        (lines @ (Format::Ndjson | Format::Csv), _) => {
            let columns = csv_columns::<I>();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            output::records_in(lines, &[&difference], &columns, &[])?;
        }
    }
    output::note(if dry_run && difference.is_different { "dry run, nothing was changed" } else { verb });
    Ok(Exit::Ok)
}

const COLUMNS: [output::Column; 3] = [word("FIELD"), text("BEFORE"), text("AFTER")];

/// The columns of a change in CSV: what was, what is, and how they are.
fn csv_columns<I: Record>() -> Vec<String> {
    let of = |when: &'static str| I::COLUMNS.iter().map(move |column| format!("{when}.{column}"));
    of("before").chain(of("after")).chain(["isDifferent", "dryRun"].map(str::to_owned)).collect()
}

/// Says what stands in the way.
pub(crate) fn in_the_way(obstacles: &[Obstacle]) -> Exit {
    output::note("error: nothing was changed, because of what is there:");
    for obstacle in obstacles {
        output::note(format_args!("- {obstacle}"));
    }
    Exit::Conflict
}

fn cells<I: Record>(item: Option<&I>) -> Result<Vec<(String, String)>> {
    Ok(item.map(csv::cells).transpose()?.unwrap_or_default())
}

/// The fields that are not the same, in their order.
fn differing(old: &[(String, String)], new: &[(String, String)]) -> Vec<[String; 3]> {
    let value = |cells: &[(String, String)], field: &str| {
        cells.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut fields: Vec<&String> = old.iter().map(|(name, _)| name).collect();
    for (name, _) in new {
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    let rows = fields.into_iter().map(|field| [field.clone(), value(old, field), value(new, field)]);
    rows.filter(|[_, before, after]| before != after).collect()
}
