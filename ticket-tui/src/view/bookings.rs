use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::BookingHistoryItem;
use ticket_core::domain::BookingState;

use super::{frame, list, when};
use crate::model::Model;
use crate::text::{count, pad, pad_left};

/// Columns of everything but the show's name.
const FIXED_COLUMNS: usize = 53;

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
    let name = usize::from(area.width).saturating_sub(FIXED_COLUMNS);
    let heading = format!("  {} {} {}", pad_left("No.", 6), pad("Show", name), "Performance");
    let below = frame::lines(frame, area, [Line::styled(heading, model.theme.muted())]);
    list::draw(frame, model.theme, below, (items.len(), model.bookings.cursor), |i| item(&items[i], name));
}

fn item(booking: &BookingHistoryItem, name: usize) -> String {
    let show = &booking.show_info;
    let performance = when::round(show.show_date, show.show_round_start_time, show.show_round);
    let state = match booking.current_state {
        BookingState::Booked => count(booking.ticket_number as usize, "ticket"),
        BookingState::Canceled => "cancelled".into(),
    };
    let id = pad_left(&booking.booking_id.to_string(), 6);
    format!("{id} {} {} {}", pad(&show.show_name, name), pad(&performance, 28), pad_left(&state, 12))
}
