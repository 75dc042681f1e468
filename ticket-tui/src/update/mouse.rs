//! What a click or the wheel does.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{help, moves, on_screen, picks};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};
use crate::seat_map::{Cell, Viewport, areas, minimap};
use crate::view;

pub(super) fn mouse(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    if view::is_too_small(model.size) {
        return Vec::new();
    }
    if model.help.is_some() {
        scroll_help(model, event.kind);
        return Vec::new();
    }
    match model.screen {
        Screen::SeatMap => return on_map(model, event),
        Screen::Shows
        | Screen::Show
        | Screen::Bookings
        | Screen::Booking
        | Screen::Waitlist
        | Screen::Ranking
        | Screen::Ticket => on_list(model, event),
        Screen::Login => on_login(model, event),
        Screen::Checkout | Screen::Account => {}
    }
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => click(model, event),
        _ => Vec::new(),
    }
}

fn scroll_help(model: &mut Model, kind: MouseEventKind) {
    match kind {
        MouseEventKind::ScrollDown => help::scroll(model, 1),
        MouseEventKind::ScrollUp => help::scroll(model, -1),
        _ => {}
    }
}

/// A click on what is under the cursor of a list already opens it.
fn click(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    let Some((index, is_selected)) = view::list_entry_at(model, (event.column, event.row)) else { return Vec::new() };
    if is_selected {
        return on_screen(model, Command::Open);
    }
    if let Some(cursor) = list_cursor(model) {
        *cursor = index;
    }
    Vec::new()
}

fn list_cursor(model: &mut Model) -> Option<&mut usize> {
    match model.screen {
        Screen::Shows => Some(&mut model.shows.cursor),
        Screen::Show => model.show.as_mut().map(|page| &mut page.cursor),
        Screen::Bookings => Some(&mut model.bookings.cursor),
        Screen::Booking => model.booking.as_mut().filter(|page| page.ask.is_none()).map(|page| &mut page.cursor),
        Screen::Ranking => Some(&mut model.ranking.cursor),
        Screen::Waitlist => Some(&mut model.waitlist.cursor).filter(|_| model.waitlist.ask.is_none()),
        _ => None,
    }
}

fn on_list(model: &mut Model, event: MouseEvent) {
    let command = match event.kind {
        MouseEventKind::ScrollDown => Command::ListDown,
        MouseEventKind::ScrollUp => Command::ListUp,
        _ => return,
    };
    // Moving in a list asks for nothing but its next page, which the next key asks for as well.
    let _ = on_screen(model, command);
}

fn on_login(model: &mut Model, event: MouseEvent) {
    if event.kind == MouseEventKind::Down(MouseButton::Left)
        && let Some(field) = view::login_field_at(model, event.row)
    {
        model.login.form.focus = field;
    }
}

fn on_map(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    let areas = areas(model.size, model.has_banner());
    let at = Position::new(event.column, event.row);
    if !areas.map.contains(at) {
        if matches!(event.kind, MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left)) {
            click_minimap(model, at);
        }
        return Vec::new();
    }
    let inside = (event.column - areas.map.x, event.row - areas.map.y);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => return click_seat(model, inside),
        MouseEventKind::Down(_) => grip(model, Some((event.column, event.row))),
        MouseEventKind::Drag(MouseButton::Right | MouseButton::Middle) => drag(model, (event.column, event.row)),
        MouseEventKind::Up(_) => grip(model, None),
        MouseEventKind::ScrollUp if is_panning(event) => moves::pan_by(model, 0, -3),
        MouseEventKind::ScrollDown if is_panning(event) => moves::pan_by(model, 0, 3),
        MouseEventKind::ScrollUp => moves::zoom_at(model, -1, inside),
        MouseEventKind::ScrollDown => moves::zoom_at(model, 1, inside),
        MouseEventKind::ScrollLeft => moves::pan_by(model, -6, 0),
        MouseEventKind::ScrollRight => moves::pan_by(model, 6, 0),
        _ => {}
    }
    Vec::new()
}

/// The wheel zooms; with a modifier that the terminal lets through, it pans.
fn is_panning(event: MouseEvent) -> bool {
    event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT)
}

fn grip(model: &mut Model, at: Option<(u16, u16)>) {
    if let Some(hall) = &mut model.hall {
        hall.grip = at;
    }
}

/// Moves the plan with the mouse, by whole cells of it; what is left over of a wide cell waits for more.
fn drag(model: &mut Model, to: (u16, u16)) {
    let Some(hall) = &mut model.hall else { return };
    let step = i32::from(hall.columns_per_cell());
    let from = hall.grip.unwrap_or(to);
    let cells = (i32::from(from.0) - i32::from(to.0)) / step;
    let rows = i32::from(from.1) - i32::from(to.1);
    let rest = u16::try_from(i32::from(from.0) - cells * step).unwrap_or(to.0);
    hall.grip = Some((rest, to.1));
    moves::pan_by(model, cells, rows);
}

/// Goes to a seat and picks it or lets it go; zoomed out, goes there and nearer.
fn click_seat(model: &mut Model, at: (u16, u16)) -> Vec<Effect> {
    let areas = areas(model.size, model.has_banner());
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let level = hall.house.grid.level(hall.level);
    let (columns, rows) = hall.cells_in(areas.map);
    let viewport = Viewport::new(level, hall.origin, columns, rows);
    let aside = hall.plan_in(areas.map).x - areas.map.x;
    let Some(column) = at.0.checked_sub(aside) else { return Vec::new() };
    let at = (column / hall.columns_per_cell(), at.1);
    let Some(cell) = viewport.cell(level, at) else { return Vec::new() };
    let reach = u16::from(hall.level > 0);
    if let Some(seat) = hall.house.seat_near(level, cell, reach) {
        hall.prompt = None;
        hall.cursor = seat;
        hall.count = None;
        return picks::toggle(model);
    }
    Vec::new()
}

fn click_minimap(model: &mut Model, at: Position) {
    let areas = areas(model.size, model.has_banner());
    let Some(hall) = &model.hall else { return };
    let Some(map) = minimap(areas.side, &hall.house, hall.house.grid.level(hall.level), hall.cells_in(areas.map))
    else {
        return;
    };
    if !map.inner.contains(at) {
        return;
    }
    let inside = (at.x - map.inner.x, at.y - map.inner.y);
    if let Some(Cell { x, y }) = map.viewport.cell(map.level, inside) {
        let middle = |v: u16| v * map.level.factor + map.level.factor / 2;
        let at = Cell { x: middle(x), y: middle(y) };
        moves::look_at(model, at);
    }
}
