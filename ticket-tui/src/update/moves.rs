//! Moving the cursor over the seat map.

use crossterm::event::{KeyCode, KeyEvent};

use crate::model::{Hall, Model};
use crate::seat_map::{Cell, Direction, areas, scroll};

/// The largest count before a command.
const COUNT_MAX: u16 = 999;

/// Collects the digits of a count.
pub(super) fn digit(model: &mut Model, key: KeyEvent) -> bool {
    let Some(hall) = &mut model.hall else { return false };
    let KeyCode::Char(c) = key.code else { return false };
    let Some(digit) = c.to_digit(10).and_then(|d| u16::try_from(d).ok()) else { return false };
    if digit == 0 && hall.count.is_none() {
        to_row_end(model, true);
        return true;
    }
    hall.count = Some((hall.count.unwrap_or(0) * 10 + digit).min(COUNT_MAX));
    true
}

/// `gg` goes to the first seat.
pub(super) fn second_g(model: &mut Model, key: KeyEvent) -> bool {
    let Some(hall) = &mut model.hall else { return false };
    let is_g = key.code == KeyCode::Char('g');
    let was_after_g = hall.after_g;
    hall.after_g = is_g && !was_after_g;
    if is_g && was_after_g {
        to_house_end(model, true);
    }
    is_g
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

/// Zooms out or in by a level, not further than the whole house.
pub(super) fn zoom(model: &mut Model, by: isize) {
    let last = whole_house_level(model);
    let Some(hall) = &mut model.hall else { return };
    hall.level = hall.level.saturating_add_signed(by).min(last);
    centre(model);
}

/// Goes to single seats, around the cursor.
pub(super) fn zoom_to_seats(model: &mut Model) {
    if let Some(hall) = &mut model.hall {
        hall.level = 0;
    }
    centre(model);
}

/// Level at which a house is first shown: single seats, or all of it when single seats would be a keyhole.
pub(super) fn first_level(model: &Model) -> usize {
    const FACTOR_MAX_FOR_SEATS: u16 = 4;
    let whole = whole_house_level(model);
    let factor = model.hall.as_ref().map_or(1, |hall| hall.house.grid.level(whole).factor);
    if factor <= FACTOR_MAX_FOR_SEATS { 0 } else { whole }
}

/// Scrolls so that the cursor is on the screen.
pub(super) fn keep_visible(model: &mut Model) {
    let map = areas(model.size, model.has_banner()).map;
    let last = whole_house_level(model);
    let Some(hall) = &mut model.hall else { return };
    hall.level = hall.level.min(last);
    let level = hall.house.grid.level(hall.level);
    let at = level.cell(hall.house.grid.cell(hall.cursor));
    hall.origin = scroll(level, hall.origin, at, map.width, map.height);
}

/// Puts the cursor into the middle of the screen, as far as the plan goes.
fn centre(model: &mut Model) {
    let map = areas(model.size, model.has_banner()).map;
    let Some(hall) = &mut model.hall else { return };
    let Cell { x, y } = hall.house.grid.level(hall.level).cell(hall.house.grid.cell(hall.cursor));
    hall.origin = Cell { x: x.saturating_sub(map.width / 2), y: y.saturating_sub(map.height / 2) };
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
