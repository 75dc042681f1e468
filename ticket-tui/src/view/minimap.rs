//! The whole house in the corner, with the visible part of it marked; the meaning of the glyphs when there is room.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::{frame, seat, seat_map};
use crate::model::{Hall, Model};
use crate::seat_map::{Level, Viewport};

/// Lines of the frame around the whole house.
const FRAME_ROWS: u16 = 2;
/// Rows of a whole house beyond which more would show no more.
const ROWS_MAX: u16 = 14;

/// `map` is where the seat map is drawn, `area` what is left of the panel.
pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>, (map, area): (Rect, Rect)) {
    let shown = hall.house.grid.level(hall.level);
    let is_part = shown.width > map.width || shown.height > map.height;
    let room = area.height.saturating_sub(FRAME_ROWS + 1).min(ROWS_MAX);
    let whole = hall.house.grid.level(hall.house.grid.fitting_level(area.width - 2, room));
    let fits = whole.height <= room && whole.width <= area.width - 2;
    let area = if is_part && fits { house(model, hall, frame, area, (map, shown, whole)) } else { area };
    glyphs(model, frame, area);
}

fn house(
    model: &Model,
    hall: &Hall,
    frame: &mut Frame<'_>,
    area: Rect,
    (map, shown, whole): (Rect, &Level, &Level),
) -> Rect {
    let box_area = Rect { y: area.y + 1, height: whole.height + FRAME_ROWS, ..area };
    let title = format!("┌ whole house {}┐", "─".repeat(usize::from(area.width).saturating_sub(15)));
    let bottom = format!("└{}┘", "─".repeat(usize::from(area.width) - 2));
    frame.render_widget(Line::styled(title, model.theme.muted()), Rect { height: 1, ..box_area });
    frame.render_widget(
        Line::styled(bottom, model.theme.muted()),
        Rect { y: box_area.bottom() - 1, height: 1, ..box_area },
    );
    let inner = Rect { x: area.x + 1, y: box_area.y + 1, width: area.width - 2, height: whole.height };
    let viewport = Viewport::new(whole, crate::seat_map::Cell { x: 0, y: 0 }, inner.width, inner.height);
    let visible = visible(hall, shown, map);
    let buffer = frame.buffer_mut();
    for (x, y) in (0..whole.width).flat_map(|x| (0..whole.height).map(move |y| (x, y))) {
        let cell = crate::seat_map::Cell { x, y };
        let Some((column, row)) = viewport.on_screen(cell) else { continue };
        let Some(target) = buffer.cell_mut((inner.x + column, inner.y + row)) else { continue };
        let block = whole.block(x, y);
        if block.is_drawn() {
            let (glyph, style) = seat_map::look(hall, whole, block, model.theme);
            target.set_char(glyph).set_style(style);
        }
        if covers(whole, &visible, (x, y)) {
            target.modifier.insert(Modifier::REVERSED);
        }
    }
    Rect { y: box_area.bottom(), height: area.bottom().saturating_sub(box_area.bottom()), ..area }
}

/// The visible part of the plan, in cells of level 0: left, top, right, bottom.
fn visible(hall: &Hall, shown: &Level, map: Rect) -> [u16; 4] {
    let f = shown.factor;
    let (x, y) = (hall.origin.x, hall.origin.y);
    let right = (x + map.width).min(shown.width);
    let bottom = (y + map.height).min(shown.height);
    [x * f, y * f, right.saturating_mul(f), bottom.saturating_mul(f)]
}

/// Whether the middle of a cell is in the visible part.
fn covers(whole: &Level, [left, top, right, bottom]: &[u16; 4], (x, y): (u16, u16)) -> bool {
    let middle = |v: u16| v * whole.factor + whole.factor / 2;
    (*left..*right).contains(&middle(x)) && (*top..*bottom).contains(&middle(y))
}

fn glyphs(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let lines = seat::key().into_iter().map(|(glyph, meaning)| {
        Line::from(vec![Span::raw(format!("{glyph} ")), Span::styled(meaning, model.theme.muted())])
    });
    frame::lines(frame, area, lines);
}
