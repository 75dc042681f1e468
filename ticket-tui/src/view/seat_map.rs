//! The seat map: what is visible of the plan, with legend and selection around it.

use ratatui::Frame;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::{legend, minimap, names, seat, selection};
use crate::model::{Hall, Model};
use crate::seat_map::{Block, Cell, Level, Viewport, areas};
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
    let mut canvas =
        Canvas { buffer: frame.buffer_mut(), area: hall.plan_in(areas.map), cells: (columns, rows), step, viewport };
    names::stage(&mut canvas, level, theme);
    blocks(&mut canvas, hall, level, theme);
    names::sectors(&mut canvas, hall, level, theme);
    names::rows(&mut canvas, hall, level, theme);
    overlays(&mut canvas, model, hall, level);
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

fn blocks(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, theme: Theme) {
    let (columns, rows) = canvas.visible(level);
    for y in rows {
        for x in columns.clone() {
            let block = level.block(x, y);
            if block.is_drawn() {
                let (glyph, style) = look(hall, level, block, theme);
                canvas.put(Cell { x, y }, glyph, style);
                number(canvas, hall, Cell { x, y }, block.seat as usize, style);
            }
        }
    }
}

/// What lies over the seats: what just changed, what is ours, the cursor.
fn overlays(canvas: &mut Canvas<'_>, model: &Model, hall: &Hall, level: &Level) {
    let theme = model.theme();
    let cell = |seat: usize| level.cell(hall.house.grid.cell(seat));
    let flash = if level.factor == 1 { theme.flash() } else { theme.flash_of_many() };
    for seat in hall.flashing() {
        canvas.restyle(cell(seat), flash);
    }
    for (seat, glyph) in seat::own(model, hall, level.factor == 1) {
        canvas.put(cell(seat), glyph, theme.own());
        number(canvas, hall, cell(seat), seat, theme.own());
    }
    let at = cell(hall.cursor);
    canvas.restyle(at, theme.cursor());
    number(canvas, hall, at, hall.cursor, theme.cursor());
    if level.factor > 1 {
        canvas.put(Cell { x: at.x.saturating_sub(1), y: at.y }, '[', theme.title());
        canvas.put(Cell { x: at.x + 1, y: at.y }, ']', theme.title());
    }
}

/// The number of a seat, where seats are drawn with their numbers.
fn number(canvas: &mut Canvas<'_>, hall: &Hall, at: Cell, seat: usize, style: Style) {
    if canvas.step > 1
        && let Some(place) = hall.house.place(seat)
    {
        canvas.number(at, &place.label, style);
    }
}
