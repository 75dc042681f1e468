//! The names of the sectors that are on the screen. What is seen of a sector stays named when its name has scrolled away.

use std::ops::Range;

use super::labels::{Label, is_in_another, on_stage};
use super::level::Level;
use super::place::Cell;
use super::shape::Shape;
use crate::text::width;

/// So many lines of a sector are seen before it needs a name.
const LINES_TO_NAME: usize = 3;

/// The part of a level that is on the screen.
#[derive(Debug, Clone)]
pub struct Window {
    /// Columns of the level that there is room for.
    pub columns: Range<u16>,
    /// Rows of the level that there is room for.
    pub rows: Range<u16>,
    /// Columns of the screen that a cell takes.
    pub step: u16,
    /// The cell of the cursor, which no name covers.
    pub cursor: Cell,
}

/// The names to be written: where they belong; else in free room beside what is seen of their sectors; else on its first line
/// that they fit on.
#[must_use]
pub fn names_in_view(level: &Level, window: &Window) -> Vec<Label> {
    let rows = window.rows.clone().flat_map(|y| level.labels_in_row(y));
    let mut shown: Vec<Label> =
        rows.filter(|label| label.sector.is_some()).filter_map(|label| slid(level, window, label)).collect();
    for (sector, shape) in level.shapes.iter().enumerate() {
        if shown.iter().all(|label| label.sector != Some(sector)) {
            shown.extend(elsewhere(level, window, (sector, shape), &shown));
        }
    }
    shown
}

/// Where the name of a sector is seen: where it belongs, or as near to that as the screen and the seats leave room.
fn slid(level: &Level, window: &Window, label: &Label) -> Option<Label> {
    let room = window.cells(&label.text);
    let columns = &window.columns;
    if label.at.x >= columns.start && label.at.x + room <= columns.end {
        return Some(label.clone());
    }
    let (first, end) = (label.names.start.max(columns.start), label.names.end.min(columns.end));
    let x = label.at.x.clamp(first, end.checked_sub(room).filter(|last| *last >= first)?);
    let moved = Label { at: Cell { x, ..label.at }, ..label.clone() };
    (window.is_blank(level, &moved) && !is_in_another(level, &moved)).then_some(moved)
}

fn elsewhere(level: &Level, window: &Window, (sector, shape): (usize, &Shape), others: &[Label]) -> Option<Label> {
    let seen: Vec<_> = shape.within(&window.columns, &window.rows).collect();
    if seen.len() < LINES_TO_NAME {
        return None;
    }
    let room = window.cells(&shape.name);
    let names = shape.columns();
    let label =
        |x, y| Label { at: Cell { x, y }, text: shape.name.clone(), sector: Some(sector), names: names.clone() };
    let middle = |line: &Range<u16>| line.start + (line.end - line.start).saturating_sub(room) / 2;
    let blank =
        |label: &Label| window.is_inside(label) && window.is_blank(level, label) && !is_in_another(level, label);
    let is_clear = |label: &Label| others.iter().all(|other| !window.touch(label, other));
    let above = seen.first().and_then(|(y, line)| Some(label(middle(line), y.checked_sub(1)?)));
    // With a blank between, beyond the name of the row.
    let beside = seen.iter().flat_map(|(y, line)| {
        let inner = (line.start..line.end).map(|x| label(x, *y));
        inner.chain([label(line.end + 1, *y)])
    });
    let free = above.into_iter().chain(beside).find(|label| blank(label) && is_clear(label));
    // From afar the middle says best what is meant; single seats are covered where the fewest look.
    let mut lines = seen.iter().collect::<Vec<_>>();
    if level.factor > 1 {
        let centre = seen[seen.len() / 2].0;
        lines.sort_by_key(|(y, _)| y.abs_diff(centre));
    }
    let text = if level.factor > 1 { shape.name.clone() } else { format!(" {} ", shape.name) };
    let on_itself = || {
        let room = window.cells(&text);
        let fits = lines.iter().filter(|(_, line)| line.end - line.start >= room);
        let x = |line: &Range<u16>| line.start + (line.end - line.start - room) / 2;
        fits.map(|(y, line)| Label { text: text.clone(), ..label(x(line), *y) }).find(|label| {
            window.is_inside(label)
                && is_clear(label)
                && !window.covers(label, window.cursor)
                && !on_stage(level, label)
        })
    };
    free.or_else(on_itself)
}

