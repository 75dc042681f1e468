use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::api::{BookingReceipt, BookingTicket};
use ticket_core::domain::{Currency, TicketState};

use super::code::Code;
use super::{booking, frame, list, when};
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Model, TicketPage};
use crate::text::{fit, pad, pad_left};

/// Narrower, a ticket cannot be read beside its code.
const COLUMNS_MIN: u16 = 40;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(page) = &model.ticket else { return };
    let (receipt, theme, lang) = (&page.receipt, model.theme(), model.lang());
    let area = frame::body(model, frame);
    let code = content(page).and_then(|text| Code::new(&text, theme));
    let size = code.as_ref().map_or((0, 0), Code::size);
    let fits = size.0 + COLUMNS_MIN <= area.width && size.1 <= area.height;
    let columns = if fits { area.width - size.0 - 1 } else { area.width };
    if let Some(code) = code.as_ref().filter(|_| fits) {
        code.draw(frame, Rect { x: area.right() - size.0, width: size.0, ..area });
    }
    let left = Rect { width: columns, ..area };
    let id = receipt.booking_id;
    let first = match page.of {
        Some((at, state)) => booking::status(model, id, at, state),
        None => {
            let booked = lang.say(
                format!("✓ Booked. Your booking number is {id}."),
                format!("✓ 예매했습니다. 예매 번호는 {id}번입니다."),
            );
            Line::styled(fit(&booked, usize::from(columns)), theme.good())
        }
    };
    let mut lines = vec![first, Line::default()];
    lines.extend(heading(model, receipt, usize::from(columns)));
    let below = frame::lines(frame, left, lines);
    let below = tickets(model, page, frame, below);
    let total = total(model, receipt, usize::from(columns));
    frame::lines(frame, below, total.into_iter().chain([Line::default(), about_code(model, page, fits)]));
}

/// What the code says, and how it is seen when it is not.
fn about_code(model: &Model, page: &TicketPage, is_shown: bool) -> Line<'static> {
    let lang = model.lang();
    let key = model.settings.keys.label(Command::Code);
    let text = match content(page) {
        None => lang.say("A cancelled ticket has no code.".into(), "취소된 티켓에는 코드가 없습니다.".into()),
        Some(text) if is_shown => text,
        Some(text) => lang.say(format!("{text} · {key} shows its QR code."), format!("{text} · {key}: QR 코드 보기")),
    };
    Line::styled(text, model.theme().muted())
}

/// Nothing but the code, as large as the terminal has room for it; below it whose it is.
pub(super) fn draw_alone(model: &Model, page: &TicketPage, frame: &mut Frame<'_>) {
    let (lang, area) = (model.lang(), frame.area());
    let room = (area.width, area.height - 1);
    let text = content(page);
    let (count, number) = (page.receipt.booking_tickets.len(), page.cursor + 1);
    let place = page.selected().map(|ticket| place(ticket, lang)).unwrap_or_default();
    if let Some(code) = text.as_ref().and_then(|text| Code::fitting(text, model.theme(), room)) {
        let (columns, rows) = code.size();
        let (x, y) = ((room.0 - columns) / 2, (room.1 - rows) / 2);
        code.draw(frame, Rect { x, y, width: columns, height: rows });
    } else if text.is_none() {
        frame::lines(frame, Rect { x: 2, y: 1, width: area.width - 2, ..area }, [about_code(model, page, true)]);
    } else {
        let size = text.as_ref().and_then(|text| Code::new(text, model.theme())).map(|code| code.size());
        let why = size.map_or_else(String::new, |(columns, rows)| {
            lang.say(
                format!("The QR code needs a terminal of {columns}x{}.", rows + 1),
                format!("QR 코드를 보려면 {columns}x{} 이상이어야 합니다.", rows + 1),
            )
        });
        let lines = [Line::default(), Line::raw(format!("  {why}")), Line::default(), about_code(model, page, true)];
        frame::lines(frame, Rect { x: 2, width: area.width - 2, ..area }, lines);
    }
    let whose = lang.say(format!(" {place} · {number} of {count}"), format!(" {place} · {count}장 중 {number}번째"));
    let row = Rect { y: area.height - 1, height: 1, ..area };
    frame.render_widget(Line::styled(fit(&whose, usize::from(area.width)), model.theme().muted()), row);
    let (next, back) = (model.settings.keys.label(Command::ListDown), model.settings.keys.label(Command::Back));
    let next = if count > 1 { lang.say(format!("{next} next  "), format!("{next}: 다음  ")) } else { String::new() };
    let keys = next + &lang.say(format!("{back} back "), format!("{back}: 뒤로 "));
    frame.render_widget(Line::styled(keys, model.theme().muted()).right_aligned(), row);
}

