use crossterm::event::{KeyCode, KeyEvent};
use ticket_core::api::{BookingDetails, CancelResult};
use ticket_core::domain::{BookingId, TicketState};

use super::move_in_list;
use crate::effect::Effect;
use crate::model::{BookingPage, CancelAsk, Model, Screen};
use crate::text::count;

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(page) = &mut model.booking else { return Vec::new() };
    if let Some(ask) = page.ask {
        return answer(page, ask, key);
    }
    let tickets = page.tickets().len();
    if move_in_list(&mut page.cursor, tickets, key) {
        return Vec::new();
    }
    match key.code {
        KeyCode::Char('c') => ask_one(model),
        KeyCode::Char('C' | 'x') => ask_all(model),
        KeyCode::Char('r') => return vec![Effect::LoadBooking(page.details.receipt.booking_id)],
        KeyCode::Esc | KeyCode::Left | KeyCode::Char('h') => {
            model.screen = Screen::Bookings;
            return vec![Effect::LoadBookings { page: 0 }];
        }
        _ => {}
    }
    Vec::new()
}

pub(super) fn opened(model: &mut Model, details: BookingDetails) {
    let is_same = |page: &BookingPage| page.details.receipt.booking_id == details.receipt.booking_id;
    let cursor = model.booking.as_ref().filter(|page| is_same(page)).map_or(0, |page| page.cursor);
    if matches!(model.screen, Screen::Bookings | Screen::Booking) {
        model.booking = Some(BookingPage { details, cursor, ask: None, is_busy: false });
        model.screen = Screen::Booking;
    }
}

pub(super) fn cancelled(model: &mut Model, id: BookingId, result: &CancelResult) {
    let Some(page) = model.booking.as_mut().filter(|page| page.details.receipt.booking_id == id) else { return };
    page.is_busy = false;
    page.mark_cancelled(result.booking_status, |t| result.canceled_tickets.iter().any(|c| c.seat_id == t.seat_id));
    model.say(format!("{} cancelled.", count(result.canceled_tickets.len(), "ticket")));
}

fn answer(page: &mut BookingPage, ask: CancelAsk, key: KeyEvent) -> Vec<Effect> {
    if !matches!(key.code, KeyCode::Char('y' | 'Y' | 'n' | 'N') | KeyCode::Esc) {
        return Vec::new();
    }
    page.ask = None;
    if !matches!(key.code, KeyCode::Char('y' | 'Y')) {
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
    let Some(page) = model.booking.as_mut().filter(|page| !page.is_busy) else { return };
    match page.selected().map(|ticket| (ticket.ticket_id, ticket.seat_status)) {
        Some((id, TicketState::Booked)) => page.ask = Some(CancelAsk::Ticket(id)),
        Some((_, TicketState::Canceled)) => model.warn("This ticket is cancelled already."),
        None => {}
    }
}

fn ask_all(model: &mut Model) {
    let Some(page) = model.booking.as_mut().filter(|page| !page.is_busy) else { return };
    if page.valid() > 0 {
        page.ask = Some(CancelAsk::All);
    } else {
        model.warn("This booking is cancelled already.");
    }
}
