use ticket_core::domain::{PerformanceId, ShowId};

use super::{likes, move_in_list};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Model, Screen, ShowPage};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = &mut model.show else { return Vec::new() };
    if page.details.is_none() && is_about_performances(command) {
        page.early.extend(Some(command).filter(|_| page.early.len() < EARLY_MAX));
        return Vec::new();
    }
    let performances = page.performances().len();
    if move_in_list(&mut page.cursor, performances, command) {
        return Vec::new();
    }
    match command {
        Command::Open => open(model),
        Command::Refresh => vec![Effect::LoadShow(page.id)],
        Command::Like => {
            let id = page.id;
            likes::toggle(model, id)
        }
        Command::Back | Command::Leave => {
            model.opening = None;
            model.go_back();
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// So many keys are kept until the server has answered.
const EARLY_MAX: usize = 20;

/// Whether a command waits for the performances to be there.
fn is_about_performances(command: Command) -> bool {
    !matches!(command, Command::Back | Command::Leave | Command::Refresh | Command::Like)
}

/// The server has told the performances: does what was pressed meanwhile.
pub(super) fn catch_up(model: &mut Model) -> Vec<Effect> {
    let early = model.show.as_mut().map(|page| std::mem::take(&mut page.early)).unwrap_or_default();
    if model.screen != Screen::Show {
        return Vec::new();
    }
    early.into_iter().flat_map(|pressed| command(model, pressed)).collect()
}

/// Opens the page of a show.
pub(super) fn open_page(model: &mut Model, id: ShowId, name: String) -> Vec<Effect> {
    model.show = Some(ShowPage { id, name, details: None, cursor: 0, early: Vec::new() });
    model.go_to(Screen::Show);
    vec![Effect::LoadShow(id)]
}

fn open(model: &mut Model) -> Vec<Effect> {
    let selected = model.show.as_ref().and_then(|page| page.selected()).map(|date| date.performance_id);
    selected.map(|performance| open_hall(model, performance, Screen::SeatMap)).unwrap_or_default()
}

/// Opens the seat map of a performance, or its checkout; the one that is being followed anyway needs no loading.
pub(super) fn open_hall(model: &mut Model, performance: PerformanceId, screen: Screen) -> Vec<Effect> {
    if model.hall.as_ref().is_some_and(|hall| hall.performance() == performance && hall.ended.is_none()) {
        model.go_to(screen);
        return Vec::new();
    }
    model.opening = Some((performance, screen));
    let said = model.lang().say("Opening the seat map…", "좌석도를 여는 중…");
    model.say(said);
    vec![load(model, performance)]
}

/// Loads a seat map, with the user's holds in it when there is a user.
pub(super) fn load(model: &Model, performance: PerformanceId) -> Effect {
    Effect::LoadHouse { performance, with_holds: model.me.is_some() }
}
