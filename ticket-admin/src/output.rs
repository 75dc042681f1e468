//! Data goes to standard output, everything else to standard error.

use std::fmt::{Arguments, Display};
use std::io::{self, BufWriter, Write as _};

use anyhow::Result;
use serde::Serialize;
use ticket_core::printable::{printable, printable_lines};

use crate::cli::Format;
use crate::csv::{self, Record};
use crate::table::Table;
pub(crate) use crate::table::{Column, number, text, word};

/// Says something that is not data. Names in it may come from strangers, and steer nothing.
pub(crate) fn note(message: impl Display) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{}", printable_lines(&message.to_string()));
}

/// Says that nothing of it was done.
pub(crate) fn note_dry_run() {
    note("dry run, nothing was changed");
}

/// Prints a list: as a table with a line per item, or as data. An empty table is a note that there are no `what`.
pub(crate) fn list<T: Record, const N: usize>(
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
pub(crate) fn record<T: Record>(format: Format, value: &T, as_table: impl FnOnce(&T) -> Result<()>) -> Result<()> {
    match format {
        Format::Table => as_table(value),
        Format::Json => json(value),
        Format::Ndjson | Format::Csv => records(format, std::slice::from_ref(value)),
    }
}

/// Prints the fields of one value, a line each.
pub(crate) fn fields(value: &impl Serialize) -> Result<()> {
    let cells = csv::cells(value)?;
    lines(table([word("FIELD"), text("VALUE")], cells.into_iter().map(|(name, value)| [name, value])))
}

/// Prints items as data.
pub(crate) fn records<T: Record>(format: Format, items: &[T]) -> Result<()> {
    records_in(format, items, T::COLUMNS, T::EACH)
}

/// The same where the columns depend on what was asked for.
pub(crate) fn records_in<T: Serialize>(format: Format, items: &[T], columns: &[&str], each: &[&str]) -> Result<()> {
    match format {
        Format::Csv => data(csv::lines(items, columns, each)?),
        Format::Ndjson => data(items.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?),
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
pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Prints lines for people. Names in them may come from strangers, and steer nothing.
pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Result<()> {
    data(lines.into_iter().map(|line| printable(&line).into_owned()))
}

/// Prints lines for programs, as they are.
fn data(lines: impl IntoIterator<Item = String>) -> Result<()> {
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

/// The lines of a table, as wide as the terminal at most.
pub(crate) fn table(
    columns: impl AsRef<[Column]>,
    rows: impl IntoIterator<Item = impl IntoIterator<Item = String>>,
) -> Vec<String> {
    fitted(&Table::new(columns, rows))
}

/// The same for a table that is more than columns and rows.
pub(crate) fn fitted(table: &Table<'_>) -> Vec<String> {
    table.lines(terminal_columns().map(usize::from))
}
