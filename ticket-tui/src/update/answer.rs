//! What the server answered goes to the part that asked.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ticket_core::api::{AvailableDate, ShowDetails, ShowSummary};
use ticket_core::domain::ShowId;

use super::{booking, bookings, checkout, likes, live, login, password, ranking, show, waitlist};
use crate::effect::Effect;
use crate::event::Answer;
use crate::lang::Say;
use crate::model::Model;

pub(super) fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::ClockOffset(offset, zone) => return back_online(model, offset, zone),
        Answer::Me(me) => return login::logged_in(model, me),
        Answer::LoggedOut => {
            model.me = None;
            model.has_login = false;
            waitlist::forget(model);
            likes::forget(model);
        }
        Answer::Shows(all) => shows(model, all),
        Answer::Show(id, details, dates) => return show(model, id, details, dates),
        Answer::House(layout, states, own) => return live::house(model, &layout, states, &own),
        Answer::States(performance, states) => return live::states(model, performance, states),
        Answer::Holds(performance, holds) => {
            if model.hall.as_ref().is_some_and(|hall| hall.performance() == performance) {
                return checkout::holds(model, &holds);
            }
        }
        Answer::Held(details) => checkout::held(model, &details),
        Answer::Released(id) => checkout::released(model, id),
        Answer::Booked(id, receipt) => checkout::booked(model, id, receipt),
        Answer::Bookings(page) => bookings::page(model, page),
        Answer::Booking(details) => booking::opened(model, details),
        Answer::Cancelled(id, result) => booking::cancelled(model, id, &result),
        Answer::Ranking(category, period, shows) => ranking::loaded(model, category, period, shows),
        Answer::Likes(liked) => return likes::loaded(model, liked),
        Answer::Liked(show, like) => likes::liked(model, show, like),
        Answer::PasswordChanged => password::changed(model),
        Answer::Waitlist(list) => waitlist::entries(model, list),
        Answer::JoinedWaitlist(performance) => return waitlist::joined(model, performance),
        Answer::LeftWaitlist(entry) => waitlist::left(model, entry),
        Answer::OfferBooked(id, receipt) => return waitlist::booked(model, id, receipt),
    }
    Vec::new()
}

fn back_online(model: &mut Model, offset: SignedDuration, zone: Option<TimeZone>) -> Vec<Effect> {
    if let Some(zone) = zone {
        model.zones = model.zones.clone().with_shop(zone);
    }
    model.clock_offset = offset;
    model.clock_read_at = Some(model.now);
    match model.offline.take() {
        Some(offline) => {
            let said = model.lang().say("The server is back.", "서버에 다시 연결했습니다.");
            model.say(said);
            let mut then = offline.then;
            if model.waitlist.has_live() && !then.contains(&Effect::LoadWaitlist) {
                then.push(waitlist::look(model));
            }
            then
        }
        None => Vec::new(),
    }
}

fn shows(model: &mut Model, all: Vec<ShowSummary>) {
    let selected = model.shows.selected().map(|show| show.show_id);
    model.shows.all = Some(all);
    let again = model.shows.listed().iter().position(|show| Some(show.show_id) == selected);
    model.shows.cursor = again.unwrap_or(0);
}

fn show(model: &mut Model, id: ShowId, details: ShowDetails, dates: Vec<AvailableDate>) -> Vec<Effect> {
    let Some(page) = model.show.as_mut().filter(|page| page.id == id) else { return Vec::new() };
    page.cursor = page.cursor.min(dates.len().saturating_sub(1));
    page.details = Some((details, dates));
    show::catch_up(model)
}
