//! Draws the model. No I/O, no clock, no state of its own.

mod account;
mod banner;
mod booking;
mod bookings;
mod canvas;
mod checkout;
mod code;
pub(crate) mod entry;
mod frame;
mod help;
mod hints;
mod legend;
mod list;
mod login;
mod minimap;
mod names;
mod ranking;
mod seat;
mod seat_map;
mod selection;
mod show;
mod shows;
mod ticket;
mod waitlist;
pub(crate) mod when;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::text::Line;
use ticket_core::domain::Category;
use ticket_core::printable::is_printable;

use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Model, Screen};
use crate::text;
use crate::theme::{paint_ground, to_ascii};
pub(crate) use account::{about as about_account, logging_out};
pub(crate) use ranking::{period, title as ranking_title};
pub(crate) use seat::word;
pub(crate) use show::facts;
pub(crate) use ticket::place as seat_place;

/// The smallest terminal that the screens fit into.
const SMALLEST: (u16, u16) = (60, 16);

/// Whether a terminal is too small to draw more than that it is too small.
#[must_use]
pub fn is_too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// Narrower, the list of shows needs all the room.
const COLUMNS_MIN_WITH_RANKING: u16 = 116;

/// Whether the ranking is drawn beside the list of shows.
#[must_use]
pub fn has_ranking_beside(size: (u16, u16)) -> bool {
    size.0 >= COLUMNS_MIN_WITH_RANKING && !is_too_small(size)
}

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if is_too_small((area.width, area.height)) {
        too_small(model, frame);
    } else {
        screen(model, frame);
    }
    keep_printable(frame.buffer_mut());
    if model.theme().is_ascii {
        to_ascii(frame.buffer_mut());
    }
    paint_ground(model.theme(), frame.buffer_mut());
}

/// Leaves out what would steer the terminal: names come from others. It has no width, so nothing moves.
fn keep_printable(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().chars().all(is_printable) {
            let shown: String = cell.symbol().chars().filter(|c| is_printable(*c)).collect();
            cell.set_symbol(if shown.is_empty() { " " } else { &shown });
        }
    }
}

fn screen(model: &Model, frame: &mut Frame<'_>) {
    let alone = model.ticket.as_ref().filter(|page| model.screen == Screen::Ticket && page.is_code_alone);
    if let Some(page) = alone.filter(|_| model.help.is_none()) {
        return ticket::draw_alone(model, page, frame);
    }
    frame::title(model, frame);
    banner::draw(model, frame);
    hints::draw(model, frame);
    if model.help.is_some() {
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
        Screen::Waitlist => waitlist::draw(model, frame),
        Screen::Ranking => ranking::draw(model, frame),
        Screen::Account => account::draw(model, frame),
    }
    frame::notice(model, frame);
}

/// What is wrong and what to do, in the longest words that there is room for.
fn too_small(model: &Model, frame: &mut Frame<'_>) {
    let (area, lang) = (frame.area(), model.lang());
    let (columns, rows) = SMALLEST;
    let quit = Some(model.settings.keys.label(Command::Quit)).filter(|key| !key.is_empty());
    let quit = quit.unwrap_or_else(|| "Ctrl-C".to_owned());
    let (wide, high) = (area.width, area.height);
    let lines = [
        [
            lang.say("This terminal is too small.".to_owned(), "터미널이 너무 작습니다.".to_owned()),
            lang.say("Too small.".to_owned(), "너무 작음".to_owned()),
        ],
        [
            lang.say(
                format!("It has {wide}x{high}, needed are {columns}x{rows}."),
                format!("지금 {wide}x{high}, {columns}x{rows} 이상이어야 합니다."),
            ),
            lang.say(format!("min {columns}x{rows}"), format!("{columns}x{rows} 이상")),
        ],
        [
            lang.say(format!("Enlarge it, or {quit} to quit."), format!("크기를 늘리거나 {quit}: 종료")),
            lang.say(format!("{quit} quits"), format!("{quit}: 종료")),
        ],
    ];
    for ([long, short], row) in lines.into_iter().zip(area.rows()) {
        let line = if text::width(&long) > usize::from(wide) { short } else { long };
        frame.render_widget(Line::raw(line), row);
    }
}

/// How far help can be scrolled on this screen.
pub(crate) fn help_lines_hidden(model: &Model) -> u16 {
    help::lines_hidden(model)
}

/// The field of the login that is in a row of the screen.
pub(crate) fn login_field_at(model: &Model, row: u16) -> Option<usize> {
    login::field_at(model, row)
}

/// The entry of the list on the screen that is at a place, and whether it is the one under the cursor.
pub(crate) fn list_entry_at(model: &Model, (column, row): (u16, u16)) -> Option<(usize, bool)> {
    let body = model.size.1.saturating_sub(frame::body_top(model) + 2);
    let (above, rows, count, cursor) = match model.screen {
        Screen::Shows => (shows::ROWS_ABOVE, None, model.shows.listed().len(), model.shows.cursor),
        Screen::Show => {
            let page = model.show.as_ref()?;
            (show::ROWS_ABOVE, None, page.performances().len(), page.cursor)
        }
        Screen::Ranking => (ranking::ROWS_ABOVE, None, model.ranking.shows().len(), model.ranking.cursor),
        Screen::Bookings => (bookings::ROWS_ABOVE, None, model.bookings.list.as_ref()?.len(), model.bookings.cursor),
        Screen::Waitlist => {
            let count = model.waitlist.entries().len();
            let rows = waitlist::rows(count, body.saturating_sub(waitlist::ROWS_ABOVE));
            (waitlist::ROWS_ABOVE, Some(rows), count, model.waitlist.cursor)
        }
        Screen::Booking => {
            let page = model.booking.as_ref()?;
            let rows = booking::rows(page.tickets().len(), body);
            (booking::ROWS_ABOVE, Some(rows), page.tickets().len(), page.cursor)
        }
        _ => return None,
    };
    let rows = rows.unwrap_or(body.saturating_sub(above));
    let line = row.checked_sub(frame::body_top(model) + above).filter(|line| *line < rows)?;
    let index = list::first(rows, (count, cursor)) + usize::from(line);
    let is_inside = index < count && column >= 2 && column + 2 < model.size.0;
    is_inside.then_some((index, index == cursor))
}

/// What a kind of show is called.
pub(crate) fn category(category: Category, lang: Language) -> &'static str {
    let (english, korean) = match category {
        Category::Musical => ("Musical", "뮤지컬"),
        Category::Concert => ("Concert", "콘서트"),
        Category::Play => ("Play", "연극"),
    };
    lang.say(english, korean)
}

#[cfg(test)]
mod tests;
