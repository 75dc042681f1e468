//! Seats that are chosen for the user: the best, one for another, and what is offered for a lost one.

use ticket_core::domain::SeatId;

use super::{marks, moves, picks};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Checkout, Hall, Model, Offer};

/// Picks the best seats, as many as were counted. Again: the next best. When there are none, marks what could be waited for.
pub(super) fn best(model: &mut Model) {
    let lang = model.lang();
    let room = picks::room(model);
    let undo = model.settings.keys.label(Command::Undo);
    let Some(hall) = &mut model.hall else { return };
    if let Some(count) = hall.count.take() {
        hall.party = count.max(1);
        hall.proposed.clear();
    }
    let count = usize::from(hall.party).min(room);
    if count == 0 {
        let text = picks::limit_text(lang, hall, room);
        return model.warn(text);
    }
    let is_proposal = |seats: &[usize]| !seats.is_empty() && seats.iter().all(|seat| hall.proposed.contains(seat));
    // What was picked by hand is not given up without a word.
    let by_hand = if is_proposal(&hall.picked) { 0 } else { hall.picked.len() };
    if !is_proposal(&hall.picked) && !is_proposal(&hall.marked) {
        hall.proposed.clear();
    }
    let wanted = u32::try_from(count).unwrap_or(u32::MAX);
    // What we hold may still look free, until the feed says otherwise.
    let held: Vec<usize> = hall.hold.iter().flat_map(|hold| hold.seats.clone()).collect();
    let without: Vec<usize> = hall.proposed.iter().chain(&held).copied().collect();
    let found = hall.house.best(wanted, &without).or_else(|| {
        // After the last one comes the first again.
        let first = hall.house.best(wanted, &held)?;
        hall.proposed.clear();
        Some(first)
    });
    let Some((seats, are_beside)) = found else { return marks::best(model, count) };
    hall.proposed.extend(&seats);
    hall.cursor = seats.first().copied().unwrap_or(hall.cursor);
    let names = hall.house.names(&seats);
    let capped = (count < usize::from(hall.party)).then(|| picks::most_text(lang, hall, room));
    hall.pick(seats);
    moves::show_seats(model);
    if let Some(most) = capped {
        model.say(most);
    } else if by_hand > 0 && are_beside {
        model.say(lang.say(
            format!("{count} picked instead of {by_hand}; {undo} brings them back."),
            format!("선택한 {by_hand}석 대신 {count}석을 골랐습니다. {undo}: 되돌리기"),
        ));
    } else if !are_beside {
        model
            .warn(lang.say(format!("Not all side by side: {names}."), format!("나란히 앉는 좌석은 없습니다: {names}")));
    }
}

/// Swaps a seat for another: first the one that is given, then the one that is taken.
pub(super) fn swap(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let here = hall.cursor;
    let Some(given) = hall.swap.filter(|seat| hall.own().any(|own| own == *seat)) else {
        begin_swap(model, here);
        return Vec::new();
    };
    if given == here {
        hall.swap = None;
        return Vec::new();
    }
    if let Some(refusal) = picks::why_not_free(lang, hall, here) {
        model.warn(refusal);
        return Vec::new();
    }
    hall.swap = None;
    if let Some(at) = hall.picked.iter().position(|seat| *seat == given) {
        let mut picked = hall.picked.clone();
        picked[at] = here;
        hall.pick(picked);
        return Vec::new();
    }
    swap_held(model, given, here)
}

fn begin_swap(model: &mut Model, here: usize) {
    let lang = model.lang();
    let (key, back) = (model.settings.keys.label(Command::Swap), model.settings.keys.label(Command::Back));
    let Some(hall) = &mut model.hall else { return };
    let own: Vec<usize> = hall.own().collect();
    // With only one, there is no need to go there first.
    let given =
        if own.contains(&here) { Some(here) } else { Some(&own).filter(|own| own.len() == 1).map(|own| own[0]) };
    match given {
        Some(given) => {
            hall.swap = Some(given);
            let name = hall.house.name(given);
            if given == here {
                model.say(lang.say(
                    format!("{name} for which seat? Go there and press {key} again; {back} keeps it."),
                    format!("{name} 대신 앉을 좌석으로 가서 {key}를 다시 누르세요. {back}: 그대로 두기"),
                ));
            } else {
                let _ = swap(model);
            }
        }
        None => model.say(lang.say(
            format!("Go to the seat that you want to give away, and press {key}."),
            format!("바꿀 좌석으로 가서 {key}를 누르세요."),
        )),
    }
}

fn swap_held(model: &mut Model, given: usize, taken: usize) -> Vec<Effect> {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let id = |seat: usize| hall.house.place(seat).map(|place| place.id);
    let (Some(hold), Some(add), Some(remove)) = (&hall.hold, id(taken), id(given)) else { return Vec::new() };
    if hall.checkout != Checkout::Idle {
        model.warn(super::checkout::not_answered(lang));
        return Vec::new();
    }
    let effect = Effect::ChangeHold { hold: hold.id, add: vec![add], remove: vec![remove] };
    hall.checkout = Checkout::Swapping(taken);
    vec![effect]
}

/// Looks for something instead of seats that were lost.
pub(super) fn offer(hall: &mut Hall, lost: &[usize]) {
    for seat in lost {
        // Who comes together sits together.
        let company: Vec<usize> = hall.own().collect();
        let others = hall.offers.iter().map(|offer| offer.instead).chain(lost.iter().copied());
        let without: Vec<usize> = company.iter().copied().chain(others).collect();
        if let Some(instead) = hall.house.nearest_equal(*seat, &without, &company) {
            hall.offers.push(Offer { lost: *seat, instead });
        }
    }
}

/// What is offered may be gone as well.
pub(super) fn renew_offers(hall: &mut Hall) {
    let (good, gone): (Vec<Offer>, Vec<Offer>) =
        std::mem::take(&mut hall.offers).into_iter().partition(|offer| hall.house.is_free(offer.instead));
    hall.offers = good;
    let lost: Vec<usize> = gone.into_iter().map(|offer| offer.lost).collect();
    offer(hall, &lost);
}

/// The offer as a sentence; empty when there is none.
pub(super) fn offer_text(model: &Model, hall: &Hall) -> String {
    if hall.offers.is_empty() {
        return String::new();
    }
    let seats: Vec<usize> = hall.offers.iter().map(|offer| offer.instead).collect();
    let (names, key) = (hall.house.names(&seats), model.settings.keys.label(Command::TakeOffer));
    model.lang().say(format!("{key} picks {names} instead. "), format!("{key}: 대신 {names} 선택. "))
}

pub(super) fn take_offers(model: &mut Model) {
    let lang = model.lang();
    let room = picks::room(model);
    let Some(hall) = &mut model.hall else { return };
    let room = room.saturating_sub(hall.picked.len());
    let offered = hall.offers.iter().map(|offer| offer.instead);
    let taken: Vec<usize> = offered.filter(|seat| !hall.own().any(|own| own == *seat)).take(room).collect();
    match taken.first() {
        Some(first) => {
            hall.cursor = *first;
            let picked = hall.picked.iter().copied().chain(taken).collect();
            hall.pick(picked);
            moves::show_seats(model);
        }
        None => model.say(lang.say("Nothing is offered.", "제안된 좌석이 없습니다.")),
    }
}

/// The ids of seats, as the server wants them.
pub(super) fn ids(hall: &Hall, seats: &[usize]) -> Vec<SeatId> {
    seats.iter().filter_map(|seat| hall.house.place(*seat)).map(|place| place.id).collect()
}
