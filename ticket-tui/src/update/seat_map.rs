use super::{checkout, choose, ended, leave_hall, marks, moves, picks, prompt};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Model, Screen};
use crate::seat_map::Direction;

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if ended::refuses(model, command) {
        moves::forget_count(model);
        return Vec::new();
    }
    match command {
        Command::Left => moves::go(model, Direction::Left),
        Command::Right => moves::go(model, Direction::Right),
        Command::Up => moves::go(model, Direction::Up),
        Command::Down => moves::go(model, Direction::Down),
        Command::RowStart => moves::to_row_end(model, true),
        Command::RowEnd => moves::to_row_end(model, false),
        Command::FirstSeat => moves::to_house_end(model, true),
        Command::LastSeat => moves::to_house_end(model, false),
        Command::NextSector => moves::to_sector(model, 1),
        Command::PreviousSector => moves::to_sector(model, -1),
        Command::PanLeft => moves::pan(model, -1, 0),
        Command::PanRight => moves::pan(model, 1, 0),
        Command::PanUp => moves::pan(model, 0, -1),
        Command::PanDown => moves::pan(model, 0, 1),
        Command::ZoomOut => moves::zoom(model, 1),
        Command::ZoomIn => moves::zoom(model, -1),
        Command::Jump => prompt::jump(model),
        Command::Filter => prompt::filter(model),
        Command::Pick => return picks::toggle(model),
        Command::Wait => return marks::join(model),
        Command::Undo => picks::undo(model),
        Command::Clear => picks::clear(model),
        Command::Best => choose::best(model),
        Command::TakeOffer => choose::take_offers(model),
        Command::Swap => return choose::swap(model),
        Command::Hold => return checkout::enter(model),
        Command::ReleaseHold => return checkout::release(model),
        Command::ExtendHold => return checkout::extend(model),
        _ => {}
    }
    moves::forget_count(model);
    Vec::new()
}

/// Back: first from what has been begun, then from the filter, then from the map.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return leave(model) };
    if hall.count.take().is_some() || hall.swap.take().is_some() {
        return Vec::new();
    }
    if !hall.filter.is_empty() {
        prompt::no_filter(hall);
        let said = model.lang().say("The filter is off.", "필터를 껐습니다.");
        model.say(said);
        return Vec::new();
    }
    leave(model)
}

fn leave(model: &mut Model) -> Vec<Effect> {
    model.go_back();
    let reload = model.show.as_ref().filter(|_| model.screen == Screen::Show).map(|page| Effect::LoadShow(page.id));
    let mut effects = leave_hall(model);
    effects.extend(reload);
    effects
}
