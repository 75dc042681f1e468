//! Tables for people: as wide as the terminal at most, and what must be read as a whole is never broken.
//!
//! Where there is not room for everything, first the bar shrinks, then texts go on in further lines, broken between words, and
//! then whole columns are left out, the least important first, and named below the table.

mod wrap;

use std::iter::repeat_n;

use ticket_core::printable::printable;
use unicode_width::UnicodeWidthStr as _;

use crate::bars::{self, Bars, Share};
use wrap::wrap;

/// Spaces between two columns.
const GUTTER: usize = 2;
/// Texts are not made narrower while there are columns that can be left out.
const TEXT_MIN: usize = 14;
/// Texts are not made narrower at all.
const TEXT_LEAST: usize = 4;
/// Bars are left out before the columns that are more important than this.
const BAR_ORDER: u8 = 5;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    kind: Kind,
    /// Those with the greatest are left out first, those with 0 never.
    order: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Word,
    Number,
    Bar,
}

/// A column of names and other free text.
pub(crate) const fn text(title: &'static str) -> Column {
    Column { title, kind: Kind::Text, order: 0 }
}

/// A column of what is never broken: dates, times, states, names of jobs.
pub(crate) const fn word(title: &'static str) -> Column {
    Column { title, kind: Kind::Word, order: 0 }
}

/// A column of numbers.
pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, kind: Kind::Number, order: 0 }
}

impl Column {
    /// Left out where there is no room for everything, before those with less.
    pub(crate) const fn spare(self, order: u8) -> Self {
        Self { order, ..self }
    }
}

/// A table that is to be drawn.
pub(crate) struct Table<'a> {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    bars: Option<(Bars, &'a [Share])>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        columns: impl AsRef<[Column]>,
        rows: impl IntoIterator<Item = impl IntoIterator<Item = String>>,
    ) -> Self {
        let printable = |cell: String| printable(&cell).into_owned();
        let rows = rows.into_iter().map(|row| row.into_iter().map(printable).collect());
        Self { columns: columns.as_ref().to_vec(), rows: rows.collect(), bars: None }
    }

    /// With a bar behind every row.
    pub(crate) fn with_bars(mut self, bars: Bars, shares: &'a [Share]) -> Self {
        if bars != Bars::Off {
            self.columns.push(Column { title: "", kind: Kind::Bar, order: BAR_ORDER });
            self.bars = Some((bars, shares));
        }
        self
    }

    /// Its lines in a terminal of so many columns; without one, nothing is broken and nothing left out.
    pub(crate) fn lines(&self, terminal: Option<usize>) -> Vec<String> {
        let natural: Vec<usize> = (0..self.columns.len()).map(|index| self.natural(index)).collect();
        let (widths, left_out) = fitted(&self.columns, &natural, terminal.unwrap_or(usize::MAX));
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.to_owned()).collect();
        let mut lines = self.row(&titles, None, &widths);
        for (index, row) in self.rows.iter().enumerate() {
            let share = self.bars.and_then(|(bars, shares)| Some((bars, *shares.get(index)?)));
            lines.extend(self.row(row, share, &widths));
        }
        let titles = left_out.iter().map(|index| self.columns[*index].title);
        let titles: Vec<&str> = titles.filter(|title| !title.is_empty()).collect();
        if !titles.is_empty() {
            lines.push(format!("(no room here for {})", titles.join(", ")));
        }
        lines
    }

    fn natural(&self, index: usize) -> usize {
        if self.columns[index].kind == Kind::Bar {
            return bars::CELLS_MAX;
        }
        let cells = self.rows.iter().filter_map(|row| row.get(index));
        cells.map(|cell| cell.width()).chain([self.columns[index].title.width()]).max().unwrap_or_default()
    }

    /// A row, which has more than one line where a text is broken.
    fn row(&self, row: &[String], share: Option<(Bars, Share)>, widths: &[Option<usize>]) -> Vec<String> {
        let mut drawn: Vec<(Kind, usize, Vec<String>)> = Vec::new();
        for (index, (column, width)) in self.columns.iter().zip(widths).enumerate() {
            let Some(width) = *width else { continue };
            let cell = match column.kind {
                Kind::Bar => vec![share.map(|(bars, share)| bars.bar(share, width)).unwrap_or_default()],
                Kind::Text => wrap(row.get(index).map_or("", String::as_str), width),
                Kind::Word | Kind::Number => row.get(index).cloned().into_iter().collect(),
            };
            drawn.push((column.kind, width, cell));
        }
        let height = drawn.iter().map(|(.., cell)| cell.len()).max().unwrap_or_default().max(1);
        (0..height).map(|line| joined(&drawn, line)).collect()
    }
}

fn joined(drawn: &[(Kind, usize, Vec<String>)], line: usize) -> String {
    let mut joined = String::new();
    for (index, (kind, width, cell)) in drawn.iter().enumerate() {
        let text = cell.get(line).map_or("", String::as_str);
        let blanks = " ".repeat(width.saturating_sub(text.width()));
        joined.extend(repeat_n(' ', if index == 0 { 0 } else { GUTTER }));
        match kind {
            Kind::Number => joined.extend([&blanks, text]),
            Kind::Text | Kind::Word | Kind::Bar => joined.extend([text, &blanks]),
        }
    }
    joined.truncate(joined.trim_end().len());
    joined
}

