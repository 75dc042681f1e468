//! Data goes to standard output, everything else to standard error.

use std::fmt::Display;
use std::io::{self, BufWriter, Write as _};

use serde::Serialize;
use ticket_core::printable::{printable, printable_lines};

use crate::text::{pad, pad_left, width};

/// Says something that is not data.
pub(super) fn note(message: impl Display) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{}", printable_lines(&message.to_string()));
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Prints rows below titles, every column as wide as it must be. Columns whose title begins with a blank are numbers.
pub(super) fn table<const N: usize>(titles: [&str; N], rows: &[[String; N]]) -> anyhow::Result<()> {
    let rows: Vec<[String; N]> =
        rows.iter().map(|row| std::array::from_fn(|i| printable(&row[i]).into_owned())).collect();
    let widths: [usize; N] = std::array::from_fn(|i| {
        rows.iter().map(|row| width(&row[i])).chain([width(titles[i].trim_start())]).max().unwrap_or(0)
    });
    let mut out = BufWriter::new(io::stdout().lock());
    let titled = titles.map(|title| title.trim_start().to_owned());
    for row in std::iter::once(&titled).chain(&rows) {
        let cell =
            |i: usize| if titles[i].starts_with(' ') { pad_left(&row[i], widths[i]) } else { pad(&row[i], widths[i]) };
        let line = (0..N).map(cell).collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(out.flush()?)
}
