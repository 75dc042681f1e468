use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::seat_map::{Cell, Level, Viewport};
use crate::text::{fit, width};

/// A part of the buffer that shows a part of the plan.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) area: Rect,
    /// Cells of the plan that there is room for.
    pub(super) cells: (u16, u16),
    /// Columns that a cell of the plan takes.
    pub(super) step: u16,
    pub(super) viewport: Viewport,
}

impl Canvas<'_> {
    /// The visible cells of the plan.
    pub(super) fn visible(&self, level: &Level) -> (std::ops::Range<u16>, std::ops::Range<u16>) {
        let Cell { x, y } = self.viewport.origin;
        (x..level.width.min(x + self.cells.0), y..level.height.min(y + self.cells.1))
    }

    pub(super) fn put(&mut self, cell: Cell, glyph: char, style: Style) {
        if let Some(target) = self.cell(cell) {
            target.set_char(glyph).set_style(style);
        }
    }

    pub(super) fn restyle(&mut self, cell: Cell, style: Style) {
        if let Some(target) = self.cell(cell) {
            target.set_style(style);
        }
    }

    pub(super) fn write(&mut self, at: Cell, text: &str, style: Style) {
        let Some((x, y)) = self.place(at) else { return };
        let room = usize::from(self.area.right() - x);
        if width(text) <= room {
            self.buffer.set_stringn(x, y, text, room, style);
        }
    }

    /// Writes so many columns before a cell, beside the plan if need be.
    pub(super) fn write_before(&mut self, at: Cell, columns: u16, text: &str, style: Style) {
        if let Some((x, y)) = self.place(at)
            && let Some(x) = x.checked_sub(columns)
        {
            self.buffer.set_string(x, y, text, style);
        }
    }

    /// Writes to the left of the plan, where there is room for that.
    pub(super) fn write_aside(&mut self, y: u16, text: &str, style: Style) {
        let columns = u16::try_from(width(text)).unwrap_or(u16::MAX).saturating_add(1);
        let at = Cell { x: self.viewport.origin.x, y };
        if let Some((_, y)) = self.place(at)
            && let Some(x) = self.area.x.checked_sub(columns)
        {
            self.buffer.set_string(x, y, text, style);
        }
    }

    /// Writes the number of a seat beside its glyph.
    pub(super) fn number(&mut self, at: Cell, label: &str, style: Style) {
        let Some((x, y)) = self.place(at) else { return };
        self.buffer.set_stringn(x + 1, y, fit(label, usize::from(self.step) - 2), usize::from(self.step) - 1, style);
    }

    fn cell(&mut self, cell: Cell) -> Option<&mut ratatui::buffer::Cell> {
        let place = self.place(cell)?;
        self.buffer.cell_mut(place)
    }

    /// Where a cell of the plan is in the buffer, if it is on the screen.
    pub(super) fn place(&self, cell: Cell) -> Option<(u16, u16)> {
        let (x, y) = self.viewport.on_screen(cell)?;
        (x < self.cells.0 && y < self.cells.1).then(|| (self.area.x + x * self.step, self.area.y + y))
    }
}
