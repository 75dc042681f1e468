use crossterm::event::{KeyCode, KeyEvent};

use super::{leave_hall, open_bookings};
use crate::effect::Effect;
use crate::model::{Model, Screen};

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter => {
            let mut effects = leave_hall(model);
            effects.extend(open_bookings(model, Screen::Shows));
            effects
        }
        KeyCode::Esc => {
            model.screen = if model.hall.is_some() { Screen::SeatMap } else { Screen::Shows };
            Vec::new()
        }
        _ => Vec::new(),
    }
}
