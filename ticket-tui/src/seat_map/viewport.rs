//! Which part of the plan is on the screen.

use super::level::Level;
use super::place::Cell;

/// Cells that stay visible around the cursor.
pub const MARGIN: (u16, u16) = (6, 3);

/// The visible part of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewport {
    /// First visible cell.
    pub origin: Cell,
    /// Blank columns and rows before it, when the plan is smaller than the screen.
    pub blank: (u16, u16),
}

impl Viewport {
    /// What of a level is seen from `origin` in so many columns and rows.
    #[must_use]
    pub fn new(level: &Level, origin: Cell, columns: u16, rows: u16) -> Self {
        let blank = (columns.saturating_sub(level.width) / 2, rows.saturating_sub(level.height) / 2);
        Self { origin, blank }
    }

    /// The cell that is drawn so many columns and rows from the corner, if the plan goes that far.
    #[must_use]
    pub fn cell(&self, level: &Level, (column, row): (u16, u16)) -> Option<Cell> {
        let x = column.checked_sub(self.blank.0)?.checked_add(self.origin.x)?;
        let y = row.checked_sub(self.blank.1)?.checked_add(self.origin.y)?;
        (x < level.width && y < level.height).then_some(Cell { x, y })
    }

    /// Where a cell is on the screen, if it is to the right of and below the first.
    #[must_use]
    pub fn on_screen(&self, cell: Cell) -> Option<(u16, u16)> {
        Some((
            cell.x.checked_sub(self.origin.x)?.checked_add(self.blank.0)?,
            cell.y.checked_sub(self.origin.y)?.checked_add(self.blank.1)?,
        ))
    }
}

/// The origin from which the cursor is well visible, as near to the present one as possible.
#[must_use]
pub fn scroll(level: &Level, origin: Cell, cursor: Cell, columns: u16, rows: u16) -> Cell {
    Cell {
        x: scroll_axis(origin.x, cursor.x, columns, level.width, MARGIN.0),
        y: scroll_axis(origin.y, cursor.y, rows, level.height, MARGIN.1),
    }
}

fn scroll_axis(origin: u16, cursor: u16, visible: u16, size: u16, margin: u16) -> u16 {
    let margin = margin.min(visible.saturating_sub(1) / 2);
    let first = (cursor + margin + 1).saturating_sub(visible);
    let last = cursor.saturating_sub(margin);
    origin.clamp(first.min(last), last).min(size.saturating_sub(visible))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_cursor_visible_and_moves_no_more_than_needed() {
        assert_eq!(scroll_axis(0, 5, 20, 100, 3), 0);
        assert_eq!(scroll_axis(0, 18, 20, 100, 3), 2);
        assert_eq!(scroll_axis(50, 51, 20, 100, 3), 48);
        assert_eq!(scroll_axis(90, 99, 20, 100, 3), 80);
        assert_eq!(scroll_axis(7, 3, 20, 10, 3), 0);
        assert_eq!(scroll_axis(0, 0, 0, 0, 3), 0);
    }
}
