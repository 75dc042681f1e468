use crossterm::event::KeyEvent;
use ticket_core::api::{BookingDetails, CancelResult};
use ticket_core::domain::{BookingId, TicketState};

use super::question::reply;
use super::{move_in_list, open_bookings};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{BookingPage, CancelAsk, Model, Screen};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = &mut model.booking else { return Vec::new() };
    let tickets = page.tickets().len();
    if move_in_list(&mut page.cursor, tickets, command) {
        return Vec::new();
    }
    match command {
        Command::CancelTicket => ask_one(model),
        Command::CancelAll => ask_all(model),
        Command::Refresh => return vec![Effect::LoadBooking(page.details.receipt.booking_id)],
        Command::Open => model.show_tickets_of_booking(),
        Command::Back | Command::Leave => {
            model.return_to(Screen::Bookings);
            return vec![Effect::LoadBookings { page: 0 }];
        }
        _ => {}
    }
    Vec::new()
}

/// Whether a question waits for y or n.
pub(super) fn is_asking(model: &Model) -> bool {
    model.booking.as_ref().is_some_and(|page| page.ask.is_some())
}

/// Opens a booking from another screen than the list of bookings.
pub(super) fn open_from_elsewhere(model: &mut Model, booking: BookingId) -> Vec<Effect> {
    let mut effects = open_bookings(model);
    effects.push(Effect::LoadBooking(booking));
    effects
}

pub(super) fn opened(model: &mut Model, details: BookingDetails) {
    let is_same = |page: &BookingPage| page.details.receipt.booking_id == details.receipt.booking_id;
    let cursor = model.booking.as_ref().filter(|page| is_same(page)).map_or(0, |page| page.cursor);
    if matches!(model.screen, Screen::Bookings | Screen::Booking) {
        model.booking = Some(BookingPage { details, cursor, ask: None, is_busy: false });
        model.go_to(Screen::Booking);
    }
}

pub(super) fn cancelled(model: &mut Model, id: BookingId, result: &CancelResult) {
    let Some(page) = model.booking.as_mut().filter(|page| page.details.receipt.booking_id == id) else { return };
    page.is_busy = false;
    page.mark_cancelled(result.booking_status, |t| result.canceled_tickets.iter().any(|c| c.seat_id == t.seat_id));
    let left = page.valid();
    // They count against the limit no more.
    if let Some(known) = model.hall.iter_mut().flat_map(|hall| &mut hall.booked).find(|(known, _)| *known == id) {
        known.1 = left;
    }
    let (lang, count) = (model.lang(), result.canceled_tickets.len());
    model.say(
        lang.say(format!("{} cancelled.", lang.tickets(count)), format!("{}을 취소했습니다.", lang.tickets(count))),
    );
}

pub(super) fn answer(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some((page, ask)) = model.booking.as_mut().and_then(|page| page.ask.map(|ask| (page, ask))) else {
        return Vec::new();
    };
    let Some(is_yes) = reply(key) else { return Vec::new() };
    page.ask = None;
    if !is_yes {
        return Vec::new();
    }
    page.is_busy = true;
    let tickets = match ask {
        CancelAsk::Ticket(id) => Some(vec![id]),
        CancelAsk::All => None,
    };
    vec![Effect::Cancel(page.details.receipt.booking_id, tickets)]
}

fn ask_one(model: &mut Model) {
    let lang = model.lang();
    let Some(page) = model.booking.as_mut().filter(|page| !page.is_busy) else { return };
    match page.selected().map(|ticket| (ticket.ticket_id, ticket.seat_status)) {
        Some((id, TicketState::Booked)) => page.ask = Some(CancelAsk::Ticket(id)),
        Some((_, TicketState::Canceled)) => {
            model.warn(lang.say("This ticket is cancelled already.", "이미 취소된 티켓입니다."));
        }
        None => {}
    }
}

fn ask_all(model: &mut Model) {
    let lang = model.lang();
    let Some(page) = model.booking.as_mut().filter(|page| !page.is_busy) else { return };
    if page.valid() > 0 {
        page.ask = Some(CancelAsk::All);
    } else {
        model.warn(lang.say("This booking is cancelled already.", "이미 취소된 예매입니다."));
    }
}
