//! Picking seats. Only the user, or the loss of a seat, changes the selection.

use ticket_core::domain::SeatStatus;

use super::moves;
use crate::model::{Hall, Model};
use crate::text::count;

/// Picks the seat under the cursor, or lets it go; zoomed out, goes nearer first.
pub(super) fn toggle(model: &mut Model) {
    let Some(hall) = &mut model.hall else { return };
    if hall.level > 0 {
        return moves::zoom_to_seats(model);
    }
    let seat = hall.cursor;
    if let Some(at) = hall.picked.iter().position(|p| *p == seat) {
        hall.picked.remove(at);
    } else if let Some(refusal) = refusal(hall, seat) {
        model.warn(refusal);
    } else {
        hall.picked.push(seat);
    }
}

/// Lets the seat go that was picked last.
pub(super) fn undo(model: &mut Model) {
    let Some(hall) = &mut model.hall else { return };
    match hall.picked.pop() {
        Some(seat) => {
            hall.cursor = seat;
            let name = hall.house.name(seat);
            model.say(format!("{name} is no longer picked."));
        }
        None => model.say("Nothing is picked."),
    }
}

/// Why a seat cannot be picked.
fn refusal(hall: &Hall, seat: usize) -> Option<String> {
    if hall.is_mine(seat) {
        return Some("This seat is held for you already. Enter goes to the checkout, r releases the hold.".into());
    }
    let reason = match hall.house.status(seat) {
        SeatStatus::Available => return over_limit(hall),
        SeatStatus::Booked => "is sold",
        SeatStatus::Held => "is being bought by somebody else; it may come back",
        SeatStatus::Canceled => "was given back and goes on sale again soon",
        SeatStatus::Offered => "is offered to somebody on the waiting list",
        SeatStatus::Blocked => "is not for sale",
        SeatStatus::Gap => "is no seat",
    };
    Some(format!("{} {reason}.", hall.house.name(seat)))
}

fn over_limit(hall: &Hall) -> Option<String> {
    let limit = hall.house.header.max_seats_per_user as usize;
    let have = hall.picked.len() + hall.hold.as_ref().map_or(0, |hold| hold.seats.len());
    (have >= limit)
        .then(|| format!("One person may have {} here. Space on a picked one lets it go.", count(limit, "seat")))
}
