//! Holding, confirming, extending, releasing.

use crossterm::event::{KeyCode, KeyEvent};
use ticket_core::api::{BookingReceipt, HoldDetails};
use ticket_core::domain::{HoldId, SeatId, SeatStatus};

use super::lost;
use crate::effect::Effect;
use crate::event::Failure;
use crate::model::{Checkout, Hall, Model, OwnHold, Screen};
use crate::text::{count, countdown};

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter => confirm(model),
        KeyCode::Char('e') => extend(model),
        KeyCode::Char('r') => release(model),
        KeyCode::Esc => {
            model.screen = Screen::SeatMap;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Enter on the seat map: holds what is picked, or goes on with the hold there is.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    if let Some(refusal) = refusal(model) {
        model.warn(refusal);
        return Vec::new();
    }
    let Some(hall) = &mut model.hall else { return Vec::new() };
    if hall.picked.is_empty() {
        if hall.hold.is_some() {
            model.screen = Screen::Checkout;
        }
        return Vec::new();
    }
    let seats: Vec<SeatId> = hall.picked.iter().filter_map(|i| hall.house.place(*i)).map(|p| p.id).collect();
    hall.checkout = Checkout::Holding(hall.picked.clone());
    vec![match &hall.hold {
        Some(hold) => Effect::AddToHold(hold.id, seats),
        None => Effect::Hold(hall.performance(), seats),
    }]
}

pub(super) fn extend(model: &mut Model) -> Vec<Effect> {
    change(model, Effect::Extend)
}

pub(super) fn release(model: &mut Model) -> Vec<Effect> {
    change(model, Effect::Release)
}

/// The server holds these seats for us.
pub(super) fn held(model: &mut Model, details: &HoldDetails) {
    let Some(hall) = hall_of(model, details.hold_id) else { return };
    let before = hall.hold.as_ref().map(|hold| hold.expires_at);
    let is_new = before.is_none() || matches!(hall.checkout, Checkout::Holding(_));
    adopt(hall, details);
    if is_new {
        model.screen = Screen::Checkout;
        model.notice = None;
    } else if before.is_some_and(|before| before >= details.expires_at) {
        model.say("This hold cannot be made any longer.");
    } else {
        let left = countdown(model.seconds_until(details.expires_at));
        model.say(format!("The hold is extended to {left}."));
    }
}

/// What the server holds for us in this performance, asked because we could not be sure.
pub(super) fn holds(model: &mut Model, holds: &[HoldDetails]) {
    let Some(hall) = &mut model.hall else { return };
    let known = hall.hold.as_ref().map(|hold| hold.id);
    let found = holds.iter().find(|h| Some(h.hold_id) == known).or(holds.first());
    let was_holding = matches!(hall.checkout, Checkout::Holding(_));
    match found {
        Some(details) => {
            adopt_found(hall, details);
            if was_holding {
                model.screen = Screen::Checkout;
                model.say("Your hold went through.");
            }
        }
        None if known.is_some() && hall.checkout != Checkout::Confirming => gone(model, "Your hold is over."),
        None if was_holding => {
            hall.checkout = Checkout::Idle;
            let seats = hall.picked.clone();
            lost::drop_lost(model, &seats);
            model.warn("The hold did not go through; nothing is held. Enter tries again.");
        }
        None => {}
    }
}

pub(super) fn released(model: &mut Model, id: HoldId) {
    let Some(hall) = hall_of(model, id) else { return };
    let Some(hold) = hall.hold.take() else { return };
    hall.checkout = Checkout::Idle;
    model.say(format!("{} released.", count(hold.seats.len(), "seat")));
}

pub(super) fn booked(model: &mut Model, id: HoldId, receipt: BookingReceipt) {
    if let Some(hall) = hall_of(model, id) {
        // The feed will say so too; by then it is no news that somebody has them.
        for seat in hall.hold.take().into_iter().flat_map(|hold| hold.seats) {
            hall.house.set_status(seat, SeatStatus::Booked);
        }
        hall.checkout = Checkout::Idle;
    }
    model.ticket = Some(receipt);
    model.screen = Screen::Ticket;
    model.notice = None;
}

