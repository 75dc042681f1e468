//! Data goes to standard output, everything else to standard error.

use std::fmt::{Arguments, Display};
use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use crate::cli::Format;
use crate::csv;

/// Spaces between two columns.
const GUTTER: u16 = 2;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    alignment: CellAlignment,
}

/// A column of text.
pub(crate) const fn text(title: &'static str) -> Column {
    Column { title, alignment: CellAlignment::Left }
}

/// A column of numbers.
pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, alignment: CellAlignment::Right }
}

/// Says something that is not data.
pub(crate) fn note(message: impl Display) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Prints a list: as a table with a line per item, or as data. An empty table is a note that there are no `what`.
pub(crate) fn list<T: Serialize, const N: usize>(
    format: Format,
    what: &str,
    items: &[T],
    columns: [Column; N],
    row: impl Fn(&T) -> [String; N],
) -> Result<()> {
    match format {
        Format::Table if items.is_empty() => {
            note(format_args!("no {what}"));
            Ok(())
        }
        Format::Table => lines(table(columns, items.iter().map(row))),
        data => records(data, items),
    }
}

/// Prints one value: for people as `as_table` does, or as data.
pub(crate) fn record<T: Serialize>(format: Format, value: &T, as_table: impl FnOnce(&T) -> Result<()>) -> Result<()> {
    match format {
        Format::Table => as_table(value),
        Format::Json => json(value),
        Format::Ndjson | Format::Csv => records(format, std::slice::from_ref(value)),
    }
}

/// Prints the fields of one value, a line each.
pub(crate) fn fields(value: &impl Serialize) -> Result<()> {
    let cells = csv::cells(value)?;
    lines(table([text("FIELD"), text("VALUE")], cells.into_iter().map(|(name, value)| [name, value])))
}

/// Prints items as data.
pub(crate) fn records<T: Serialize>(format: Format, items: &[T]) -> Result<()> {
    match format {
        Format::Csv => lines(csv::lines(items)?),
        Format::Ndjson => lines(items.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?),
        Format::Json | Format::Table => json(items),
    }
}

/// Prints a value as JSON.
fn json(value: &(impl Serialize + ?Sized)) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Prints lines.
pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Prints one line.
pub(crate) fn line(line: Arguments<'_>) -> Result<()> {
    lines([line.to_string()])
}

/// The lines of a table. Columns are as wide as what is in them; wide characters take two cells.
pub(crate) fn table<const N: usize>(columns: [Column; N], rows: impl IntoIterator<Item = [String; N]>) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(columns.map(|column| column.title)).add_rows(rows);
    for (drawn, column) in table.column_iter_mut().zip(columns) {
        drawn.set_padding((0, GUTTER)).set_cell_alignment(column.alignment);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_keep_columns_aligned() {
        let rows = [["레미제라블", "1766"], ["Hamlet", "8"]].map(|row| row.map(str::to_owned));
        assert_eq!(
            table([text("SHOW"), number("SEATS")], rows),
            ["SHOW        SEATS", "레미제라블   1766", "Hamlet          8",]
        );
    }
}
