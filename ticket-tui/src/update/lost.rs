//! Seats that somebody else took while we looked at them.

use ticket_core::domain::SeatStatus;

use super::{choose, marks};
use crate::lang::{Language, Say};
use crate::model::{Checkout, Hall, Model, Screen};

/// Takes changed seats into the house; drops what is lost from the selection, and says so.
pub(super) fn apply(model: &mut Model, changes: impl IntoIterator<Item = (usize, SeatStatus)>) {
    let now = model.now;
    let Some(hall) = &mut model.hall else { return };
    let mut changed = Vec::new();
    for (seat, status) in changes {
        if let Some(before) = hall.house.set_status(seat, status) {
            changed.push((seat, before));
            hall.flash(seat, now);
        }
    }
    drop_changed(model, &changed);
}

/// Drops what is lost from the selection and from the marks, and says so. Of every seat that changed it is told what it was.
pub(super) fn drop_changed(model: &mut Model, changed: &[(usize, SeatStatus)]) {
    let seats: Vec<usize> = changed.iter().map(|(seat, _)| *seat).collect();
    marks::drop_marks(model, &seats);
    if !drop_lost(model, &seats) {
        warn_at_cursor(model, changed);
    }
}

/// Takes seats that the server refused out of the selection, and looks for others; answers the names of what is lost.
pub(super) fn drop_refused(hall: &mut Hall, seats: &[usize]) -> String {
    hall.picked.retain(|seat| !seats.contains(seat));
    choose::offer(hall, seats);
    hall.house.names(seats)
}

/// What is left of the selection after a loss, as a sentence.
pub(super) fn what_remains(lang: Language, hall: &Hall) -> String {
    match hall.picked.len() {
        0 => lang.say("Nothing is picked now.".into(), "선택한 좌석이 없습니다.".into()),
        n => lang.say(
            format!("{} still picked.", lang.seats_are(n)),
            format!("{}은 그대로 선택되어 있습니다.", lang.seats(n)),
        ),
    }
}

/// What could take the place of what is lost, and what is left of the selection.
pub(super) fn what_now(model: &Model, hall: &Hall) -> String {
    choose::offer_text(model, hall) + &what_remains(model.lang(), hall)
}

/// Says which of the changed seats are lost for the selection, and offers others; `false` when none is.
pub(super) fn drop_lost(model: &mut Model, changed: &[usize]) -> bool {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return false };
    let (lost, picked): (Vec<_>, Vec<_>) =
        hall.picked.iter().partition(|seat| changed.contains(seat) && is_lost(hall, **seat));
    hall.picked = picked;
    choose::offer(hall, &lost);
    choose::renew_offers(hall);
    let Some(hall) = model.hall.as_ref().filter(|_| !lost.is_empty()) else { return false };
    let (names, now) = (hall.house.names(&lost), what_now(model, hall));
    let were = if lost.len() == 1 { "was" } else { "were" };
    model.warn_until_key(
        lang.say(format!("{names} {were} just taken. {now}"), format!("방금 나간 좌석: {names}. {now}")),
    );
    true
}

/// Says when the seat under the cursor was free and is not any more.
fn warn_at_cursor(model: &mut Model, changed: &[(usize, SeatStatus)]) {
    let lang = model.lang();
    let Some(hall) = model.hall.as_ref().filter(|_| model.screen == Screen::SeatMap) else { return };
    let was_free = changed.contains(&(hall.cursor, SeatStatus::Available));
    if was_free && is_lost(hall, hall.cursor) && !hall.is_mine(hall.cursor) {
        let name = hall.house.name(hall.cursor);
        model.warn(lang.say(
            format!("{name}, under the cursor, was just taken."),
            format!("커서가 있는 {name} 좌석이 방금 나갔습니다."),
        ));
    }
}

/// Whether a seat that changed is out of reach now. One that we asked to hold is not: it may be we who hold it.
fn is_lost(hall: &Hall, seat: usize) -> bool {
    let is_asked_for = match &hall.checkout {
        Checkout::Holding(seats) => seats.contains(&seat),
        Checkout::Swapping(taken) => *taken == seat,
        _ => false,
    };
    match hall.house.status(seat) {
        SeatStatus::Available => false,
        SeatStatus::Held => !is_asked_for,
        _ => true,
    }
}
