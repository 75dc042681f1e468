//! Names of sectors and rows, written where the plan leaves room.

use std::ops::Range;

use ticket_core::api::{Layout, LayoutSector};

use super::level::Level;
use super::place::Cell;
use super::shape::Shape;
use crate::text::width;

/// A name on the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its first cell.
    pub at: Cell,
    /// The name.
    pub text: String,
    /// The sector that it names, by its place among the shapes of the level; without one it names a row.
    pub sector: Option<usize>,
    /// The columns from the first to the last seat of what it names.
    pub names: Range<u16>,
}

/// The longest row name that is written, in cells.
const ROW_NAME_CELLS_MAX: usize = 3;

/// The names that find room at this level: sectors at every level, rows where single seats are drawn.
pub(super) fn labels(level: &Level, layout: &Layout, cells: &[Cell]) -> Vec<Label> {
    let sectors = by_sector(level, layout, cells);
    let mut out = sector_labels(sectors.len(), |i, others| beside(level, i, &sectors[i].1, others));
    if level.factor == 1 {
        row_labels(level, &sectors, &mut out);
    } else if out.len() < sectors.len() {
        // There is no room between them: rather all of them alike.
        out = sector_labels(sectors.len(), |i, others| {
            let cells = &sectors[i].1;
            on_itself(level, i, cells, others).or_else(|| beside(level, i, cells, others))
        });
    }
    out.sort_by_key(|label| (label.at.y, label.at.x));
    out
}

/// Where the sectors are at this level, in layout order.
pub(super) fn shapes(level: &Level, layout: &Layout, cells: &[Cell]) -> Vec<Shape> {
    by_sector(level, layout, cells).into_iter().map(|(sector, cells)| Shape::new(&sector.name, &cells)).collect()
}

/// The sectors with the cells of their seats.
fn by_sector<'a>(level: &Level, layout: &'a Layout, cells: &[Cell]) -> Vec<(&'a LayoutSector, Vec<Cell>)> {
    let mut first = 0;
    let with_cells = layout.sectors.iter().map(|sector| {
        let seats: usize = sector.rows.iter().map(|row| row.ids.len()).sum();
        let of_sector = cells.get(first..first + seats).unwrap_or_default();
        first += seats;
        (sector, of_sector.iter().map(|cell| level.cell(*cell)).collect())
    });
    with_cells.collect()
}

fn sector_labels(count: usize, place: impl Fn(usize, &[Label]) -> Option<Label>) -> Vec<Label> {
    let mut out = Vec::new();
    for sector in 0..count {
        out.extend(place(sector, &out));
    }
    out
}

fn row_labels(level: &Level, sectors: &[(&LayoutSector, Vec<Cell>)], out: &mut Vec<Label>) {
    for (sector, cells) in sectors {
        let mut start = 0;
        for row in &sector.rows {
            let end = start + row.ids.len();
            let label = row_label(level, &row.row, cells.get(start..end).unwrap_or_default(), out);
            out.extend(label);
            start = end;
        }
    }
}

/// A name that stands on the seats it names leaves at least so many times its own cells of them.
const CELLS_PER_NAME_CELL: usize = 4;
/// Names side by side that would touch each other give way by so many lines.
const LINES_FROM_MIDDLE_MAX: u16 = 3;

