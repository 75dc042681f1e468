//! Where a sector is on the plan.

use std::ops::Range;

use super::place::Cell;

/// The lines of a sector at one zoom level, each from its first to its last seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What the sector is called.
    pub name: String,
    /// By line, from top to bottom.
    lines: Vec<(u16, Range<u16>)>,
}

impl Shape {
    pub(super) fn new(name: &str, cells: &[Cell]) -> Self {
        let mut lines: Vec<(u16, Range<u16>)> = Vec::new();
        for cell in cells {
            let new = || (cell.y, cell.x..cell.x + 1);
            match lines.binary_search_by_key(&cell.y, |(y, _)| *y) {
                Ok(at) => {
                    let line = &mut lines[at].1;
                    *line = line.start.min(cell.x)..line.end.max(cell.x + 1);
                }
                Err(at) => lines.insert(at, new()),
            }
        }
        Self { name: name.to_owned(), lines }
    }

    /// From the first to the last of its columns; empty without seats.
    #[must_use]
    pub fn columns(&self) -> Range<u16> {
        let lines = || self.lines.iter().map(|(_, columns)| columns);
        lines().map(|c| c.start).min().unwrap_or(0)..lines().map(|c| c.end).max().unwrap_or(0)
    }

    /// Its lines within these, each as far as it is within these columns.
    pub(super) fn within(
        &self,
        columns: &Range<u16>,
        rows: &Range<u16>,
    ) -> impl DoubleEndedIterator<Item = (u16, Range<u16>)> {
        let from = self.lines.partition_point(|(y, _)| *y < rows.start);
        let to = self.lines.partition_point(|(y, _)| *y < rows.end);
        let seen = self.lines[from..to.max(from)].iter().map(|(y, line)| (*y, overlap(line, columns)));
        seen.filter(|(_, line)| !line.is_empty())
    }

    /// Whether a place lies in the sector: between seats of one line, or between lines.
    #[must_use]
    pub fn surrounds(&self, cell: Cell) -> bool {
        let has = |(_, line): &(u16, Range<u16>)| line.contains(&cell.x);
        let at = self.lines.partition_point(|(y, _)| *y < cell.y);
        let (above, rest) = self.lines.split_at(at);
        let is_on = rest.first().is_some_and(|line| line.0 == cell.y && has(line));
        is_on || (above.iter().rev().any(has) && rest.iter().any(has))
    }
}

fn overlap(a: &Range<u16>, b: &Range<u16>) -> Range<u16> {
    a.start.max(b.start)..a.end.min(b.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bent() -> Shape {
        let cell = |(x, y)| Cell { x, y };
        Shape::new("2F", &[(2, 1), (8, 1), (3, 2), (5, 2), (7, 2), (5, 4)].map(cell))
    }

    #[test]
    fn what_lies_between_the_seats_is_inside() {
        let shape = bent();
        let inside = |x, y| shape.surrounds(Cell { x, y });
        assert!(inside(5, 1) && inside(4, 2) && inside(5, 3) && inside(5, 4));
        assert!(!inside(5, 0) && !inside(9, 1) && !inside(4, 3) && !inside(5, 5));
        assert_eq!(shape.columns(), 2..9);
    }

    #[test]
    fn what_is_seen_of_it_ends_with_the_screen() {
        let seen: Vec<_> = bent().within(&(4..6), &(2..9)).collect();
        assert_eq!(seen, [(2, 4..6), (4, 5..6)]);
    }
}
