//! Data goes to standard output, everything else to standard error.

use std::fmt::{Arguments, Display};
use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, presets};
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

/// Says that nothing of it was done.
pub(crate) fn note_dry_run() {
    note("dry run, nothing was changed");
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

/// Prints items as they come, however many there are; each has the fields of which the names are known before.
pub(crate) struct Stream {
    format: Format,
    fields: &'static [&'static str],
    out: BufWriter<io::Stdout>,
    is_empty: bool,
}

impl Stream {
    /// Prints nothing yet: perhaps there is an error instead.
    pub(crate) fn new(format: Format, fields: &'static [&'static str]) -> Self {
        Self { format, fields, out: BufWriter::new(io::stdout()), is_empty: true }
    }

    pub(crate) fn print(&mut self, item: &impl Serialize) -> Result<()> {
        match self.format {
            Format::Csv => {
                self.header()?;
                writeln!(self.out, "{}", csv::line(item, self.fields)?)?;
            }
            Format::Ndjson => writeln!(self.out, "{}", serde_json::to_string(item)?)?,
            Format::Json | Format::Table => {
                write!(self.out, "{}  {}", if self.is_empty { "[\n" } else { ",\n" }, serde_json::to_string(item)?)?;
            }
        }
        self.is_empty = false;
        Ok(())
    }

    fn header(&mut self) -> Result<()> {
        if self.is_empty {
            writeln!(self.out, "{}", csv::header(self.fields))?;
        }
        Ok(())
    }

    /// Ends what was printed; without it, JSON is not whole.
    pub(crate) fn end(mut self) -> Result<()> {
        match (self.format, self.is_empty) {
            (Format::Csv, _) => self.header()?,
            (Format::Ndjson, _) => {}
            (Format::Json | Format::Table, true) => writeln!(self.out, "[]")?,
            (Format::Json | Format::Table, false) => writeln!(self.out, "\n]")?,
        }
        Ok(self.out.flush()?)
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

/// The width of the terminal, if standard output is one.
pub(crate) fn terminal_columns() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}

/// The lines of a table, as wide as the terminal at most. Columns are as wide as what is in them; wide characters take two cells.
pub(crate) fn table<R: Into<Row>>(columns: impl AsRef<[Column]>, rows: impl IntoIterator<Item = R>) -> Vec<String> {
    table_within(terminal_columns(), columns.as_ref(), rows)
}

/// Text that does not fit is broken within its column.
fn table_within<R: Into<Row>>(
    width: Option<u16>,
    columns: &[Column],
    rows: impl IntoIterator<Item = R>,
) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(columns.iter().map(|column| column.title)).add_rows(rows);
    if let Some(width) = width {
        // The gutter behind the last column is cut off.
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.saturating_add(GUTTER));
    }
    for (drawn, column) in table.column_iter_mut().zip(columns) {
        drawn.set_padding((0, GUTTER)).set_cell_alignment(column.alignment);
        if column.alignment == CellAlignment::Right {
            // A number that is broken is another number.
            drawn.set_constraint(ColumnConstraint::ContentWidth);
        }
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
            table_within(None, &[text("SHOW"), number("SEATS")], rows),
            ["SHOW        SEATS", "레미제라블   1766", "Hamlet          8",]
        );
    }

    #[test]
    fn a_table_is_not_wider_than_the_terminal() {
        let rows = [["레미제라블 서울 앙코르 공연", "1766"], ["Hamlet", "8"]].map(|row| row.map(str::to_owned));
        assert_eq!(
            table_within(Some(24), &[text("SHOW"), number("SEATS")], rows),
            ["SHOW               SEATS", "레미제라블 서울     1766", "앙코르 공연", "Hamlet                 8"]
        );
    }
}
