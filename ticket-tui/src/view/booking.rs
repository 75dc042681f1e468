use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::domain::BookingState;

use super::{frame, list, ticket, when};
use crate::model::{BookingPage, CancelAsk, Model};
use crate::text::{count, fit};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(page) = &model.booking else { return };
    let area = frame::body(model, frame);
    let columns = usize::from(area.width);
    let receipt = &page.details.receipt;
    let mut lines = ticket::heading(model, receipt, columns);
    lines.insert(1.min(lines.len()), Line::raw(fit(&page.details.place_name, columns)));
    lines.insert(0, status(model, page));
    let below = frame::lines(frame, area, lines);
    let rows = u16::try_from(receipt.booking_tickets.len()).unwrap_or(u16::MAX).min(below.height.saturating_sub(4));
    let (tickets, rest) =
        (Rect { height: rows, ..below }, Rect { y: below.y + rows, height: below.height - rows, ..below });
    list::draw(frame, model.theme, tickets, (receipt.booking_tickets.len(), page.cursor), |i| {
        ticket::ticket(&receipt.booking_tickets[i], receipt.currency)
    });
    let mut total = ticket::total(model, receipt);
    total.spans.insert(0, "  ".into());
    frame::lines(frame, rest, [total, Line::default(), question(model, page)]);
}

fn status(model: &Model, page: &BookingPage) -> Line<'static> {
    let at = when::instant(page.details.booking_date, &model.zone);
    let id = page.details.receipt.booking_id;
    match page.details.current_state {
        BookingState::Booked => Line::styled(format!("Booking {id} of {at}"), model.theme.good()),
        BookingState::Canceled => Line::styled(format!("Booking {id} of {at}, cancelled"), model.theme.warning()),
    }
}

fn question(model: &Model, page: &BookingPage) -> Line<'static> {
    let text = match (page.ask, page.selected()) {
        _ if page.is_busy => "Cancelling…".into(),
        (Some(CancelAsk::Ticket(_)), Some(ticket)) => {
            format!("Cancel the ticket for {}? This cannot be undone. (y/n)", ticket.seat_position_info)
        }
        (Some(_), _) => format!("Cancel {}? This cannot be undone. (y/n)", all(page.valid())),
        _ => String::new(),
    };
    Line::styled(text, model.theme.warning())
}

fn all(valid: usize) -> String {
    if valid == 1 { "the last valid ticket".into() } else { format!("the whole booking, {}", count(valid, "ticket")) }
}
