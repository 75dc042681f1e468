//! The whole house in the corner, with the visible part of it marked; the meaning of the glyphs when there is room.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{frame, seat, seat_map};
use crate::lang::Say;
use crate::model::{Hall, Model};
use crate::seat_map::{Areas, Cell, Level, Minimap, minimap};
use crate::text::width;

/// `below` is what the legend leaves of the panel.
pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>, (areas, below): (Areas, Rect)) {
    let shown = hall.house.grid.level(hall.level);
    let map = minimap(areas.side, &hall.house, shown, hall.cells_in(areas.map));
    let below = match &map {
        Some(map) => {
            house(model, hall, frame, map, visible(hall, shown, areas.map));
            let top = map.frame.bottom();
            Rect { y: top, height: below.bottom().saturating_sub(top), ..below }
        }
        None => below,
    };
    glyphs(model, frame, below);
}

fn house(model: &Model, hall: &Hall, frame: &mut Frame<'_>, map: &Minimap<'_>, visible: [u16; 4]) {
    let theme = model.theme();
    border(model, frame, map, &visible);
    let buffer = frame.buffer_mut();
    for (x, y) in (0..map.level.width).flat_map(|x| (0..map.level.height).map(move |y| (x, y))) {
        let Some((column, row)) = map.viewport.on_screen(Cell { x, y }) else { continue };
        let Some(target) = buffer.cell_mut((map.inner.x + column, map.inner.y + row)) else { continue };
        let block = map.level.block(x, y);
        if block.is_drawn() {
            let (glyph, style) = seat_map::look(hall, map.level, block, theme);
            target.set_char(glyph).set_style(style);
        }
        if !covers_column(map.level, &visible, x) || !covers_row(map.level, &visible, y) {
            target.modifier.insert(Modifier::DIM);
        }
    }
    for (seat, glyph) in seat::own(model, hall, false) {
        let at = map.viewport.on_screen(map.level.cell(hall.house.grid.cell(seat)));
        if let Some(target) = at.and_then(|(x, y)| buffer.cell_mut((map.inner.x + x, map.inner.y + y))) {
            target.set_char(glyph).set_style(theme.own());
        }
    }
}

/// The frame around the house; it is thick beside and below what is visible of it.
fn border(model: &Model, frame: &mut Frame<'_>, map: &Minimap<'_>, visible: &[u16; 4]) {
    let theme = model.theme();
    let columns = usize::from(map.frame.width);
    let name = model.lang().say(" whole house ", " 전체 ");
    let title = format!("┌{name}{}┐", "─".repeat(columns.saturating_sub(width(name) + 2)));
    let bottom = format!("└{}┘", "─".repeat(columns - 2));
    let last = map.frame.bottom() - 1;
    frame.render_widget(Line::styled(title, theme.muted()), Rect { height: 1, ..map.frame });
    frame.render_widget(Line::styled(bottom, theme.muted()), Rect { y: last, height: 1, ..map.frame });
    let buffer = frame.buffer_mut();
    for y in map.inner.y..map.inner.bottom() {
        let row = map.viewport.cell(map.level, (map.viewport.blank.0, y - map.inner.y)).map(|cell| cell.y);
        let is_seen = row.is_some_and(|row| covers_row(map.level, visible, row));
        let (side, style) = if is_seen { ("┃", theme.own()) } else { ("│", theme.muted()) };
        buffer.set_string(map.frame.x, y, side, style);
        buffer.set_string(map.frame.right() - 1, y, side, style);
    }
    for x in map.inner.x..map.inner.right() {
        let column = map.viewport.cell(map.level, (x - map.inner.x, map.viewport.blank.1)).map(|cell| cell.x);
        if column.is_some_and(|column| covers_column(map.level, visible, column)) {
            buffer.set_string(x, last, "━", theme.own());
        }
    }
}

/// The visible part of the plan, in cells of level 0: left, top, right, bottom.
fn visible(hall: &Hall, shown: &Level, map: Rect) -> [u16; 4] {
    let f = shown.factor;
    let (x, y) = (hall.origin.x, hall.origin.y);
    let (columns, rows) = hall.cells_in(map);
    let right = (x + columns).min(shown.width);
    let bottom = (y + rows).min(shown.height);
    [x * f, y * f, right.saturating_mul(f), bottom.saturating_mul(f)]
}

/// Whether the middle of a column is in the visible part.
fn covers_column(whole: &Level, [left, _, right, _]: &[u16; 4], x: u16) -> bool {
    (*left..*right).contains(&middle(whole, x))
}

/// Whether the middle of a row is in the visible part.
fn covers_row(whole: &Level, [_, top, _, bottom]: &[u16; 4], y: u16) -> bool {
    (*top..*bottom).contains(&middle(whole, y))
}

fn middle(whole: &Level, at: u16) -> u16 {
    at * whole.factor + whole.factor / 2
}

fn glyphs(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let lines = seat::key(model.lang()).into_iter().map(|(glyph, meaning)| {
        Line::from(vec![Span::raw(format!("{glyph} ")), Span::styled(meaning, model.theme().muted())])
    });
    frame::lines(frame, area, lines);
}
