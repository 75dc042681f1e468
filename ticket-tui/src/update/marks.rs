//! Seats to wait for: marking what is taken on the map with the keys that pick what is free, and joining the waitlist.

use ticket_core::api::ErrorCode;
use ticket_core::domain::WaitlistWish;

use super::{choose, moves};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Hall, Model};

/// Marks a taken seat, saying `why` it cannot be picked; or takes the mark away.
pub(super) fn toggle(model: &mut Model, seat: usize, why: &str) {
    let Some(hall) = &mut model.hall else { return };
    if hall.marked.contains(&seat) {
        let marked = hall.marked.iter().copied().filter(|marked| *marked != seat).collect();
        return hall.mark(marked);
    }
    mark(model, &[seat], why);
}

/// Marks taken seats.
pub(super) fn add(model: &mut Model, seats: &[usize]) {
    let names = model.hall.as_ref().map(|hall| format!("{}.", hall.house.names(seats))).unwrap_or_default();
    mark(model, seats, &names);
}

fn mark(model: &mut Model, seats: &[usize], what: &str) {
    let lang = model.lang();
    let key = model.settings.keys.label(Command::Wait);
    let Some(hall) = &mut model.hall else { return };
    let marked: Vec<usize> = hall.marked.iter().chain(seats).copied().collect();
    if marked.len() > MARKED_MAX {
        return model.warn(lang.say(
            format!("No more than {MARKED_MAX} seats can be waited for at once."),
            format!("한 번에 {MARKED_MAX}석까지 대기할 수 있습니다."),
        ));
    }
    if seats.is_empty() {
        return;
    }
    hall.mark(marked);
    model.say(lang.say(
        format!("{what} Marked; {key} joins the waitlist."),
        format!("{what} 대기 좌석으로 표시했습니다. {key}: 대기 신청"),
    ));
}

/// Most seats that one entry can name.
const MARKED_MAX: usize = (WaitlistWish::SEATS_MAX * WaitlistWish::CHOICES_PER_SEAT_MAX) as usize;

/// Joins the waitlist for the marked seats; a count says how many of them are wanted.
pub(super) fn join(model: &mut Model) -> Vec<Effect> {
    let (lang, asked_at) = (model.lang(), model.now);
    let pick = model.settings.keys.label(Command::Pick);
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let count = hall.count.take().map_or_else(|| hall.wait_count(), u32::from);
    if hall.is_joining {
        return Vec::new();
    }
    if let Some(refusal) = refusal(lang, hall, count, &pick) {
        model.warn(refusal);
        return Vec::new();
    }
    hall.is_joining = true;
    let seats = choose::ids(hall, &hall.marked);
    vec![Effect::JoinWaitlist { performance: hall.performance(), count, seats, asked_at }]
}

/// What the server would not take either.
fn refusal(lang: Language, hall: &Hall, count: u32, pick: &str) -> Option<String> {
    let marked = u32::try_from(hall.marked.len()).unwrap_or(u32::MAX);
    if marked == 0 {
        return Some(lang.say(
            format!("Mark taken seats first: {pick} on each that would do."),
            format!("먼저 나간 좌석을 표시하세요: 원하는 좌석마다 {pick}"),
        ));
    }
    let most = WaitlistWish::SEATS_MAX;
    if !(1..=most).contains(&count) {
        return Some(lang.say(
            format!("One can wait for 1 to {most} seats, not for {count}."),
            format!("대기는 1석에서 {most}석까지 가능합니다 ({count}석은 안 됩니다)."),
        ));
    }
    let max = count * WaitlistWish::CHOICES_PER_SEAT_MAX;
    (!(count..=max).contains(&marked)).then(|| {
        lang.say(
            format!("To wait for {count}, mark {count} to {max} seats; {marked} marked now."),
            format!("{count}석을 대기하려면 {count}~{max}석을 표시하세요 (지금 {marked}석)."),
        )
    })
}

