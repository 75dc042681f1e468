use super::{leave_hall, move_in_list, open_bookings};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.ticket.as_ref().map_or(0, |receipt| receipt.booking_tickets.len());
    if move_in_list(&mut model.ticket_cursor, count, command) {
        return Vec::new();
    }
    match command {
        Command::Open => {
            let mut effects = leave_hall(model);
            effects.extend(open_bookings(model, Screen::Shows));
            effects
        }
        Command::Back | Command::Leave => {
            model.screen = match (&model.booking, &model.hall) {
                (Some(page), _) if model.ticket.as_ref() == Some(&page.details.receipt) => Screen::Booking,
                (_, Some(_)) => Screen::SeatMap,
                _ => Screen::Shows,
            };
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Shows the tickets of the booking that is open, the one under the cursor first.
pub(super) fn of_booking(model: &mut Model) -> Vec<Effect> {
    if let Some(page) = &model.booking {
        model.ticket = Some(page.details.receipt.clone());
        model.ticket_cursor = page.cursor;
        model.screen = Screen::Ticket;
    }
    Vec::new()
}
