use crossterm::event::{KeyCode, KeyEvent};
use ticket_core::domain::PerformanceId;

use super::move_in_list;
use crate::effect::Effect;
use crate::model::{Model, Screen};

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(page) = &mut model.show else { return Vec::new() };
    let performances = page.performances().len();
    if move_in_list(&mut page.cursor, performances, key) {
        return Vec::new();
    }
    match key.code {
        KeyCode::Enter | KeyCode::Char(' ' | 'l') | KeyCode::Right => open(model),
        KeyCode::Char('r') => vec![Effect::LoadShow(page.id)],
        KeyCode::Esc | KeyCode::Left | KeyCode::Char('h') => {
            page.is_opening = false;
            model.screen = Screen::Shows;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Opens the seat map of a performance; the one that is being followed anyway needs no loading.
fn open(model: &mut Model) -> Vec<Effect> {
    let Some(performance) = model.show.as_ref().and_then(|p| p.selected()).map(|p| p.performance_id) else {
        return Vec::new();
    };
    if model.hall.as_ref().is_some_and(|hall| hall.performance() == performance) {
        model.screen = Screen::SeatMap;
        return Vec::new();
    }
    if let Some(page) = &mut model.show {
        page.is_opening = true;
    }
    model.say("Opening the seat map…");
    vec![load(model, performance)]
}

/// Loads a seat map, with the user's holds in it when there is a user.
pub(super) fn load(model: &Model, performance: PerformanceId) -> Effect {
    Effect::LoadHouse { performance, with_holds: model.me.is_some() }
}
