//! Picking seats. Only the user, or the loss of a seat, changes the selection.

use ticket_core::domain::SeatStatus;

use super::{checkout, marks, moves, waitlist};
use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::{Hall, Model};
use crate::seat_map::Direction;

/// Picks the seat under the cursor, or lets it go; with a count, picks as many to the right. Zoomed out, goes nearer first.
/// What is offered to the user is answered on the waitlist.
pub(super) fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    if hall.level > 0 {
        moves::show_seats(model);
        return Vec::new();
    }
    let count = hall.count.take();
    if let Some(entry) = model.offered_at_cursor() {
        return waitlist::open_at(model, entry);
    }
    let Some(hall) = &model.hall else { return Vec::new() };
    match count {
        None | Some(0 | 1) if hall.is_mine(hall.cursor) => return checkout::drop_one(model, hall.cursor),
        None | Some(0 | 1) => toggle_one(model),
        Some(count) if hall.can_be_waited_for(hall.cursor) => mark_row(model, count),
        Some(count) => pick_row(model, count),
    }
    Vec::new()
}

fn toggle_one(model: &mut Model) {
    let lang = model.lang();
    let room = room(model);
    let Some(hall) = &mut model.hall else { return };
    let seat = hall.cursor;
    if hall.can_be_waited_for(seat) && !hall.picked.contains(&seat) {
        let why = why_not_free(lang, hall, seat).unwrap_or_default();
        return marks::toggle(model, seat, &why);
    }
    let mut picked = hall.picked.clone();
    if let Some(at) = picked.iter().position(|p| *p == seat) {
        picked.remove(at);
    } else if let Some(refusal) = why_not_free(lang, hall, seat).or_else(|| over_limit(lang, hall, room)) {
        return model.warn(refusal);
    } else {
        picked.push(seat);
    }
    hall.pick(picked);
}

/// From the cursor to the right, as many free seats as there are in the row.
fn pick_row(model: &mut Model, count: u16) {
    let lang = model.lang();
    let room = room(model);
    let Some(hall) = &mut model.hall else { return };
    let mut picked = hall.picked.clone();
    let mut seat = Some(hall.cursor);
    let mut refusal = None;
    for _ in 0..count {
        let Some(here) = seat else { break };
        if !picked.contains(&here) {
            refusal = why_not_free(lang, hall, here);
            if picked.len() >= room {
                refusal = Some(limit_text(lang, hall, room));
            }
            if refusal.is_some() {
                break;
            }
            picked.push(here);
        }
        seat = hall.house.neighbour(0, here, Direction::Right);
    }
    hall.pick(picked);
    if let Some(refusal) = refusal {
        model.warn(refusal);
    }
}

/// From the cursor to the right, as many seats as there are in the row that can be waited for.
fn mark_row(model: &mut Model, count: u16) {
    let Some(hall) = &model.hall else { return };
    let next = |seat: &usize| hall.house.neighbour(0, *seat, Direction::Right);
    let row = std::iter::successors(Some(hall.cursor), next).take(usize::from(count));
    let row: Vec<usize> = row.take_while(|seat| hall.can_be_waited_for(*seat)).collect();
    let new: Vec<usize> = row.into_iter().filter(|seat| !hall.marked.contains(seat)).collect();
    marks::add(model, &new);
}

/// Goes back to the selection before.
pub(super) fn undo(model: &mut Model) {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return };
    let selection = |hall: &Hall| [hall.picked.clone(), hall.marked.clone()].concat();
    let before = selection(hall);
    if !hall.undo() {
        return model.say(lang.say("There is nothing to undo.", "되돌릴 것이 없습니다."));
    }
    let now = selection(hall);
    // Where something has changed, one may want to go on.
    if let Some(seat) = before.iter().chain(&now).find(|seat| before.contains(seat) != now.contains(seat)) {
        hall.cursor = *seat;
    }
    let names = hall.house.names(&now);
    let text = match (now.is_empty(), hall.picked.is_empty()) {
        (true, _) => lang.say("Nothing is picked now.".to_owned(), "선택한 좌석이 없습니다.".to_owned()),
        (_, true) => lang.say(format!("Undone; to wait for: {names}."), format!("되돌림. 대기 표시: {names}")),
        _ => lang.say(format!("Undone; picked: {names}."), format!("되돌림. 선택: {names}")),
    };
    model.say(text);
}

