//! The plan at every zoom level, computed once when the layout arrives.

use ticket_core::api::Layout;

use super::labels::{labels, shapes};
use super::level::{Block, Level, StageBox};
use super::place::{Cell, Origin, place_seats};

/// Seats side by side in one cell, level by level.
const FACTORS: [u16; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/// Zooming out further than this shows nothing more.
const SMALLEST: (u16, u16) = (14, 5);

/// The plan in terminal cells, at every zoom level; level 0 shows single seats.
#[derive(Debug, Clone)]
pub struct Grid {
    cells: Vec<Cell>,
    levels: Vec<Level>,
}

impl Grid {
    /// Puts the seats of a layout into cells. `is_gap` tells which of them are drawn but no seats.
    pub(super) fn new(layout: &Layout, is_gap: impl Fn(usize) -> bool) -> Self {
        let origin = Origin::of(layout);
        let cells = place_seats(layout, origin);
        let stage = stage(layout, origin);
        let (width, height) = extent(&cells, stage.as_ref());
        let mut levels = Vec::new();
        for factor in FACTORS {
            let mut level = empty_level(factor, width, height);
            level.stage = stage.as_ref().map(|s| scaled(s, factor));
            fill(&mut level, layout, &cells, &is_gap);
            level.shapes = shapes(&level, layout, &cells);
            level.labels = labels(&level, layout, &cells);
            let is_smallest = level.width <= SMALLEST.0 && level.height <= SMALLEST.1;
            levels.push(level);
            if is_smallest {
                break;
            }
        }
        Self { cells, levels }
    }

    /// The cell of a seat at level 0.
    #[must_use]
    pub fn cell(&self, seat: usize) -> Cell {
        self.cells.get(seat).copied().unwrap_or(Cell { x: 0, y: 0 })
    }

    /// Every level, the nearest first.
    #[cfg(test)]
    pub(super) fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// A level; beyond the last one, the last.
    #[must_use]
    pub fn level(&self, level: usize) -> &Level {
        &self.levels[level.min(self.levels.len() - 1)]
    }

    /// The first level at which the whole plan fits into so many columns and rows; else the last.
    #[must_use]
    pub fn fitting_level(&self, columns: u16, rows: u16) -> usize {
        self.levels.iter().position(|l| l.width <= columns && l.height <= rows).unwrap_or(self.levels.len() - 1)
    }

    /// Counts a seat as free, or no longer free, among those that pass the filter or among the others.
    pub(super) fn count_free(&mut self, seat: usize, is_wanted: bool, is_free: bool) {
        let Some(cell) = self.cells.get(seat).copied() else { return };
        for level in &mut self.levels {
            let at = level.cell(cell);
            if let Some(block) = level.block_mut(at) {
                let count = if is_wanted { &mut block.free } else { &mut block.filtered };
                *count = if is_free { count.saturating_add(1) } else { count.saturating_sub(1) };
            }
        }
    }
}

fn extent(cells: &[Cell], stage: Option<&StageBox>) -> (u16, u16) {
    let stage = stage.map_or((0, 0), |s| (s.corner.x + s.width, s.corner.y + s.height));
    cells.iter().fold(stage, |(w, h), cell| (w.max(cell.x + 1), h.max(cell.y + 1)))
}

fn empty_level(factor: u16, width: u16, height: u16) -> Level {
    let (width, height) = (width.div_ceil(factor).max(1), height.div_ceil(factor).max(1));
    let blocks = vec![Block::EMPTY; usize::from(width) * usize::from(height)];
    Level { factor, width, height, labels: Vec::new(), shapes: Vec::new(), stage: None, blocks }
}

fn fill(level: &mut Level, layout: &Layout, cells: &[Cell], is_gap: impl Fn(usize) -> bool) {
    let categories = layout.categories.len();
    // How many seats of each category a block has, block by block.
    let mut counts = vec![0_u16; level.blocks.len() * categories];
    for (i, (seat, cell)) in layout.seats().zip(cells).enumerate() {
        let Some(at) = level.index(level.cell(*cell)) else { continue };
        let block = &mut level.blocks[at];
        if block.total == 0 {
            block.seat = u32::try_from(i).unwrap_or(u32::MAX);
        }
        if is_gap(i) {
            continue;
        }
        block.total = block.total.saturating_add(1);
        let of_block = &mut counts[at * categories..(at + 1) * categories];
        of_block[seat.category_index] = of_block[seat.category_index].saturating_add(1);
        if of_block[seat.category_index] > of_block[usize::from(block.category)] || block.total == 1 {
            block.category = u16::try_from(seat.category_index).unwrap_or(u16::MAX);
        }
    }
}

fn stage(layout: &Layout, origin: Origin) -> Option<StageBox> {
    let stage = layout.header.stage.as_ref()?;
    let corner = origin.cell(stage.x, stage.y);
    let end = origin.cell(stage.x + stage.width, stage.y + stage.height);
    let (width, height) = ((end.x - corner.x.min(end.x)).max(1), (end.y - corner.y.min(end.y)).max(1));
    Some(StageBox { label: stage.label.clone(), corner, width, height })
}

fn scaled(stage: &StageBox, factor: u16) -> StageBox {
    let corner = Cell { x: stage.corner.x / factor, y: stage.corner.y / factor };
    StageBox {
        label: stage.label.clone(),
        corner,
        width: (stage.corner.x + stage.width).div_ceil(factor) - corner.x,
        height: (stage.corner.y + stage.height).div_ceil(factor) - corner.y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn every_level_counts_every_seat_once() {
        for layout in testing::every_house() {
            let seats = layout.seats().count();
            let grid = Grid::new(&layout, |_| false);
            for level in &grid.levels {
                let total: usize = level.blocks.iter().map(|b| usize::from(b.total)).sum();
                assert_eq!(total, seats, "factor {}", level.factor);
            }
        }
    }

    #[test]
    fn the_last_level_is_small_and_fits_anywhere() {
        let grid = Grid::new(&testing::stadium(), |_| false);
        let level = grid.level(usize::MAX);
        assert!(level.width <= SMALLEST.0 && level.height <= SMALLEST.1, "{}x{}", level.width, level.height);
        assert_eq!(grid.fitting_level(u16::MAX, u16::MAX), 0);
    }

    #[test]
    fn gaps_are_drawn_but_not_counted() {
        let layout = testing::theatre();
        let grid = Grid::new(&layout, |i| i == 0);
        let cell = grid.cell(0);
        let block = grid.level(0).block(cell.x, cell.y);
        assert!(block.is_drawn());
        assert_eq!(block.total, 0);
    }

    #[test]
    fn a_plan_without_seats_has_a_level_too() {
        let mut layout = testing::theatre();
        layout.sectors.clear();
        layout.header.stage = None;
        let grid = Grid::new(&layout, |_| false);
        assert_eq!((grid.level(0).width, grid.level(0).height), (1, 1));
    }
}