/// Above the middle of the sector's front row; where a bent row leaves room there, right above what is in the middle, or on the
/// line nearest to that; else aside from the middle; else below its back row. Never where another sector is.
fn beside(level: &Level, sector: usize, cells: &[Cell], others: &[Label]) -> Option<Label> {
    let top = cells.iter().map(|c| c.y).min()?;
    let bottom = cells.iter().map(|c| c.y).max()?;
    let name = &level.shapes.get(sector)?.name;
    let middle = centred(name, cells, top)?;
    let above_front = top.checked_sub(1).map(|y| Cell { x: middle, y });
    let below = centred(name, cells, bottom).zip(bottom.checked_add(1)).map(|(x, y)| Cell { x, y });
    // Right above the seats of another, it would seem to name them.
    let is_above_seats = |at: &Cell| (at.x..at.x + cells_of(name)).any(|x| level.block(x, at.y + 1).is_drawn());
    let below = below.filter(|at| !is_above_seats(at));
    let aside = (0..=extent(cells)?.len() / 4).filter_map(|by| u16::try_from(by).ok());
    let columns = aside.flat_map(|by| [middle.checked_sub(by), middle.checked_add(by)]).flatten();
    let bend = columns.flat_map(|x| lines_above_seats(name, cells, x, top));
    let places = above_front.into_iter().chain(bend).chain(below);
    let labels = places.filter_map(|at| of_sector(level, sector, at));
    labels.into_iter().find(|label| has_room(level, label, others) && !is_in_another(level, label))
}

/// From right above the first seat in the columns of a name that begins at `x`, up to the front row.
fn lines_above_seats(name: &str, cells: &[Cell], x: u16, top: u16) -> impl Iterator<Item = Cell> + use<> {
    let columns = x.saturating_sub(1)..x.saturating_add(cells_of(name)).saturating_add(1);
    let first = cells.iter().filter(|cell| columns.contains(&cell.x)).map(|cell| cell.y).min();
    (top..first.unwrap_or(top)).rev().map(move |y| Cell { x, y })
}

/// Whether a part of the label lies in a sector that it does not name.
pub(super) fn is_in_another(level: &Level, label: &Label) -> bool {
    let others = level.shapes.iter().enumerate().filter(|(sector, _)| Some(*sector) != label.sector);
    others.into_iter().any(|(_, shape)| span(label).any(|x| shape.surrounds(Cell { x, y: label.at.y })))
}

/// In the middle of the sector, or as few lines from there as possible, unless that would cover much of it.
fn on_itself(level: &Level, sector: usize, cells: &[Cell], others: &[Label]) -> Option<Label> {
    let name = &level.shapes.get(sector)?.name;
    let distinct = distinct(cells);
    if distinct.len() < width(name) * CELLS_PER_NAME_CELL {
        return None;
    }
    let mean = |of: fn(&Cell) -> u16| {
        let sum: usize = distinct.iter().map(|cell| usize::from(of(cell))).sum();
        u16::try_from(sum / distinct.len()).ok()
    };
    let (x, middle) = (mean(|cell| cell.x)?, mean(|cell| cell.y)?);
    let x = x.checked_sub(cells_of(name) / 2)?;
    let aside = (1..=LINES_FROM_MIDDLE_MAX).flat_map(|by| [middle.checked_add(by), middle.checked_sub(by)]);
    let labels = std::iter::once(Some(middle)).chain(aside).flatten().map(|y| of_sector(level, sector, Cell { x, y }));
    let is_own = |label: &Label| span(label).all(|x| distinct.binary_search(&Cell { x, y: label.at.y }).is_ok());
    let labels: Vec<Label> = labels.flatten().filter(|label| is_clear_of(label, others) && is_own(label)).collect();
    // Far out, one cell may have seats of two sectors.
    labels.iter().find(|label| !is_in_another(level, label)).or(labels.first()).cloned()
}

/// Whether the label would neither cover nor touch another one.
pub(super) fn is_clear_of(label: &Label, others: &[Label]) -> bool {
    let room = label.at.x.saturating_sub(1)..span(label).end + 1;
    others.iter().filter(|o| o.at.y == label.at.y).all(|o| !overlap(&span(o), &room))
}