/// How wide each column is drawn, `None` for what is left out, and which those are.
fn fitted(columns: &[Column], natural: &[usize], room: usize) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut spare: Vec<usize> = (0..columns.len()).filter(|index| columns[*index].order > 0).collect();
    spare.sort_by_key(|index| columns[*index].order);
    let without = |left_out: &[usize]| {
        let mut widths: Vec<Option<usize>> = natural.iter().copied().map(Some).collect();
        left_out.iter().for_each(|index| widths[*index] = None);
        shrink(&mut widths, columns, Kind::Bar, |_| bars::CELLS_MIN, room);
        shrink(&mut widths, columns, Kind::Text, |index| columns[index].title.width().max(TEXT_MIN), room);
        widths
    };
    let mut left_out: Vec<usize> = Vec::new();
    while total(&without(&left_out)) > room {
        let Some(least) = spare.pop() else { break };
        left_out.push(least);
    }
    // A wide column may have made room for narrower ones that are less important.
    for index in left_out.clone().into_iter().rev() {
        let others: Vec<usize> = left_out.iter().copied().filter(|other| *other != index).collect();
        if total(&without(&others)) <= room {
            left_out = others;
        }
    }
    let mut widths = without(&left_out);
    shrink(&mut widths, columns, Kind::Text, |_| TEXT_LEAST, room);
    left_out.sort_unstable();
    (widths, left_out)
}

/// Takes from the widest columns of a kind until there is room for all, or none has more than the least.
fn shrink(widths: &mut [Option<usize>], columns: &[Column], kind: Kind, least: impl Fn(usize) -> usize, room: usize) {
    while total(widths) > room {
        let can_give = |index: &usize| columns[*index].kind == kind && widths[*index] > Some(least(*index));
        let Some(widest) = (0..columns.len()).filter(can_give).max_by_key(|index| widths[*index]) else { return };
        widths[widest] = widths[widest].map(|width| width - 1);
    }
}

fn total(widths: &[Option<usize>]) -> usize {
    let drawn = widths.iter().flatten();
    drawn.clone().sum::<usize>() + GUTTER * drawn.count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn<const N: usize>(columns: [Column; N], rows: &[[&str; N]], terminal: Option<usize>) -> Vec<String> {
        Table::new(columns, rows.iter().map(|row| row.map(str::to_owned))).lines(terminal)
    }

    #[test]
    fn wide_characters_keep_columns_aligned() {
        assert_eq!(
            drawn([text("SHOW"), number("SEATS")], &[["레미제라블", "1766"], ["Hamlet", "8"]], None),
            ["SHOW        SEATS", "레미제라블   1766", "Hamlet          8"]
        );
    }

    #[test]
    fn a_text_goes_on_in_the_next_line() {
        assert_eq!(
            drawn(
                [text("SHOW"), number("SEATS")],
                &[["레미제라블 서울 앙코르 공연", "1766"], ["Hamlet", "8"]],
                Some(24)
            ),
            ["SHOW               SEATS", "레미제라블 서울     1766", "앙코르 공연", "Hamlet                 8"]
        );
    }

    #[test]
    fn words_and_numbers_are_never_broken_and_spare_columns_give_way() {
        let columns = [number("ID"), text("SHOW"), word("DATE"), number("ROUND").spare(1), word("STATE").spare(2)];
        let rows = [["1", "Les Misérables", "2027-01-02", "2", "CANCELED"]];
        assert_eq!(
            drawn(columns, &rows, Some(40)),
            [
                "ID  SHOW            DATE        ROUND",
                " 1  Les Misérables  2027-01-02      2",
                "(no room here for STATE)"
            ]
        );
        assert_eq!(
            drawn(columns, &rows, Some(24)),
            [
                "ID  SHOW      DATE",
                " 1  Les       2027-01-02",
                "    Misérabl",
                "    es",
                "(no room here for ROUND, STATE)"
            ]
        );
    }

    #[test]
    fn bars_shrink_before_anything_else() {
        let table = |terminal| {
            let rows = [["레미제라블", "8"], ["Cats", "4"]].map(|row| row.map(str::to_owned));
            let shares = [(8, 8), (4, 8)];
            Table::new([text("SHOW"), number("SOLD")], rows).with_bars(Bars::Ascii, &shares).lines(Some(terminal))
        };
        assert_eq!(table(26), ["SHOW        SOLD", "레미제라블     8  ########", "Cats           4  ####"]);
        assert_eq!(table(20), ["SHOW        SOLD", "레미제라블     8", "Cats           4"]);
        assert_eq!(table(100)[1], format!("레미제라블     8  {}", "#".repeat(24)));
    }

    #[test]
    fn nothing_in_a_cell_steers_the_terminal() {
        assert_eq!(drawn([text("NAME")], &[["x\u{1b}[2J\ny"]], None)[1], r"x\u{1b}[2J\ny");
    }
}