impl Window {
    /// Cells of the level that a text takes; of more columns each, they end with a blank.
    fn cells(&self, text: &str) -> u16 {
        let blank = u16::from(self.step > 1);
        u16::try_from(width(text)).unwrap_or(u16::MAX).saturating_add(blank).div_ceil(self.step.max(1))
    }

    fn span(&self, label: &Label) -> Range<u16> {
        label.at.x..label.at.x.saturating_add(self.cells(&label.text))
    }

    fn is_inside(&self, label: &Label) -> bool {
        let span = self.span(label);
        self.rows.contains(&label.at.y) && self.columns.start <= span.start && span.end <= self.columns.end
    }

    /// Whether neither seats nor the names of rows are there, nor right beside it where nothing else keeps them apart.
    fn is_blank(&self, level: &Level, label: &Label) -> bool {
        let (span, y) = (self.span(label), label.at.y);
        let beside = u16::from(self.step == 1);
        let room = span.start.saturating_sub(beside)..span.end + beside;
        let mut rows = level.labels_in_row(y).filter(|other| other.sector.is_none());
        room.clone().all(|x| !level.block(x, y).is_drawn())
            && rows.all(|row| {
                let name = row.at.x..row.names.start;
                name.end <= room.start || room.end <= name.start
            })
            && !on_stage(level, label)
    }

    fn covers(&self, label: &Label, cell: Cell) -> bool {
        let span = self.span(label);
        // From afar the cursor has a bracket on each side.
        cell.y == label.at.y && (span.start.saturating_sub(1)..span.end + 1).contains(&cell.x)
    }

    /// Whether there is no blank between two names.
    fn touch(&self, one: &Label, other: &Label) -> bool {
        let (a, b) = (self.span(one), self.span(other));
        one.at.y == other.at.y && a.start <= b.end && b.start <= a.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seat_map::{Grid, scroll};
    use crate::testing;

    /// Every part of every house at every level, as far as the cursor goes, on a small and on a large screen.
    #[test]
    fn what_is_seen_of_a_sector_is_named_and_nowhere_else() {
        for layout in testing::every_house() {
            let grid = Grid::new(&layout, |_| false);
            let seats = layout.seats().count();
            for level in grid.levels() {
                for (columns, rows, step) in [(60, 11, 1), (56, 19, 1), (176, 55, 1), (13, 11, 4), (44, 55, 4)] {
                    if step > 1 && level.factor > 1 {
                        continue;
                    }
                    for seat in (0..seats).step_by((seats / 40).max(1)) {
                        let cursor = level.cell(grid.cell(seat));
                        let origin = scroll(level, Cell { x: 0, y: 0 }, cursor, columns, rows);
                        let (columns, rows) = (origin.x..origin.x + columns, origin.y..origin.y + rows);
                        check(level, &Window { columns, rows, step, cursor });
                    }
                }
            }
        }
    }

    /// A sector of which so many lines are as wide as its name with blanks around it has one that nothing else needs.
    fn check(level: &Level, window: &Window) {
        let names = names_in_view(level, window);
        for name in &names {
            assert!(!is_in_another(level, name) || lies_on_itself(level, window, name), "{name:?} {window:?}");
        }
        for (sector, shape) in level.shapes.iter().enumerate() {
            let room = window.cells(&format!("  {}  ", shape.name));
            let seen = shape.within(&window.columns, &window.rows);
            let wide: Vec<_> = seen.filter(|(_, line)| line.end - line.start >= room).collect();
            if wide.len() >= 2 * LINES_TO_NAME {
                assert!(names.iter().any(|n| n.sector == Some(sector)), "{} {names:?} {window:?}", shape.name);
            }
        }
    }

    fn lies_on_itself(level: &Level, window: &Window, name: &Label) -> bool {
        let own = name.sector.and_then(|sector| level.shapes.get(sector));
        window.span(name).all(|x| own.is_some_and(|shape| shape.surrounds(Cell { x, y: name.at.y })))
    }
}
