use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::BookingHistoryItem;
use ticket_core::domain::BookingState;

use super::{frame, list, when};
use crate::model::Model;
use crate::text::{count, pad, pad_left};

/// Below this width the date goes without weekday and round.
const COLUMNS_MIN_FOR_ROUND: u16 = 70;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame::body(model, frame);
    let empty = match &model.bookings.list {
        None => "Loading…",
        Some(list) if list.is_empty() => "You have not booked anything yet.",
        Some(_) => "",
    };
    let Some(items) = model.bookings.list.as_ref().filter(|list| !list.is_empty()) else {
        frame::lines(frame, area, [Line::styled(empty, model.theme.muted())]);
        return;
    };
    let is_wide = area.width >= COLUMNS_MIN_FOR_ROUND;
    let date = if is_wide { 26 } else { 17 };
    // Besides: the mark, the number, the state, and a blank after each.
    let name = usize::from(area.width).saturating_sub(date + 22);
    let heading = format!("  {} {} Performance", pad_left("No.", 6), pad("Show", name));
    let below = frame::lines(frame, area, [Line::styled(heading, model.theme.muted())]);
    list::draw(frame, model.theme, below, (items.len(), model.bookings.cursor), |i| item(&items[i], name, is_wide));
}

fn item(booking: &BookingHistoryItem, name: usize, is_wide: bool) -> String {
    let show = &booking.show_info;
    let performance = if is_wide {
        pad(&when::round(show.show_date, show.show_round_start_time, show.show_round), 26)
    } else {
        pad(&when::short(show.show_date, show.show_round_start_time), 17)
    };
    let state = match booking.current_state {
        BookingState::Booked => count(booking.ticket_number as usize, "ticket"),
        BookingState::Canceled => "cancelled".into(),
    };
    let id = pad_left(&booking.booking_id.to_string(), 6);
    format!("{id} {} {performance} {}", pad(&show.show_name, name), pad_left(&state, 10))
}
