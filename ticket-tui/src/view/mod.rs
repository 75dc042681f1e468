//! Draws the model. No I/O, no clock, no state of its own.

mod banner;
mod booking;
mod bookings;
mod checkout;
mod frame;
mod help;
mod hints;
mod legend;
mod list;
mod login;
mod minimap;
mod seat;
mod seat_map;
mod selection;
mod show;
mod shows;
mod ticket;
mod when;

use ratatui::Frame;
use ratatui::text::Line;

use crate::model::{Model, Screen};

/// The smallest terminal that the screens fit into.
const SMALLEST: (u16, u16) = (60, 16);

/// Whether a terminal is too small to draw more than that it is too small.
#[must_use]
pub fn is_too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if is_too_small((area.width, area.height)) {
        return too_small(frame);
    }
    frame::title(model, frame);
    banner::draw(model, frame);
    hints::draw(model, frame);
    if model.help {
        return help::draw(model, frame);
    }
    match model.screen {
        Screen::Login => login::draw(model, frame),
        Screen::Shows => shows::draw(model, frame),
        Screen::Show => show::draw(model, frame),
        Screen::SeatMap => seat_map::draw(model, frame),
        Screen::Checkout => checkout::draw(model, frame),
        Screen::Ticket => ticket::draw(model, frame),
        Screen::Bookings => bookings::draw(model, frame),
        Screen::Booking => booking::draw(model, frame),
    }
    frame::notice(model, frame);
}

fn too_small(frame: &mut Frame<'_>) {
    let area = frame.area();
    let lines = [
        "This terminal is too small.".to_owned(),
        format!("It has {}x{}, needed are {}x{}.", area.width, area.height, SMALLEST.0, SMALLEST.1),
        "Enlarge it, or q to quit.".to_owned(),
    ];
    for (line, row) in lines.into_iter().zip(area.rows()) {
        frame.render_widget(Line::raw(line), row);
    }
}

#[cfg(test)]
mod tests;
