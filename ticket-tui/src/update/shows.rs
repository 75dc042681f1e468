use crossterm::event::{KeyCode, KeyEvent};

use super::{login, move_in_list};
use crate::effect::Effect;
use crate::model::{Model, Screen, ShowPage};

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let listed = model.shows.listed().len();
    if move_in_list(&mut model.shows.cursor, listed, key) {
        return Vec::new();
    }
    match key.code {
        KeyCode::Enter | KeyCode::Char(' ') => return open(model),
        KeyCode::Char('/') => model.shows.is_searching = true,
        KeyCode::Tab | KeyCode::Right | KeyCode::Char('l') => turn_tab(model, 1),
        KeyCode::BackTab | KeyCode::Left | KeyCode::Char('h') => turn_tab(model, -1),
        KeyCode::Char('r') => return vec![Effect::LoadShows],
        KeyCode::Char('L') => return login::switch_user(model),
        KeyCode::Esc => model.shows.search.clear(),
        _ => {}
    }
    Vec::new()
}

pub(super) fn search_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter | KeyCode::Down | KeyCode::Tab => model.shows.is_searching = false,
        KeyCode::Esc => {
            model.shows.is_searching = false;
            model.shows.search.clear();
            model.shows.cursor = 0;
        }
        _ => {
            if model.shows.search.key(key) {
                model.shows.cursor = 0;
            }
        }
    }
    Vec::new()
}

pub(super) fn paste(model: &mut Model, text: &str) {
    model.shows.search.insert(text);
    model.shows.cursor = 0;
}

fn turn_tab(model: &mut Model, by: isize) {
    model.shows.category = model.shows.tab(by);
    model.shows.cursor = 0;
}

fn open(model: &mut Model) -> Vec<Effect> {
    let Some(show) = model.shows.selected() else { return Vec::new() };
    let (id, name) = (show.show_id, show.show_name.clone());
    model.show = Some(ShowPage { id, name, details: None, cursor: 0, is_opening: false });
    model.screen = Screen::Show;
    vec![Effect::LoadShow(id)]
}
