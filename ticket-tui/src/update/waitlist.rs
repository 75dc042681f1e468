//! What the user waits for: the list, offers to accept or decline, giving up. Seats are marked on the map (`marks`).

use crossterm::event::KeyEvent;
use ticket_core::api::{BookingReceipt, WaitlistEntryDetails};
use ticket_core::domain::{EntryId, PerformanceId, WaitlistState};

use super::question::reply;
use super::{booking, move_in_list, show};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Model, Screen, WaitAsk, Waitlist};

/// Opens the list of what the user waits for.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Waitlist {
        model.waitlist.ask = None;
        // The one that can be answered now is looked at first.
        let offered = model.offered().map(|(entry, _)| entry.waiting_booking_id);
        let at = model.waitlist.entries().iter().position(|entry| Some(entry.waiting_booking_id) == offered);
        model.waitlist.cursor = at.unwrap_or(0);
        model.go_to(Screen::Waitlist);
    }
    vec![look(model)]
}

/// Opens the list at an entry.
pub(super) fn open_at(model: &mut Model, entry: EntryId) -> Vec<Effect> {
    let effects = open(model);
    let at = model.waitlist.entries().iter().position(|known| known.waiting_booking_id == entry);
    model.waitlist.cursor = at.unwrap_or(model.waitlist.cursor);
    effects
}

/// Seats of a hall have changed: one that the user waits for may be offered now, one that was offered may be gone.
pub(super) fn look_if_concerned(model: &mut Model, changed: &[usize]) -> Vec<Effect> {
    let is_concerned = |seat: &usize| {
        let Some(id) = model.hall.as_ref().and_then(|hall| Some((hall.performance(), hall.house.place(*seat)?.id)))
        else {
            return false;
        };
        model.waitlist.concerns(id)
    };
    if changed.iter().any(is_concerned) { vec![look(model)] } else { Vec::new() }
}

/// Reads the entries again.
pub(super) fn look(model: &mut Model) -> Effect {
    model.waitlist.asked_at = Some(model.now);
    Effect::LoadWaitlist
}

/// Reads them when there may be news.
pub(super) fn look_if_due(model: &mut Model) -> Vec<Effect> {
    let is_due = model.waitlist_due().is_some_and(|at| at <= model.now);
    if is_due { vec![look(model)] } else { Vec::new() }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.waitlist.entries().len();
    if move_in_list(&mut model.waitlist.cursor, count, command) {
        return Vec::new();
    }
    match command {
        Command::Open => return go_on(model),
        Command::LeaveWaitlist => ask_to_leave(model),
        Command::Refresh => return vec![look(model)],
        Command::Back | Command::Leave => model.go_back(),
        _ => {}
    }
    Vec::new()
}

/// Whether a question waits for y or n.
pub(super) fn is_asking(model: &Model) -> bool {
    model.waitlist.ask.is_some()
}

pub(super) fn answer(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let (Some(ask), Some(is_yes)) = (model.waitlist.ask, reply(key)) else { return Vec::new() };
    model.waitlist.ask = None;
    let Some(id) = model.waitlist.selected().map(|entry| entry.waiting_booking_id).filter(|_| is_yes) else {
        return Vec::new();
    };
    model.waitlist.is_busy = true;
    vec![match ask {
        WaitAsk::Book => Effect::BookOffer(id),
        WaitAsk::Leave => Effect::LeaveWaitlist(id),
    }]
}

/// The entries as they are now. The cursor stays on the one that it was on; what was asked about another state is not
/// asked any more.
pub(super) fn entries(model: &mut Model, list: Vec<WaitlistEntryDetails>) {
    let before = model.waitlist.selected().map(|entry| (entry.waiting_booking_id, entry.current_state));
    model.waitlist.list = Some(list);
    let entries = model.waitlist.entries();
    let again = entries.iter().position(|entry| Some(entry.waiting_booking_id) == before.map(|(id, _)| id));
    model.waitlist.cursor = again.unwrap_or(model.waitlist.cursor).min(entries.len().saturating_sub(1));
    let now = model.waitlist.selected().map(|entry| (entry.waiting_booking_id, entry.current_state));
    if now != before {
        model.waitlist.ask = None;
    }
}

