use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::domain::{BookingId, BookingState};

use super::{frame, list, ticket, when};
use crate::lang::Say;
use crate::model::{BookingPage, CancelAsk, Model};
use crate::text::{fit, wrap_to};

/// Lines above the tickets.
pub(super) const ROWS_ABOVE: u16 = 5;
/// Lines below them.
const ROWS_BELOW: u16 = 4;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(page) = &model.booking else { return };
    let area = frame::body(model, frame);
    let columns = usize::from(area.width);
    let receipt = &page.details.receipt;
    let mut lines = ticket::heading(model, receipt, columns);
    lines.insert(1.min(lines.len()), Line::raw(fit(&page.details.place_name, columns)));
    let details = &page.details;
    lines.insert(0, status(model, receipt.booking_id, details.booking_date, details.current_state));
    let below = frame::lines(frame, area, lines);
    let rows = rows(receipt.booking_tickets.len(), area.height);
    let (tickets, rest) =
        (Rect { height: rows, ..below }, Rect { y: below.y + rows, height: below.height - rows, ..below });
    list::draw(frame, model.theme(), tickets, (receipt.booking_tickets.len(), page.cursor), |i| {
        ticket::ticket(&receipt.booking_tickets[i], receipt.currency, model.lang(), columns - 2)
    });
    frame::lines(
        frame,
        rest,
        ticket::total(model, receipt, columns)
            .into_iter()
            .chain([Line::default()])
            .chain(question(model, page, columns)),
    );
}

/// Rows for so many tickets in a body of this height.
pub(super) fn rows(tickets: usize, height: u16) -> u16 {
    u16::try_from(tickets).unwrap_or(u16::MAX).min(height.saturating_sub(ROWS_ABOVE + ROWS_BELOW))
}

/// Which booking it is, of when, and whether it is cancelled.
pub(super) fn status(model: &Model, id: BookingId, at: Timestamp, state: BookingState) -> Line<'static> {
    let (lang, theme) = (model.lang(), model.theme());
    let at = when::instant(at, &model.zones, lang);
    let booking = lang.say(format!("Booking {id} of {at}"), format!("{at} 예매, {id}번"));
    match state {
        BookingState::Booked => Line::styled(booking, theme.good()),
        BookingState::Canceled => Line::styled(booking + lang.say(", cancelled", ", 취소됨"), theme.warning()),
    }
}

fn question(model: &Model, page: &BookingPage, columns: usize) -> Vec<Line<'static>> {
    let lang = model.lang();
    let text = match (page.ask, page.selected()) {
        _ if page.is_busy => lang.say("Cancelling…".into(), "취소하는 중…".into()),
        (Some(CancelAsk::Ticket(_)), Some(ticket)) => {
            let place = ticket::place(ticket, lang);
            lang.say(
                format!("Cancel the ticket for {place}? This cannot be undone. (y/n)"),
                format!("{place} 티켓을 취소할까요? 되돌릴 수 없습니다. (y/n)"),
            )
        }
        (Some(_), _) => {
            let tickets = lang.tickets(page.valid());
            let all = if page.valid() == 1 {
                "the last valid ticket".into()
            } else {
                format!("the whole booking, {tickets}")
            };
            lang.say(
                format!("Cancel {all}? This cannot be undone. (y/n)"),
                format!("예매 전체({tickets})를 취소할까요? 되돌릴 수 없습니다. (y/n)"),
            )
        }
        _ => String::new(),
    };
    let lines = wrap_to(&text, columns, 2).into_iter();
    lines.map(|line| Line::styled(line, model.theme().warning())).collect()
}
