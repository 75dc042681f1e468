//! Which shows sell best: beside the list of shows where there is room, else on a screen of its own.

use jiff::SignedDuration;
use ticket_core::api::RankingShow;
use ticket_core::domain::{Category, RankingPeriod};

use super::{move_in_list, show, shows};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};
use crate::view;

/// Whoever looks at a ranking sooner again sees the same one.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// Asks for the ranking that is to be seen, unless it was asked for just now.
pub(super) fn load_if_seen(model: &mut Model) -> Option<Effect> {
    let wanted = (model.shows.category, model.ranking.period);
    let is_seen = match model.screen {
        Screen::Ranking => true,
        Screen::Shows => view::has_ranking_beside(model.size),
        _ => false,
    };
    let asked = model.ranking.asked.filter(|(category, period, _)| (*category, *period) == wanted);
    let is_fresh = asked.is_some_and(|(.., at)| model.now.duration_since(at) < FRESH);
    if !is_seen || is_fresh {
        return None;
    }
    model.ranking.asked = Some((wanted.0, wanted.1, model.now));
    if asked.is_none() {
        model.ranking.shows = None;
        model.ranking.cursor = 0;
    }
    Some(Effect::LoadRanking(wanted.0, wanted.1))
}

/// The answer, if nothing else was asked for meanwhile.
pub(super) fn loaded(model: &mut Model, category: Option<Category>, period: RankingPeriod, shows: Vec<RankingShow>) {
    if model.ranking.asked.is_some_and(|asked| (asked.0, asked.1) == (category, period)) {
        model.ranking.cursor = model.ranking.cursor.min(shows.len().saturating_sub(1));
        model.ranking.shows = Some(shows);
    }
}

/// Has it read again.
pub(super) fn refresh(model: &mut Model) {
    model.ranking.asked = None;
}

pub(super) fn next_period(model: &mut Model) {
    model.ranking.period = model.ranking.next_period();
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.ranking.shows().len();
    if move_in_list(&mut model.ranking.cursor, count, command) {
        return Vec::new();
    }
    match command {
        Command::Open => {
            let selected = model.ranking.shows().get(model.ranking.cursor);
            let Some((id, name)) = selected.map(|show| (show.show_id, show.show_name.clone())) else {
                return Vec::new();
            };
            return show::open_page(model, id, name);
        }
        Command::NextTab => shows::turn_tab(model, 1),
        Command::PreviousTab => shows::turn_tab(model, -1),
        Command::RankingPeriod => next_period(model),
        Command::Refresh => refresh(model),
        Command::Like => {
            let show = model.ranking.shows().get(model.ranking.cursor).map(|show| show.show_id);
            return show.map(|show| super::likes::toggle(model, show)).unwrap_or_default();
        }
        Command::Back | Command::Ranking => model.return_to(Screen::Shows),
        _ => {}
    }
    Vec::new()
}
