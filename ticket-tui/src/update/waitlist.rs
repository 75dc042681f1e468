//! Waiting for seats that are taken: marking them, joining, and what comes of it.

use crossterm::event::{KeyCode, KeyEvent};
use ticket_core::api::{BookingReceipt, ErrorCode, WaitlistEntryDetails};
use ticket_core::domain::{EntryId, PerformanceId, SeatStatus, WaitlistState, WaitlistWish};

use super::{booking, choose, move_in_list, show};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Hall, Model, Screen, WaitAsk, Waitlist};

/// Opens the list of what the user waits for.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Waitlist {
        model.waitlist.back = model.screen;
        model.waitlist.ask = None;
        // The one that can be answered now is looked at first.
        let offered = model.offered().map(|(entry, _)| entry.waiting_booking_id);
        let at = model.waitlist.entries().iter().position(|entry| Some(entry.waiting_booking_id) == offered);
        model.waitlist.cursor = at.unwrap_or(0);
        model.screen = Screen::Waitlist;
    }
    vec![look(model)]
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
        Command::Back | Command::Leave => model.screen = model.waitlist.back,
        _ => {}
    }
    Vec::new()
}

/// Whether a question waits for y or n.
pub(super) fn is_asking(model: &Model) -> bool {
    model.waitlist.ask.is_some()
}

pub(super) fn answer(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(ask) = model.waitlist.ask else { return Vec::new() };
    let is_yes = matches!(key.code, KeyCode::Char('y' | 'Y'));
    if is_yes || matches!(key.code, KeyCode::Char('n' | 'N') | KeyCode::Esc) {
        model.waitlist.ask = None;
    }
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

/// Marks a taken seat, saying `why` it cannot be picked; or takes the mark away.
pub(super) fn toggle(model: &mut Model, seat: usize, why: &str) {
    let lang = model.lang();
    let key = model.settings.keys.label(Command::Wait);
    let Some(hall) = &mut model.hall else { return };
    if let Some(at) = hall.marked.iter().position(|marked| *marked == seat) {
        hall.marked.remove(at);
    } else if hall.marked.len() >= MARKED_MAX {
        model.warn(lang.say(
            format!("No more than {MARKED_MAX} seats can be waited for at once."),
            format!("한 번에 {MARKED_MAX}석까지 대기할 수 있습니다."),
        ));
    } else {
        hall.marked.push(seat);
        model.say(lang.say(
            format!("{why} Marked; {key} joins the waitlist."),
            format!("{why} 대기 좌석으로 표시했습니다. {key}: 대기 신청"),
        ));
    }
}

/// Most seats that one entry can name.
const MARKED_MAX: usize = (WaitlistWish::SEATS_MAX * WaitlistWish::CHOICES_PER_SEAT_MAX) as usize;

/// Whether a seat is taken in a way that may end.
pub(super) fn can_be_waited_for(hall: &Hall, seat: usize) -> bool {
    use SeatStatus::{Booked, Canceled, Held, Offered};
    !hall.is_mine(seat) && matches!(hall.house.status(seat), Booked | Canceled | Held | Offered)
}

/// Joins the waitlist for the marked seats; a count says how many of them are wanted.
pub(super) fn join(model: &mut Model) -> Vec<Effect> {
    let (lang, asked_at) = (model.lang(), model.now);
    let pick = model.settings.keys.label(Command::Pick);
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let count = u32::from(hall.count.take().unwrap_or(1));
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
    let is_over = |hall: &Hall, seat: usize| changed.contains(&seat) && !can_be_waited_for(hall, seat);
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
    model.ticket = Some(receipt);
    model.ticket_cursor = 0;
    model.screen = Screen::Ticket;
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
    let back = model.waitlist.back;
    model.waitlist = Waitlist { back, ..Waitlist::default() };
}

/// What Enter does depends on how far the entry is: books, shows the booking, or shows the show.
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
        (WaitlistState::Fin, Some(booking)) => return booking::open_from(model, booking, Screen::Waitlist),
        _ => {
            let (id, name) = (entry.show_id, entry.show_name.clone());
            return show::open_page(model, id, name);
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
