//! Moving the cursor over the seat map.

use crossterm::event::{KeyCode, KeyEvent};

use crate::model::{Hall, Model};
use crate::seat_map::{Cell, Direction, MARGIN, areas, scroll};

/// How far from where one looks a seat is looked for.
const SEAT_SEARCH_CELLS: u16 = 200;
/// The largest count before a command.
const COUNT_MAX: u16 = 999;

/// Collects the digits of a count. A zero that begins none is a key like others.
pub(super) fn digit(model: &mut Model, key: KeyEvent) -> bool {
    let Some(hall) = &mut model.hall else { return false };
    let KeyCode::Char(c) = key.code else { return false };
    let Some(digit) = c.to_digit(10).and_then(|d| u16::try_from(d).ok()) else { return false };
    if digit == 0 && hall.count.is_none() || !key.modifiers.is_empty() {
        return false;
    }
    hall.count = Some((hall.count.unwrap_or(0) * 10 + digit).min(COUNT_MAX));
    true
}

pub(super) fn forget_count(model: &mut Model) {
    if let Some(hall) = &mut model.hall {
        hall.count = None;
    }
}

/// Goes to the nearest seat (zoomed out: block) in that direction, as often as was counted.
pub(super) fn go(model: &mut Model, direction: Direction) {
    let Some(hall) = &mut model.hall else { return };
    for _ in 0..hall.count.take().unwrap_or(1) {
        match hall.house.neighbour(hall.level, hall.cursor, direction) {
            Some(seat) => hall.cursor = seat,
            None => break,
        }
    }
}

pub(super) fn to_row_end(model: &mut Model, first: bool) {
    jump(model, |hall| hall.house.row_ends(hall.cursor).map(|ends| if first { ends.0 } else { ends.1 }));
}

pub(super) fn to_house_end(model: &mut Model, first: bool) {
    jump(model, |hall| hall.house.ends().map(|ends| if first { ends.0 } else { ends.1 }));
}

pub(super) fn to_sector(model: &mut Model, by: isize) {
    jump(model, |hall| hall.house.in_other_sector(hall.cursor, by));
}

/// Zooms out or in by a level: from seats with their numbers to the whole house.
pub(super) fn zoom(model: &mut Model, by: isize) {
    if change_level(model, by) {
        centre(model);
    }
}

/// Goes a level further out or nearer; says whether there is one.
fn change_level(model: &mut Model, by: isize) -> bool {
    let last = whole_house_level(model);
    let Some(hall) = &mut model.hall else { return false };
    let before = (hall.level, hall.is_close);
    if hall.level == 0 && (hall.is_close || by < 0) {
        hall.is_close = by < 0;
    } else {
        hall.level = hall.level.saturating_add_signed(by).min(last);
    }
    before != (hall.level, hall.is_close)
}

/// Goes to single seats, around the cursor.
pub(super) fn show_seats(model: &mut Model) {
    if let Some(hall) = &mut model.hall
        && hall.level > 0
    {
        (hall.level, hall.is_close) = (0, false);
        centre(model);
    }
}

/// Zooms at a place of the screen: what is there stays there.
pub(super) fn zoom_at(model: &mut Model, by: isize, (column, row): (u16, u16)) {
    let map = areas(model.size, model.has_banner()).map;
    let Some(hall) = &model.hall else { return };
    let before = hall.house.grid.level(hall.level).factor;
    let cell = |hall: &Hall| column.saturating_sub(hall.plan_in(map).x - map.x) / hall.columns_per_cell();
    let (origin, at) = (hall.origin, (cell(hall), row));
    if !change_level(model, by) {
        return;
    }
    let Some(hall) = &mut model.hall else { return };
    let after = hall.house.grid.level(hall.level).factor;
    let column = cell(hall);
    let scale = |from: u16, at: u16, on_screen: u16| {
        let plan = u32::from(from + at) * u32::from(before) / u32::from(after);
        u16::try_from(plan.saturating_sub(u32::from(on_screen))).unwrap_or(u16::MAX)
    };
    hall.origin = Cell { x: scale(origin.x, at.0, column), y: scale(origin.y, at.1, row) };
    pan_by(model, 0, 0);
}

/// Moves the screen over the plan by half of itself, and takes the cursor along.
pub(super) fn pan(model: &mut Model, right: i32, down: i32) {
    let (columns, rows) = room(model);
    pan_by(model, right * i32::from(columns / 2), down * i32::from(rows / 2));
}