/// The server refused to hold: what is lost leaves the selection, the rest stays.
pub(super) fn hold_refused(model: &mut Model, failure: &Failure) {
    let Some(hall) = &mut model.hall else { return };
    hall.checkout = Checkout::Idle;
    let seats: Vec<usize> = failure.seats.iter().filter_map(|id| hall.house.find(*id)).collect();
    if failure.is_hold_gone() {
        return gone(model, "Your hold is over.");
    }
    if seats.is_empty() {
        return model.warn(failure.message.clone());
    }
    let names = lost::drop_refused(hall, &seats);
    let verb = if seats.len() == 1 { "was" } else { "were" };
    let text = format!("Too late: {names} {verb} taken by another. {}", lost::what_remains(hall));
    model.warn(text);
}

/// A hold that is over by our clock is over, unless its confirmation is on the way.
pub(super) fn expire(model: &mut Model) {
    let is_over = |hall: &Hall| {
        hall.checkout != Checkout::Confirming
            && hall.hold.as_ref().is_some_and(|hold| model.seconds_until(hold.expires_at) == 0)
    };
    if model.hall.as_ref().is_some_and(is_over) {
        gone(model, "Your hold has run out.");
    }
}

/// The hold is over without being bought: its seats are picked again, as far as they are not sold meanwhile.
pub(super) fn gone(model: &mut Model, why: &str) {
    let Some(hall) = &mut model.hall else { return };
    hall.checkout = Checkout::Idle;
    let Some(hold) = hall.hold.take() else { return };
    // What the map shows as held is held by us, as far as it knows yet.
    let is_left = |seat: &usize| matches!(hall.house.status(*seat), SeatStatus::Available | SeatStatus::Held);
    let again: Vec<usize> = hold.seats.into_iter().filter(is_left).collect();
    hall.picked.extend(again);
    let text = format!("{why} {}", lost::what_remains(hall));
    model.warn(text);
}

fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    match (&hall.hold, &hall.checkout) {
        (Some(hold), Checkout::Idle) => {
            hall.checkout = Checkout::Confirming;
            vec![Effect::Confirm(hold.id)]
        }
        _ => Vec::new(),
    }
}

fn change(model: &mut Model, effect: impl Fn(HoldId) -> Effect) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    match (&hall.hold, &hall.checkout) {
        (Some(hold), Checkout::Idle) => {
            hall.checkout = Checkout::Changing;
            vec![effect(hold.id)]
        }
        (None, _) => {
            model.say("Nothing is held.");
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn refusal(model: &Model) -> Option<String> {
    let hall = model.hall.as_ref()?;
    if let Some(seconds) = model.opens_in(hall) {
        return Some(format!("The sale opens in {}. What is picked stays picked.", countdown(seconds)));
    }
    if model.is_sale_over(hall) {
        return Some("The sale is closed.".into());
    }
    match hall.checkout {
        Checkout::Idle if hall.picked.is_empty() && hall.hold.is_none() => Some("Pick a seat first: space.".into()),
        Checkout::Idle => None,
        _ => Some("One moment, the server has not answered yet.".into()),
    }
}

fn hall_of(model: &mut Model, id: HoldId) -> Option<&mut Hall> {
    model.hall.as_mut().filter(|hall| hall.performance() == id.performance)
}

fn adopt(hall: &mut Hall, details: &HoldDetails) {
    hall.checkout = Checkout::Idle;
    adopt_found(hall, details);
}

/// Takes over a hold without ending what else is asked, unless that was to hold.
pub(super) fn adopt_found(hall: &mut Hall, details: &HoldDetails) {
    let seats: Vec<usize> = details.seats.iter().filter_map(|s| hall.house.find(s.seat_id)).collect();
    hall.picked.retain(|seat| !seats.contains(seat));
    if matches!(hall.checkout, Checkout::Holding(_)) {
        hall.checkout = Checkout::Idle;
    }
    hall.hold = Some(OwnHold { id: details.hold_id, seats, expires_at: details.expires_at });
}
