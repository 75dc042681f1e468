//! Seats that somebody else took while we looked at them.

use ticket_core::domain::SeatStatus;

use crate::model::{Checkout, Hall, Model, Screen};

/// Takes changed seats into the house; drops what is lost from the selection, and says so.
pub(super) fn apply(model: &mut Model, changes: impl IntoIterator<Item = (usize, SeatStatus)>) {
    let now = model.now;
    let Some(hall) = &mut model.hall else { return };
    let mut changed = Vec::new();
    for (seat, status) in changes {
        if hall.house.set_status(seat, status).is_some() {
            changed.push(seat);
            hall.flash(seat, now);
        }
    }
    drop_lost(model, &changed);
}

/// Takes seats that the server refused out of the selection; answers their names.
pub(super) fn drop_refused(hall: &mut Hall, seats: &[usize]) -> String {
    hall.picked.retain(|seat| !seats.contains(seat));
    hall.house.names(seats)
}

/// What is left of the selection after a loss, as a sentence.
pub(super) fn what_remains(hall: &Hall) -> String {
    match hall.picked.len() {
        0 => "Nothing is picked now.".into(),
        1 => "1 seat is still picked.".into(),
        n => format!("{n} seats are still picked."),
    }
}

/// Says which of the changed seats are lost for the selection.
pub(super) fn drop_lost(model: &mut Model, changed: &[usize]) {
    let Some(hall) = &mut model.hall else { return };
    let (lost, picked): (Vec<_>, Vec<_>) =
        hall.picked.iter().partition(|seat| changed.contains(seat) && is_lost(hall, **seat));
    hall.picked = picked;
    let cursor = hall.cursor;
    if !lost.is_empty() {
        let text = format!("{} was just taken. {}", hall.house.names(&lost), what_remains(hall));
        model.warn(text);
    } else if model.screen == Screen::SeatMap
        && changed.contains(&cursor)
        && is_lost(hall, cursor)
        && !hall.is_mine(cursor)
    {
        let text = format!("{}, under the cursor, was just taken.", hall.house.name(cursor));
        model.warn(text);
    }
}

/// Whether a seat that changed is out of reach now. One that we asked to hold is not: it may be we who hold it.
fn is_lost(hall: &Hall, seat: usize) -> bool {
    let is_asked_for = matches!(&hall.checkout, Checkout::Holding(seats) if seats.contains(&seat));
    match hall.house.status(seat) {
        SeatStatus::Available => false,
        SeatStatus::Held => !is_asked_for,
        _ => true,
    }
}
