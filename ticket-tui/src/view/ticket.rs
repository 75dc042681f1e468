use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::{BookingReceipt, BookingTicket};
use ticket_core::domain::{Currency, TicketState};

use super::{frame, when};
use crate::model::Model;
use crate::text::{count, fit, pad, pad_left};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(receipt) = &model.ticket else { return };
    let area = frame::body(model, frame);
    let columns = usize::from(area.width);
    let booked = format!("✓ Booked. Your booking number is {}.", receipt.booking_id);
    let mut lines = vec![Line::styled(booked, model.theme.good()), Line::default()];
    lines.extend(heading(model, receipt, columns));
    let below = frame::lines(frame, area, lines);
    let tickets = receipt.booking_tickets.iter().map(|ticket| Line::raw(self::ticket(ticket, receipt.currency)));
    let below = frame::lines(frame, below, tickets);
    frame::lines(frame, below, [total(model, receipt)]);
}

/// Show and performance of a booking.
pub(super) fn heading(model: &Model, receipt: &BookingReceipt, columns: usize) -> Vec<Line<'static>> {
    let Some(first) = receipt.booking_tickets.first() else { return Vec::new() };
    vec![
        Line::styled(fit(&first.show_name, columns), model.theme.title()),
        Line::raw(when::round(first.show_date, first.show_time, first.show_round)),
        Line::default(),
    ]
}

/// A ticket in a line.
pub(super) fn ticket(ticket: &BookingTicket, currency: Currency) -> String {
    let state = if ticket.seat_status == TicketState::Canceled { "  cancelled" } else { "" };
    let (place, grade) = (pad(&ticket.seat_position_info, 26), pad(ticket.seat_grade.as_str(), 4));
    format!("{place} {grade} {}{state}", pad_left(&currency.format(ticket.price), 16))
}

/// What the valid tickets of a booking cost.
pub(super) fn total(model: &Model, receipt: &BookingReceipt) -> Line<'static> {
    let valid = receipt.booking_tickets.iter().filter(|t| t.seat_status == TicketState::Booked).count();
    let price = receipt.currency.format(receipt.total_price);
    Line::styled(format!("{} {}", pad(&count(valid, "ticket"), 26), pad_left(&price, 21)), model.theme.title())
}
