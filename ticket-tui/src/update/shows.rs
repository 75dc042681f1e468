use crossterm::event::{KeyCode, KeyEvent};

use super::{likes, move_in_list, ranking, show};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let listed = model.shows.listed().len();
    if move_in_list(&mut model.shows.cursor, listed, command) {
        return Vec::new();
    }
    match command {
        Command::Open => return open(model),
        Command::Search => model.shows.is_searching = true,
        Command::NextTab => turn_tab(model, 1),
        Command::PreviousTab => turn_tab(model, -1),
        Command::Refresh => {
            ranking::refresh(model);
            return vec![Effect::LoadShows];
        }
        Command::Like => {
            let show = model.shows.selected().map(|show| show.show_id);
            return show.map(|show| likes::toggle(model, show)).unwrap_or_default();
        }
        Command::OnlyLiked => likes::only_liked(model),
        Command::Ranking => model.go_to(Screen::Ranking),
        Command::RankingPeriod => ranking::next_period(model),
        Command::Back => {
            model.shows.search.clear();
            model.shows.is_only_liked = false;
            model.shows.cursor = 0;
        }
        _ => {}
    }
    Vec::new()
}

pub(super) fn search_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter | KeyCode::Tab => model.shows.is_searching = false,
        KeyCode::Down => model.shows.move_by(1),
        KeyCode::Up => model.shows.move_by(-1),
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

/// Goes to another category, here and in the ranking.
pub(super) fn turn_tab(model: &mut Model, by: isize) {
    model.shows.category = model.shows.tab(by);
    model.shows.cursor = 0;
}

fn open(model: &mut Model) -> Vec<Effect> {
    let Some(show) = model.shows.selected() else { return Vec::new() };
    let (id, name) = (show.show_id, show.show_name.clone());
    show::open_page(model, id, name)
}
