//! The plan at one zoom level: what each terminal cell sums up.

use super::labels::Label;
use super::place::Cell;
use super::shape::Shape;

/// What one cell of a level shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The seat that the cursor goes to here; at level 0 it is the only one.
    pub seat: u32,
    /// Seats, gaps not counted.
    pub total: u16,
    /// Seats that are free and pass the filter.
    pub free: u16,
    /// Seats that are free and do not pass it.
    pub filtered: u16,
    /// The price category of most of its seats.
    pub category: u16,
}

impl Block {
    /// Nothing is drawn here.
    pub(super) const EMPTY: Self = Self { seat: u32::MAX, total: 0, free: 0, filtered: 0, category: 0 };

    /// Whether something is drawn here: seats, or a gap.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.seat != u32::MAX
    }
}

/// Where the stage is, in cells of a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageBox {
    /// What is written on it.
    pub label: String,
    /// Top left.
    pub corner: Cell,
    /// Columns, at least 1.
    pub width: u16,
    /// Rows, at least 1.
    pub height: u16,
}

/// The plan at one zoom level.
#[derive(Debug, Clone)]
pub struct Level {
    /// Seats side by side in one cell, and rows one above the other.
    pub factor: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Names of sectors and rows, from top to bottom.
    pub labels: Vec<Label>,
    /// Where the sectors are, in layout order.
    pub shapes: Vec<Shape>,
    /// The stage, if the plan has one.
    pub stage: Option<StageBox>,
    pub(super) blocks: Vec<Block>,
}

impl Level {
    /// What is drawn in a cell; outside of the plan, nothing.
    #[must_use]
    pub fn block(&self, x: u16, y: u16) -> &Block {
        self.index(Cell { x, y }).and_then(|i| self.blocks.get(i)).unwrap_or(&Block::EMPTY)
    }

    /// The cell of a seat whose cell at level 0 is `cell`.
    #[must_use]
    pub fn cell(&self, cell: Cell) -> Cell {
        Cell { x: cell.x / self.factor, y: cell.y / self.factor }
    }

    /// The names in one row of cells.
    pub fn labels_in_row(&self, y: u16) -> impl Iterator<Item = &Label> {
        let from = self.labels.partition_point(|label| label.at.y < y);
        self.labels[from..].iter().take_while(move |label| label.at.y == y)
    }

    pub(super) fn block_mut(&mut self, cell: Cell) -> Option<&mut Block> {
        self.index(cell).and_then(|i| self.blocks.get_mut(i))
    }

    pub(super) fn index(&self, cell: Cell) -> Option<usize> {
        let inside = cell.x < self.width && cell.y < self.height;
        inside.then(|| usize::from(cell.y) * usize::from(self.width) + usize::from(cell.x))
    }
}