pub(super) fn joined(model: &mut Model, performance: PerformanceId) -> Vec<Effect> {
    if let Some(hall) = model.hall.as_mut().filter(|hall| hall.performance() == performance) {
        hall.is_joining = false;
        hall.marked.clear();
    }
    let said = model.lang().say("You are on the waitlist.", "대기를 신청했습니다.");
    model.say(said);
    if model.screen == Screen::SeatMap {
        model.waitlist.cursor = 0;
        // The newest entry is the first, whatever was under the cursor before.
        model.waitlist.list = None;
        return open(model);
    }
    vec![look(model)]
}

pub(super) fn left(model: &mut Model, entry: WaitlistEntryDetails) {
    let lang = model.lang();
    let (english, korean) = match entry.current_state {
        WaitlistState::Declined => ("You have declined the offer.", "배정을 거절했습니다."),
        WaitlistState::Canceled => ("The performance was cancelled.", "취소된 공연입니다."),
        _ => ("You do not wait for these seats any more.", "대기를 취소했습니다."),
    };
    model.waitlist.is_busy = false;
    model.waitlist.replace(entry);
    model.say(lang.say(english, korean));
}

/// Offered seats are booked: shows the ticket, and the entry as it is now.
pub(super) fn booked(model: &mut Model, id: EntryId, receipt: BookingReceipt) -> Vec<Effect> {
    model.waitlist.is_busy = false;
    if let Some(entry) = model.waitlist.list.iter_mut().flatten().find(|entry| entry.waiting_booking_id == id) {
        entry.current_state = WaitlistState::Fin;
        entry.booking_id = Some(receipt.booking_id);
    }
    model.show_bought(receipt);
    model.notice = None;
    vec![look(model)]
}

/// The server refused to book or to give up: the entry is not what it was.
pub(super) fn refused(model: &mut Model, failure: &Failure) -> Vec<Effect> {
    model.waitlist.is_busy = false;
    model.warn(failure.message.clone());
    vec![look(model)]
}

/// Nobody is logged in any more, and nobody is asked to: the list is read again when it is opened.
pub(super) fn forget(model: &mut Model) {
    model.waitlist = Waitlist::default();
}

/// What Enter does depends on how far the entry is: books, shows the booking, or opens the seat map.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(entry) = model.waitlist.selected().filter(|_| !model.waitlist.is_busy) else { return Vec::new() };
    let is_open = entry.offer.as_ref().is_some_and(|offer| model.seconds_until(offer.expires_at) > 0);
    match (entry.current_state, entry.booking_id) {
        (WaitlistState::Activation, _) if is_open => model.waitlist.ask = Some(WaitAsk::Book),
        (WaitlistState::Activation, _) => {
            model.warn(lang.say("The offer has run out.", "배정된 좌석의 예매 기한이 끝났습니다."));
            return vec![look(model)];
        }
        (WaitlistState::Fin, Some(booking)) => return booking::open_from_elsewhere(model, booking),
        _ => {
            let performance = entry.performance_id;
            return show::open_hall(model, performance, Screen::SeatMap);
        }
    }
    Vec::new()
}

fn ask_to_leave(model: &mut Model) {
    let lang = model.lang();
    match model.waitlist.selected().map(|entry| entry.current_state) {
        _ if model.waitlist.is_busy => {}
        Some(state) if state.is_live() => model.waitlist.ask = Some(WaitAsk::Leave),
        Some(_) => model.warn(lang.say("This entry is over already.", "이미 끝난 대기 신청입니다.")),
        None => {}
    }
}