/// Lets all picked seats go, and takes the marks away.
pub(super) fn clear(model: &mut Model) {
    if let Some(hall) = &mut model.hall {
        hall.clear();
    }
}

/// Why a seat cannot be had.
pub(super) fn why_not_free(lang: Language, hall: &Hall, seat: usize) -> Option<String> {
    if hall.is_mine(seat) {
        return Some(lang.say("This seat is held for you already.".into(), "이미 잡은 좌석입니다.".into()));
    }
    let (english, korean) = match hall.house.status(seat) {
        SeatStatus::Available => return None,
        SeatStatus::Booked => ("is sold", "판매된 좌석입니다"),
        SeatStatus::Held => {
            ("is being bought by somebody else; it may come back", "다른 사람이 잡고 있습니다. 다시 나올 수도 있습니다")
        }
        SeatStatus::Canceled => ("was given back and goes on sale again soon", "취소된 좌석으로 곧 다시 판매됩니다"),
        SeatStatus::Offered => ("is offered to somebody on the waiting list", "대기자에게 배정된 좌석입니다"),
        SeatStatus::Blocked => ("is not for sale", "판매하지 않는 좌석입니다"),
        SeatStatus::Gap => ("is no seat", "좌석이 아닙니다"),
    };
    let name = hall.house.name(seat);
    Some(lang.say(format!("{name} {english}."), format!("{name}: {korean}.")))
}

/// How many seats the user may pick in all.
pub(super) fn room(model: &Model) -> usize {
    model.hall.as_ref().map_or(0, |hall| model.room(hall))
}

/// How many seats one person may have, and what has to happen before another one can be picked.
pub(super) fn limit_text(lang: Language, hall: &Hall, room: usize) -> String {
    let limit = hall.house.header.max_seats_per_user as usize;
    let seats = lang.seats(limit);
    let yours = limit.saturating_sub(room);
    match (room, yours) {
        (0, _) => lang.say(
            format!("One person may have {seats} here, and you have them already."),
            format!("한 사람이 {seats}까지 예매할 수 있고, 이미 모두 예매했거나 잡았습니다."),
        ),
        (_, 0) => lang.say(
            format!("One person may have {seats} here. Let a picked one go first."),
            format!("한 사람이 {seats}까지 예매할 수 있습니다. 먼저 다른 좌석을 해제하세요."),
        ),
        _ => lang.say(
            format!("One person may have {seats} here: {yours} yours already, {room} picked."),
            format!("한 사람이 {seats}까지 예매할 수 있습니다. 이미 {yours}석이 있고 {room}석을 선택했습니다."),
        ),
    }
}

/// How many seats were picked, when more were wanted than one person may have.
pub(super) fn most_text(lang: Language, hall: &Hall, room: usize) -> String {
    let limit = hall.house.header.max_seats_per_user as usize;
    let yours = limit.saturating_sub(room);
    if yours == 0 {
        let seats = lang.seats(limit);
        return lang.say(
            format!("{seats} picked; one person may have {seats} here at most."),
            format!("{seats}을 선택했습니다. 한 사람이 {seats}까지 예매할 수 있습니다."),
        );
    }
    let seats = lang.seats(room);
    lang.say(
        format!("{seats} picked: one person may have {limit} here, and you have {yours}."),
        format!("{seats}만 선택했습니다. 한 사람이 {limit}석까지이고 이미 {yours}석이 있습니다."),
    )
}

fn over_limit(lang: Language, hall: &Hall, room: usize) -> Option<String> {
    (hall.picked.len() >= room).then(|| limit_text(lang, hall, room))
}
