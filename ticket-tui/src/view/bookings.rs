use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::BookingHistoryItem;
use ticket_core::domain::BookingState;

use super::{frame, list, when};
use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::Model;
use crate::text::{pad, pad_left};

/// Lines above the list.
pub(super) const ROWS_ABOVE: u16 = 1;
/// Below this width the date goes without weekday and round.
const COLUMNS_MIN_FOR_ROUND: u16 = 70;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let (theme, lang) = (model.theme(), model.lang());
    let area = frame::body(model, frame);
    let Some(items) = &model.bookings.list else {
        let lines = frame::loading(model, area.width, |effect| matches!(effect, Effect::LoadBookings { .. }));
        frame::lines(frame, area, lines);
        return;
    };
    if items.is_empty() {
        let empty = lang.say("You have not booked anything yet.", "아직 예매한 것이 없습니다.");
        frame::lines(frame, area, [Line::styled(empty, theme.muted())]);
        return;
    }
    let is_wide = area.width >= COLUMNS_MIN_FOR_ROUND;
    let date = if is_wide { 26 } else { 17 };
    // Besides: the mark, the number, the state, and a blank after each.
    let name = usize::from(area.width).saturating_sub(date + 22);
    let (number, show) = (lang.say("No.", "번호"), lang.say("Show", "공연"));
    let heading = format!("  {} {} {}", pad_left(number, 6), pad(show, name), lang.say("Performance", "일시"));
    let below = frame::lines(frame, area, [Line::styled(heading, theme.muted())]);
    list::draw(frame, theme, below, (items.len(), model.bookings.cursor), |i| item(&items[i], name, is_wide, lang));
}

fn item(booking: &BookingHistoryItem, name: usize, is_wide: bool, lang: Language) -> String {
    let show = &booking.show_info;
    let performance = if is_wide {
        pad(&when::round(show.show_date, show.show_round_start_time, show.show_round, lang), 26)
    } else {
        pad(&when::short(show.show_date, show.show_round_start_time, lang), 17)
    };
    let state = match booking.current_state {
        BookingState::Booked => lang.tickets(booking.ticket_number as usize),
        BookingState::Canceled => lang.say("cancelled", "취소됨").into(),
    };
    let id = pad_left(&booking.booking_id.to_string(), 6);
    format!("{id} {} {performance} {}", pad(&show.show_name, name), pad_left(&state, 10))
}
