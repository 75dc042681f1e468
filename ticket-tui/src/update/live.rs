//! News of the seat map.

use ticket_core::api::{Layout, SeatStates, SeatUpdateChanges};
use ticket_core::domain::PerformanceId;

use super::{checkout, elsewhere, lost, moves, show, waitlist};
use crate::effect::Effect;
use crate::event::{Live, OwnSeats};
use crate::lang::Language;
use crate::model::{Connection, Hall, HeldElsewhere, Model};
use crate::seat_map::{Filter, House};

/// Takes news of a seat map in, if it is the one that is looked at.
pub(super) fn news(model: &mut Model, performance: PerformanceId, news: Live) -> Vec<Effect> {
    let Some(hall) = model.hall.as_mut().filter(|hall| hall.performance() == performance) else { return Vec::new() };
    match news {
        Live::Connected => connected(model),
        Live::Changes(changes) => apply(model, changes),
        Live::Reset => vec![Effect::LoadStates(performance)],
        Live::Lost => {
            let is_news = std::mem::replace(&mut hall.connection, Connection::Lost) != Connection::Lost;
            if is_news { vec![Effect::Probe { attempt: 0 }] } else { Vec::new() }
        }
    }
}

/// A seat map was loaded: for the first time, or again because its layout has changed.
pub(super) fn house(model: &mut Model, layout: &Layout, states: SeatStates, own: &OwnSeats) -> Vec<Effect> {
    let performance = layout.header.performance_id;
    let opened = model.opening.take_if(|(opening, _)| *opening == performance).map(|(_, screen)| screen);
    let before = model.hall.take();
    let is_wanted = opened.is_some() || before.as_ref().is_some_and(|hall| hall.performance() == performance);
    if !is_wanted {
        model.hall = before;
        return Vec::new();
    }
    let mut hall = Hall::new(House::new(layout, &states), states.revision.clone());
    let (again, left): (Option<Hall>, Option<Hall>) = match before {
        Some(hall) if hall.performance() == performance => (Some(hall), None),
        other => (None, other),
    };
    if let Some(before) = &again {
        carry_over(&mut hall, before);
    }
    hall.booked.clone_from(&own.booked);
    if let Some(hold) = own.holds.first() {
        checkout::adopt_found(&mut hall, hold);
    }
    // Who comes back to a hold looks for it.
    let held = hall.hold.as_ref().and_then(|hold| hold.seats.first());
    if let Some(first) = held.filter(|_| again.is_none()) {
        hall.cursor = *first;
    }
    model.hall = Some(hall);
    model.drop_hold_elsewhere(performance);
    model.held_elsewhere.extend(left.as_ref().and_then(HeldElsewhere::in_hall));
    if let Some(screen) = opened {
        elsewhere::show_hall(model, screen);
    }
    if again.is_none() {
        moves::first_look(model);
    }
    vec![Effect::Follow(performance, states.revision), Effect::Probe { attempt: 0 }]
}

/// The states of all seats were read again.
pub(super) fn states(model: &mut Model, performance: PerformanceId, states: SeatStates) -> Vec<Effect> {
    let Some(hall) = model.hall.as_mut().filter(|hall| hall.performance() == performance) else { return Vec::new() };
    if states.layout_version != hall.house.header.layout_version {
        return vec![show::load(model, performance)];
    }
    let changed = hall.house.replace_states(&states);
    hall.revision.clone_from(&states.revision);
    lost::drop_changed(model, &changed);
    let seats: Vec<usize> = changed.into_iter().map(|(seat, _)| seat).collect();
    let mut effects = waitlist::look_if_concerned(model, &seats);
    effects.insert(0, Effect::Follow(performance, states.revision));
    effects
}

/// The feed stands. What was held before it broke may be over by now.
fn connected(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let before = std::mem::replace(&mut hall.connection, Connection::Live);
    if before != Connection::Lost {
        return Vec::new();
    }
    let mut effects = vec![Effect::Probe { attempt: 0 }];
    if model.me.is_some() {
        effects.push(Effect::LoadHolds(hall.performance()));
    }
    effects
}

fn apply(model: &mut Model, update: SeatUpdateChanges) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    if update.layout_version != hall.house.header.layout_version {
        let performance = hall.performance();
        return vec![show::load(model, performance)];
    }
    hall.revision = update.revision;
    let changes: Vec<_> = update.changes.into_iter().map(|(seat, status)| (seat as usize, status)).collect();
    let changed: Vec<usize> = changes.iter().map(|(seat, _)| *seat).collect();
    lost::apply(model, changes);
    waitlist::look_if_concerned(model, &changed)
}

/// Keeps what the user did, by seat ids: in the new layout the indices are others.
fn carry_over(hall: &mut Hall, before: &Hall) {
    let find = |seat: &usize| hall.house.find(before.house.place(*seat)?.id);
    let cursor = find(&before.cursor);
    let picked: Vec<usize> = before.picked.iter().filter_map(find).collect();
    let hold = before.hold.clone().map(|mut hold| {
        hold.seats = hold.seats.iter().filter_map(find).collect();
        hold
    });
    hall.cursor = cursor.unwrap_or(hall.cursor);
    hall.picked = picked;
    hall.marked = before.marked.iter().filter_map(find).collect();
    hall.is_joining = before.is_joining;
    hall.hold = hold;
    hall.hold_when_asked = before.hold_when_asked;
    hall.level = before.level;
    // Its sectors may be others now, so the filter is read again.
    if let Ok(filter) = Filter::parse(&before.filter_text, &hall.house, Language::English) {
        hall.house.set_filter(&filter);
        hall.filter = filter;
        hall.filter_text.clone_from(&before.filter_text);
    }
    hall.party = before.party;
    hall.checkout = before.checkout.clone();
    hall.connection = before.connection;
}