/// Nothing is left that could be picked: marks the best seats that others have, side by side if possible. Again: the next
/// best as well, for the more seats would do, the sooner some of them are given back.
pub(super) fn best(model: &mut Model, wanted: usize) {
    let lang = model.lang();
    let keys = &model.settings.keys;
    let (best, wait) = (keys.label(Command::Best), keys.label(Command::Wait));
    let Some(hall) = &model.hall else { return };
    let count = u32::try_from(wanted).unwrap_or(u32::MAX).min(WaitlistWish::SEATS_MAX);
    let known: Vec<usize> =
        hall.marked.iter().copied().chain(model.waited_for(hall)).chain(model.offered_seats(hall)).collect();
    let is_meant = |seat: usize| hall.can_be_waited_for(seat) && hall.house.is_wanted(seat) && !known.contains(&seat);
    let room = ((count * WaitlistWish::CHOICES_PER_SEAT_MAX) as usize).saturating_sub(hall.marked.len());
    let found = hall.house.best_of(count, is_meant).filter(|(seats, _)| seats.len() <= room);
    let Some(hall) = &mut model.hall else { return };
    let (left, filter) = (lang.seats(wanted), filter_words(hall));
    let Some((seats, _)) = found else {
        return model.warn(lang.say(
            format!("There are no {left} left{}, nor more to wait for.", filter.0),
            format!("{}빈 좌석 {left}이 없고, 더 기다릴 좌석도 없습니다.", filter.1),
        ));
    };
    hall.proposed.extend(&seats);
    hall.cursor = seats.first().copied().unwrap_or(hall.cursor);
    let names = hall.house.names(&seats);
    let marked = hall.marked.iter().chain(&seats).copied().collect();
    hall.mark(marked);
    moves::show_seats(model);
    model.say(lang.say(
        format!("No {left} left{}: {names} marked. {wait} waits for {count}, {best} marks more.", filter.0),
        format!("{}빈 좌석 {left}이 없어 {names} 표시. {wait}: {count}석 대기, {best}: 더 표시", filter.1),
    ));
}

/// What restricts the choice, in English and Korean.
fn filter_words(hall: &Hall) -> (&'static str, &'static str) {
    if hall.filter.is_empty() { ("", "") } else { (" that pass the filter", "필터에 맞는 ") }
}

/// The server did not let the user wait: what is free now needs no waiting.
pub(super) fn join_refused(model: &mut Model, failure: &Failure) {
    let lang = model.lang();
    let pick = model.settings.keys.label(Command::Pick);
    let Some(hall) = &mut model.hall else { return };
    hall.is_joining = false;
    if failure.code() != Some(ErrorCode::SeatFree) {
        return model.warn(failure.message.clone());
    }
    let free: Vec<usize> = failure.seats.iter().filter_map(|id| hall.house.find(*id)).collect();
    hall.marked.retain(|seat| !free.contains(seat));
    let names = hall.house.names(&free);
    model.warn(lang.say(
        format!("{names}: free now, no need to wait. {pick} picks it."),
        format!("{names}: 지금 비어 있으니 기다릴 필요가 없습니다. {pick}: 선택"),
    ));
}

/// Marked seats that have changed: one that is free now can be picked instead.
pub(super) fn drop_marks(model: &mut Model, changed: &[usize]) {
    let lang = model.lang();
    let pick = model.settings.keys.label(Command::Pick);
    let Some(hall) = &mut model.hall else { return };
    let is_over = |hall: &Hall, seat: usize| changed.contains(&seat) && !hall.can_be_waited_for(seat);
    let (over, marked): (Vec<usize>, Vec<usize>) = hall.marked.iter().partition(|seat| is_over(hall, **seat));
    hall.marked = marked;
    let free: Vec<usize> = over.into_iter().filter(|seat| hall.house.is_free(*seat)).collect();
    if !free.is_empty() {
        let names = hall.house.names(&free);
        model.say(lang.say(
            format!("{names}, marked to wait for, is free now: {pick} picks it."),
            format!("대기로 표시한 {names} 좌석이 지금 비었습니다. {pick}: 선택"),
        ));
    }
}
