use ticket_core::api::BookingHistory;

use super::{leave_hall, move_in_list};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.bookings.list.as_ref().map_or(0, Vec::len);
    if move_in_list(&mut model.bookings.cursor, count, command) {
        return next_page(model);
    }
    match command {
        Command::Open => open(model),
        Command::Refresh => vec![Effect::LoadBookings { page: 0 }],
        Command::Back | Command::Leave => leave(model),
        _ => Vec::new(),
    }
}

/// A page arrived; the first one replaces the list, another goes on with it.
pub(super) fn page(model: &mut Model, page: BookingHistory) {
    let bookings = &mut model.bookings;
    bookings.total = page.total_items;
    if page.current_page == 0 {
        bookings.list = Some(page.booking_list);
        bookings.pages = 1;
    } else if page.current_page == bookings.pages {
        bookings.list.get_or_insert_default().extend(page.booking_list);
        bookings.pages += 1;
    }
    let count = bookings.list.as_ref().map_or(0, Vec::len);
    bookings.cursor = bookings.cursor.min(count.saturating_sub(1));
}

/// At the end of what is read, reads on.
fn next_page(model: &Model) -> Vec<Effect> {
    let bookings = &model.bookings;
    let read = bookings.list.as_ref().map_or(0, Vec::len);
    let is_at_end = bookings.cursor + 1 == read && (read as u64) < bookings.total;
    if is_at_end { vec![Effect::LoadBookings { page: bookings.pages }] } else { Vec::new() }
}

fn open(model: &Model) -> Vec<Effect> {
    let selected = model.bookings.list.as_ref().and_then(|list| list.get(model.bookings.cursor));
    selected.map(|booking| Effect::LoadBooking(booking.booking_id)).into_iter().collect()
}

fn leave(model: &mut Model) -> Vec<Effect> {
    model.go_back();
    if model.screen == Screen::Shows { leave_hall(model) } else { Vec::new() }
}