/// What the code of the ticket under the cursor says, unless it is cancelled: capitals and digits, which take the least room.
fn content(page: &TicketPage) -> Option<String> {
    let ticket = page.selected().filter(|ticket| ticket.seat_status == TicketState::Booked)?;
    Some(format!("TICKET:{}:{}", page.receipt.booking_id, ticket.ticket_id))
}

/// The tickets, the one whose code is shown marked; answers the area below.
fn tickets(model: &Model, page: &TicketPage, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let receipt = &page.receipt;
    let count = receipt.booking_tickets.len();
    let rows = u16::try_from(count).unwrap_or(u16::MAX).min(area.height.saturating_sub(3));
    let columns = usize::from(area.width).saturating_sub(2);
    list::draw(frame, model.theme(), Rect { height: rows, ..area }, (count, page.cursor), |i| {
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

/// Where the seat of a ticket is, as the seat map and the checkout say it.
pub(crate) fn place(ticket: &BookingTicket, lang: Language) -> String {
    let BookingTicket { seat_sector: sector, seat_row: row, seat_label: label, .. } = ticket;
    seat_place((sector, row, label), lang)
}

/// Where a seat is: its sector, row and chair.
pub(super) fn seat_place((sector, row, label): (&str, &str, &str), lang: Language) -> String {
    lang.say(format!("{sector} · row {row} · no. {label}"), format!("{sector} · {row}열 {label}번"))
}

/// A ticket in a line of so many columns. Where there is little room, that it is cancelled stands in the place of its price.
pub(super) fn ticket(ticket: &BookingTicket, currency: Currency, lang: Language, columns: usize) -> String {
    let place = pad(&place(ticket, lang), place_columns(columns));
    let grade = pad(ticket.seat_grade.as_str(), 4);
    let price = currency.format(ticket.price);
    let (price, state) = match (ticket.seat_status, lang.say("cancelled", "취소됨")) {
        (TicketState::Booked, _) => (price, String::new()),
        (TicketState::Canceled, state) if has_room_for_state(columns) => (price, format!("  {state}")),
        (TicketState::Canceled, state) => (state.to_owned(), String::new()),
    };
    format!("{place} {grade} {}{state}", pad_left(&price, PRICE_COLUMNS))
}

const PRICE_COLUMNS: usize = 14;
/// Two blanks and that it is cancelled.
const STATE_COLUMNS: usize = 11;
/// Less than this does not say where a seat is.
const PLACE_COLUMNS_MIN: usize = 19;

fn has_room_for_state(columns: usize) -> bool {
    columns >= PLACE_COLUMNS_MIN + PRICE_COLUMNS + 6 + STATE_COLUMNS
}

/// What a line has left for the place of a seat, and no more than that needs.
fn place_columns(columns: usize) -> usize {
    let state = if has_room_for_state(columns) { STATE_COLUMNS } else { 0 };
    columns.saturating_sub(PRICE_COLUMNS + 6 + state).min(28)
}

/// What the valid tickets of a booking cost; nothing when there are none.
pub(super) fn total(model: &Model, receipt: &BookingReceipt, columns: usize) -> Option<Line<'static>> {
    let valid = receipt.booking_tickets.iter().filter(|t| t.seat_status == TicketState::Booked).count();
    let price = pad_left(&receipt.currency.format(receipt.total_price), PRICE_COLUMNS + 5);
    let count = pad(&model.lang().tickets(valid), place_columns(columns.saturating_sub(2)));
    (valid > 0).then(|| Line::styled(format!("  {count} {price}"), model.theme().title()))
}
