//! The seat map: what is visible of the plan, with legend and selection around it.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{legend, minimap, seat, selection};
use crate::model::{Hall, Model};
use crate::seat_map::{Block, Cell, Level, Viewport, areas};
use crate::text::{fit, width};
use crate::theme::Theme;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(hall) = &model.hall else { return };
    let area = frame.area();
    let areas = areas((area.width, area.height), model.has_banner());
    let level = hall.house.grid.level(hall.level);
    let (columns, rows) = hall.cells_in(areas.map);
    let viewport = Viewport::new(level, hall.origin, columns, rows);
    let step = hall.columns_per_cell();
    let theme = model.theme();
    let mut canvas = Canvas { buffer: frame.buffer_mut(), area: areas.map, cells: (columns, rows), step, viewport };
    stage(&mut canvas, level, theme);
    blocks(&mut canvas, hall, level, theme);
    labels(&mut canvas, level, theme);
    overlays(&mut canvas, hall, level, theme);
    if let Some(side) = areas.side {
        let below = legend::draw(model, hall, frame, side);
        minimap::draw(model, hall, frame, (areas, below));
    }
    selection::draw(model, hall, frame);
}

/// How a block looks: one seat at level 0, a summary further out.
pub(super) fn look(hall: &Hall, level: &Level, block: &Block, theme: Theme) -> (char, Style) {
    let grade = |category: usize| hall.house.left().get(category).map(|left| left.category.grade);
    let Some(grade) = grade(usize::from(block.category)) else { return (' ', Style::new()) };
    if level.factor == 1 {
        let index = block.seat as usize;
        let grade = hall.house.category(index).map_or(grade, |category| category.grade);
        seat::glyph(theme, hall.house.status(index), grade, hall.house.is_wanted(index))
    } else {
        seat::block_glyph(theme, block, grade)
    }
}

/// A part of the buffer that shows a part of the plan.
struct Canvas<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    /// Cells of the plan that there is room for.
    cells: (u16, u16),
    /// Columns that a cell of the plan takes.
    step: u16,
    viewport: Viewport,
}

impl Canvas<'_> {
    /// The visible cells of the plan.
    fn visible(&self, level: &Level) -> (std::ops::Range<u16>, std::ops::Range<u16>) {
        let Cell { x, y } = self.viewport.origin;
        (x..level.width.min(x + self.cells.0), y..level.height.min(y + self.cells.1))
    }

    fn put(&mut self, cell: Cell, glyph: char, style: Style) {
        if let Some(target) = self.cell(cell) {
            target.set_char(glyph).set_style(style);
        }
    }

    fn restyle(&mut self, cell: Cell, style: Style) {
        if let Some(target) = self.cell(cell) {
            target.set_style(style);
        }
    }

    fn write(&mut self, at: Cell, text: &str, style: Style) {
        let Some((x, y)) = self.place(at) else { return };
        let room = usize::from(self.area.right() - x);
        if width(text) <= room {
            self.buffer.set_stringn(x, y, text, room, style);
        }
    }

    /// Writes the number of a seat beside its glyph.
    fn number(&mut self, at: Cell, label: &str, style: Style) {
        let Some((x, y)) = self.place(at) else { return };
        self.buffer.set_stringn(x + 1, y, fit(label, usize::from(self.step) - 2), usize::from(self.step) - 1, style);
    }

    fn cell(&mut self, cell: Cell) -> Option<&mut ratatui::buffer::Cell> {
        let place = self.place(cell)?;
        self.buffer.cell_mut(place)
    }

    /// Where a cell of the plan is in the buffer, if it is on the screen.
    fn place(&self, cell: Cell) -> Option<(u16, u16)> {
        let (x, y) = self.viewport.on_screen(cell)?;
        (x < self.cells.0 && y < self.cells.1).then(|| (self.area.x + x * self.step, self.area.y + y))
    }
}

fn stage(canvas: &mut Canvas<'_>, level: &Level, theme: Theme) {
    let Some(stage) = &level.stage else { return };
    let (columns, rows) = canvas.visible(level);
    let right = stage.corner.x + stage.width;
    let bottom = stage.corner.y + stage.height;
    for y in rows.start.max(stage.corner.y)..rows.end.min(bottom) {
        for x in columns.start.max(stage.corner.x)..columns.end.min(right) {
            let edge = if y + 1 == bottom { "▔" } else { " " };
            canvas.write(Cell { x, y }, &edge.repeat(usize::from(canvas.step)), theme.muted());
        }
    }
    let label = u16::try_from(width(&stage.label)).unwrap_or(u16::MAX);
    let x = stage.corner.x + stage.width.saturating_sub(label / canvas.step) / 2;
    canvas.write(Cell { x, y: stage.corner.y + (stage.height - 1) / 2 }, &stage.label, theme.title());
}

fn blocks(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, theme: Theme) {
    let (columns, rows) = canvas.visible(level);
    for y in rows {
        for x in columns.clone() {
            let block = level.block(x, y);
            if block.is_drawn() {
                let (glyph, style) = look(hall, level, block, theme);
                canvas.put(Cell { x, y }, glyph, style);
                if canvas.step > 1 {
                    let label = hall.house.place(block.seat as usize).map_or("", |place| &place.label);
                    canvas.number(Cell { x, y }, label, style);
                }
            }
        }
    }
}

fn labels(canvas: &mut Canvas<'_>, level: &Level, theme: Theme) {
    let (_, rows) = canvas.visible(level);
    for label in rows.flat_map(|y| level.labels_in_row(y)) {
        let style = if label.is_sector { theme.title() } else { theme.muted() };
        canvas.write(label.at, &label.text, style);
    }
}

/// What lies over the seats: what just changed, what is ours, the cursor.
fn overlays(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, theme: Theme) {
    let cell = |index: usize| level.cell(hall.house.grid.cell(index));
    for index in hall.flashing() {
        canvas.restyle(cell(index), theme.flash());
    }
    for index in hall.hold.iter().flat_map(|hold| &hold.seats) {
        canvas.put(cell(*index), seat::MINE, theme.own());
    }
    for offer in &hall.offers {
        canvas.put(cell(offer.instead), seat::OFFER, theme.own());
    }
    for index in &hall.marked {
        canvas.put(cell(*index), seat::MARKED, theme.own());
    }
    for index in &hall.picked {
        canvas.put(cell(*index), seat::PICKED, theme.own());
    }
    let at = cell(hall.cursor);
    canvas.restyle(at, theme.cursor());
    if canvas.step > 1
        && let Some(place) = hall.house.place(hall.cursor)
    {
        canvas.number(at, &place.label, theme.cursor());
    }
    if level.factor > 1 {
        canvas.put(Cell { x: at.x.saturating_sub(1), y: at.y }, '[', theme.title());
        canvas.put(Cell { x: at.x + 1, y: at.y }, ']', theme.title());
    }
}