/// Every cell once, in order.
fn distinct(cells: &[Cell]) -> Vec<Cell> {
    let mut distinct = cells.to_vec();
    // Neighbours share a cell mostly, so that little is left to sort.
    distinct.dedup();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

fn of_sector(level: &Level, sector: usize, at: Cell) -> Option<Label> {
    let shape = level.shapes.get(sector)?;
    Some(Label { at, text: shape.name.clone(), sector: Some(sector), names: shape.columns() })
}

/// The columns from the first to the last of these cells.
fn extent(cells: &[Cell]) -> Option<Range<u16>> {
    let columns = || cells.iter().map(|c| c.x);
    Some(columns().min()?..columns().max()? + 1)
}

fn centred(name: &str, cells: &[Cell], row: u16) -> Option<u16> {
    let columns = || cells.iter().filter(|c| c.y == row).map(|c| c.x);
    let middle = (columns().min()? + columns().max()?).div_ceil(2);
    Some(middle.saturating_sub(cells_of(name) / 2))
}

/// To the left of the row, with a blank between.
fn row_label(level: &Level, name: &str, cells: &[Cell], others: &[Label]) -> Option<Label> {
    let first = cells.iter().min_by_key(|c| c.x)?;
    let names = extent(cells)?;
    let cells = u16::try_from(width(name)).ok().filter(|w| usize::from(*w) <= ROW_NAME_CELLS_MAX)?;
    let at = Cell { x: first.x.checked_sub(cells + 1)?, y: first.y };
    let label = Label { at, text: name.to_owned(), sector: None, names };
    has_room(level, &label, others).then_some(label)
}

/// Whether nothing is drawn where the label would be, nor right beside it.
fn has_room(level: &Level, label: &Label, others: &[Label]) -> bool {
    let columns = span(label);
    let mut room = columns.start.saturating_sub(1)..columns.end + 1;
    let on_plan = columns.end <= level.width.saturating_add(1) && label.at.y <= level.height;
    on_plan
        && room.all(|x| !level.block(x, label.at.y).is_drawn())
        && !on_stage(level, label)
        && is_clear_of(label, others)
}

pub(super) fn on_stage(level: &Level, label: &Label) -> bool {
    level.stage.as_ref().is_some_and(|stage| {
        (stage.corner.y..stage.corner.y + stage.height).contains(&label.at.y)
            && overlap(&(stage.corner.x..stage.corner.x + stage.width), &span(label))
    })
}

fn span(label: &Label) -> Range<u16> {
    label.at.x..label.at.x.saturating_add(cells_of(&label.text))
}

/// The cells of a name where a cell is a column of the screen.
fn cells_of(name: &str) -> u16 {
    u16::try_from(width(name)).unwrap_or(u16::MAX)
}

fn overlap(a: &Range<u16>, b: &Range<u16>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use crate::seat_map::Grid;
    use crate::testing;

    #[test]
    fn names_never_cover_seats_or_each_other() {
        for layout in testing::every_house() {
            let grid = Grid::new(&layout, |_| false);
            let level = grid.level(0);
            let named = level.labels.iter().filter(|l| l.sector.is_some()).count();
            assert!(named > 0 || layout.sectors.len() == 1, "no sector is named");
            for label in &level.labels {
                for x in super::span(label) {
                    assert!(!level.block(x, label.at.y).is_drawn(), "{label:?}");
                }
            }
        }
    }

    #[test]
    fn no_sector_is_named_within_another() {
        for layout in testing::every_house() {
            let grid = Grid::new(&layout, |_| false);
            for level in grid.levels() {
                for label in level.labels.iter().filter(|label| label.sector.is_some()) {
                    let own = &level.shapes[label.sector.unwrap()];
                    let is_on_own = super::span(label).all(|x| own.surrounds(super::Cell { x, y: label.at.y }));
                    let is_foreign = super::is_in_another(level, label) && !is_on_own;
                    assert!(!is_foreign, "{label:?} at factor {}", level.factor);
                }
            }
        }
    }

    #[test]
    fn from_afar_every_sector_of_a_stadium_is_named() {
        let layout = testing::stadium();
        let grid = Grid::new(&layout, |_| false);
        let whole = grid.level(grid.fitting_level(56, 19));
        assert!(whole.factor > 1);
        let mut named: Vec<&str> = whole.labels.iter().map(|label| label.text.as_str()).collect();
        named.sort_unstable();
        assert_eq!(named, ["101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111", "112"]);
    }
}
