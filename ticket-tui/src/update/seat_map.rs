use crossterm::event::{KeyCode, KeyEvent};

use super::{checkout, leave_hall, moves, picks};
use crate::effect::Effect;
use crate::model::{Model, Screen};
use crate::seat_map::Direction;

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if moves::digit(model, key) || moves::second_g(model, key) {
        return Vec::new();
    }
    match key.code {
        KeyCode::Left | KeyCode::Char('h') => moves::go(model, Direction::Left),
        KeyCode::Right | KeyCode::Char('l') => moves::go(model, Direction::Right),
        KeyCode::Up | KeyCode::Char('k') => moves::go(model, Direction::Up),
        KeyCode::Down | KeyCode::Char('j') => moves::go(model, Direction::Down),
        KeyCode::Home | KeyCode::Char('^') => moves::to_row_end(model, true),
        KeyCode::End | KeyCode::Char('$') => moves::to_row_end(model, false),
        KeyCode::Char('G') => moves::to_house_end(model, false),
        KeyCode::Tab => moves::to_sector(model, 1),
        KeyCode::BackTab => moves::to_sector(model, -1),
        KeyCode::Char('-' | '_') => moves::zoom(model, 1),
        KeyCode::Char('+' | '=') => moves::zoom(model, -1),
        KeyCode::Char(' ') => picks::toggle(model),
        KeyCode::Char('u') => picks::undo(model),
        KeyCode::Enter => return checkout::enter(model),
        KeyCode::Char('r') => return checkout::release(model),
        KeyCode::Char('e') => return checkout::extend(model),
        KeyCode::Esc => return leave(model),
        _ => {}
    }
    moves::forget_count(model);
    Vec::new()
}

fn leave(model: &mut Model) -> Vec<Effect> {
    model.screen = if model.show.is_some() { Screen::Show } else { Screen::Shows };
    let reload = model.show.as_ref().map(|page| Effect::LoadShow(page.id));
    let mut effects = leave_hall(model);
    effects.extend(reload);
    effects
}
