use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::api::{BookingReceipt, BookingTicket};
use ticket_core::domain::{Currency, TicketState};

use super::code::Code;
use super::{frame, list, when};
use crate::lang::{Language, Say};
use crate::model::Model;
use crate::text::{fit, pad, pad_left};

/// Narrower, a ticket cannot be read beside its code.
const COLUMNS_MIN: u16 = 40;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(receipt) = &model.ticket else { return };
    let (theme, lang) = (model.theme(), model.lang());
    let area = frame::body(model, frame);
    let selected = receipt.booking_tickets.get(model.ticket_cursor);
    let code =
        selected.filter(|t| t.seat_status == TicketState::Booked).and_then(|t| Code::new(&content(receipt, t), theme));
    let size = code.as_ref().map_or((0, 0), Code::size);
    let fits = size.0 + COLUMNS_MIN <= area.width && size.1 <= area.height;
    let columns = if fits { area.width - size.0 - 1 } else { area.width };
    if let Some(code) = code.as_ref().filter(|_| fits) {
        code.draw(frame, Rect { x: area.right() - size.0, width: size.0, ..area });
    }
    let left = Rect { width: columns, ..area };
    let id = receipt.booking_id;
    let booked = lang
        .say(format!("✓ Booked. Your booking number is {id}."), format!("✓ 예매했습니다. 예매 번호는 {id}번입니다."));
    let mut lines = vec![Line::styled(fit(&booked, usize::from(columns)), theme.good()), Line::default()];
    lines.extend(heading(model, receipt, usize::from(columns)));
    let below = frame::lines(frame, left, lines);
    let below = tickets(model, receipt, frame, below);
    let mut closing = vec![total(model, receipt, usize::from(columns)), Line::default()];
    if code.is_some() && !fits {
        let rows = size.1 + area.y + 2;
        let columns = size.0 + COLUMNS_MIN + 4;
        closing.push(Line::styled(
            lang.say(
                format!("From {columns}x{rows} on, the ticket's QR code is here."),
                format!("{columns}x{rows} 이상에서 QR 코드가 보입니다."),
            ),
            theme.muted(),
        ));
    }
    frame::lines(frame, below, closing);
}

/// What the code of a ticket says: capitals and digits, which take the least room.
fn content(receipt: &BookingReceipt, ticket: &BookingTicket) -> String {
    format!("TICKET:{}:{}", receipt.booking_id, ticket.ticket_id)
}

/// The tickets, the one whose code is shown marked; answers the area below.
fn tickets(model: &Model, receipt: &BookingReceipt, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let count = receipt.booking_tickets.len();
    let rows = u16::try_from(count).unwrap_or(u16::MAX).min(area.height.saturating_sub(3));
    let columns = usize::from(area.width).saturating_sub(2);
    list::draw(frame, model.theme(), Rect { height: rows, ..area }, (count, model.ticket_cursor), |i| {
        ticket(&receipt.booking_tickets[i], receipt.currency, model.lang(), columns)
    });
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Show and performance of a booking.
pub(super) fn heading(model: &Model, receipt: &BookingReceipt, columns: usize) -> Vec<Line<'static>> {
    let Some(first) = receipt.booking_tickets.first() else { return Vec::new() };
    vec![
        Line::styled(fit(&first.show_name, columns), model.theme().title()),
        Line::raw(when::round(first.show_date, first.show_time, first.show_round, model.lang())),
        Line::default(),
    ]
}

/// A ticket in a line of so many columns.
pub(super) fn ticket(ticket: &BookingTicket, currency: Currency, lang: Language, columns: usize) -> String {
    let state = if ticket.seat_status == TicketState::Canceled { lang.say("  cancelled", "  취소됨") } else { "" };
    let place = pad(&ticket.seat_position_info, place_columns(columns));
    let grade = pad(ticket.seat_grade.as_str(), 4);
    format!("{place} {grade} {}{state}", pad_left(&currency.format(ticket.price), PRICE_COLUMNS))
}

const PRICE_COLUMNS: usize = 14;

/// What a line has left for the place of a seat, and no more than that needs.
fn place_columns(columns: usize) -> usize {
    columns.saturating_sub(PRICE_COLUMNS + 6).min(28)
}

/// What the valid tickets of a booking cost.
pub(super) fn total(model: &Model, receipt: &BookingReceipt, columns: usize) -> Line<'static> {
    let valid = receipt.booking_tickets.iter().filter(|t| t.seat_status == TicketState::Booked).count();
    let price = pad_left(&receipt.currency.format(receipt.total_price), PRICE_COLUMNS + 5);
    let count = pad(&model.lang().tickets(valid), place_columns(columns.saturating_sub(2)));
    Line::styled(format!("  {count} {price}"), model.theme().title())
}