/// Moves the screen over the plan by cells, and takes the cursor along.
pub(super) fn pan_by(model: &mut Model, right: i32, down: i32) {
    let (columns, rows) = room(model);
    let Some(hall) = &mut model.hall else { return };
    let level = hall.house.grid.level(hall.level);
    let shift = |from: u16, by: i32, size: u16, visible: u16| {
        let last = i32::from(size.saturating_sub(visible));
        u16::try_from((i32::from(from) + by).clamp(0, last)).unwrap_or(from)
    };
    hall.origin = Cell {
        x: shift(hall.origin.x, right, level.width, columns),
        y: shift(hall.origin.y, down, level.height, rows),
    };
    follow_view(model);
}

/// Puts a cell of the plan (as at single seats) into the middle of the screen.
pub(super) fn look_at(model: &mut Model, at: Cell) {
    let Some(hall) = &mut model.hall else { return };
    let level = hall.house.grid.level(hall.level);
    if let Some(seat) = hall.house.seat_near(level, level.cell(at), SEAT_SEARCH_CELLS) {
        hall.cursor = seat;
        centre(model);
    }
}

/// A cursor that is out of sight goes to the seat nearest to where it would be on the screen.
fn follow_view(model: &mut Model) {
    let (columns, rows) = room(model);
    let Some(hall) = &mut model.hall else { return };
    let level = hall.house.grid.level(hall.level);
    let at = level.cell(hall.house.grid.cell(hall.cursor));
    let inside = Cell {
        x: into_view(at.x, hall.origin.x, columns, level.width, MARGIN.0),
        y: into_view(at.y, hall.origin.y, rows, level.height, MARGIN.1),
    };
    if inside != at
        && let Some(seat) = hall.house.seat_near(level, inside, SEAT_SEARCH_CELLS)
    {
        hall.cursor = seat;
    }
}

/// The coordinate that is nearest to `at` where the screen need not scroll.
fn into_view(at: u16, origin: u16, visible: u16, size: u16, margin: u16) -> u16 {
    let margin = margin.min(visible.saturating_sub(1) / 2);
    let first = if origin == 0 { 0 } else { origin + margin };
    let end = origin.saturating_add(visible);
    let last = if end >= size { size.saturating_sub(1) } else { end.saturating_sub(margin + 1) };
    at.clamp(first.min(last), last)
}

/// How a house is first shown: all of it with the numbers of its seats where there is room for that, else single seats, or all
/// of it when single seats would be a keyhole.
pub(super) fn first_look(model: &mut Model) {
    const FACTOR_MAX_FOR_SEATS: u16 = 4;
    let whole = whole_house_level(model);
    let map = areas(model.size, model.has_banner()).map;
    let Some(hall) = &mut model.hall else { return };
    let factor = hall.house.grid.level(whole).factor;
    hall.level = if factor <= FACTOR_MAX_FOR_SEATS { 0 } else { whole };
    hall.is_close = true;
    let (room, plan) = (hall.cells_in(map), hall.house.grid.level(0));
    hall.is_close = hall.level == 0 && plan.width <= room.0 && plan.height <= room.1;
}

/// Scrolls so that the cursor is on the screen.
pub(super) fn keep_visible(model: &mut Model) {
    let (columns, rows) = room(model);
    let last = whole_house_level(model);
    let Some(hall) = &mut model.hall else { return };
    hall.level = hall.level.min(last);
    let level = hall.house.grid.level(hall.level);
    let at = level.cell(hall.house.grid.cell(hall.cursor));
    let near = scroll(level, hall.origin, at, columns, rows);
    // After a jump, what is around the seat is of interest on all sides.
    let is_jump = near.x.abs_diff(hall.origin.x) > columns / 2 || near.y.abs_diff(hall.origin.y) > rows / 2;
    let middle = Cell { x: at.x.saturating_sub(columns / 2), y: at.y.saturating_sub(rows / 2) };
    hall.origin = if is_jump { scroll(level, middle, at, columns, rows) } else { near };
}

/// Puts the cursor into the middle of the screen, as far as the plan goes.
fn centre(model: &mut Model) {
    let (columns, rows) = room(model);
    let Some(hall) = &mut model.hall else { return };
    let Cell { x, y } = hall.house.grid.level(hall.level).cell(hall.house.grid.cell(hall.cursor));
    hall.origin = Cell { x: x.saturating_sub(columns / 2), y: y.saturating_sub(rows / 2) };
}

/// How many cells of the plan there is room for.
fn room(model: &Model) -> (u16, u16) {
    let map = areas(model.size, model.has_banner()).map;
    model.hall.as_ref().map_or((map.width, map.height), |hall| hall.cells_in(map))
}

fn whole_house_level(model: &Model) -> usize {
    let map = areas(model.size, model.has_banner()).map;
    model.hall.as_ref().map_or(0, |hall| hall.house.grid.fitting_level(map.width, map.height))
}

fn jump(model: &mut Model, to: impl Fn(&Hall) -> Option<usize>) {
    if let Some(hall) = &mut model.hall {
        hall.cursor = to(hall).unwrap_or(hall.cursor);
    }
}
