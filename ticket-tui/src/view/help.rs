//! Every key, and what the glyphs mean.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{frame, seat};
use crate::model::{Model, Screen};
use crate::text::pad;

const KEY_COLUMNS: usize = 13;
const LEFT_COLUMNS: u16 = 32;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let body = frame::body(model, frame);
    let area = Rect { y: body.y - 1, height: body.height + 2, ..body };
    let left = LEFT_COLUMNS.max(area.width / 2);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    let entry = |(key, what): &(&str, &str)| {
        Line::from(vec![Span::styled(pad(key, KEY_COLUMNS), model.theme.title()), Span::raw((*what).to_owned())])
    };
    let title = |text: &'static str| Line::styled(text, model.theme.own());
    let here = on_screen(model.screen);
    frame::lines(frame, area, std::iter::once(title(here.0)).chain(here.1.iter().map(entry)));
    if matches!(model.screen, Screen::SeatMap | Screen::Checkout) {
        let glyphs = seat::key().map(|(glyph, what)| Line::raw(format!("{glyph} {what}")));
        let letters = Line::raw("v r s a b  free, by grade");
        let shades = Line::raw("█▓▒░ much to little left");
        frame::lines(
            frame,
            right,
            [title("Glyphs"), letters, shades].into_iter().chain(glyphs).chain([Line::raw("underlined: just changed")]),
        );
    } else {
        frame::lines(frame, right, std::iter::once(title("Everywhere")).chain(EVERYWHERE.iter().map(entry)));
    }
}

const EVERYWHERE: [(&str, &str); 7] = [
    ("? F1", "this help"),
    ("m", "my bookings"),
    ("Esc", "back"),
    ("q Ctrl-C", "quit"),
    ("Ctrl-Z", "to the shell"),
    ("", ""),
    ("", "(Hangul may be on)"),
];

fn on_screen(screen: Screen) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match screen {
        Screen::SeatMap | Screen::Checkout => ("Seat map and checkout", &SEAT_MAP),
        Screen::Login => ("Log in", &LOGIN),
        Screen::Booking => ("Booking", &BOOKING),
        _ => ("Lists", &LIST),
    }
}

const SEAT_MAP: [(&str, &str); 13] = [
    ("arrows hjkl", "next seat; 5l: 5"),
    ("0 $ Home End", "ends of the row"),
    ("gg G", "first, last seat"),
    ("Tab S-Tab", "next, last sector"),
    ("- +", "zoom out, in"),
    ("Space", "pick or let go"),
    ("u", "undo last pick"),
    ("Enter", "hold, then buy"),
    ("e", "extend the hold"),
    ("r", "release the hold"),
    ("m", "my bookings"),
    ("Esc", "back, hold stays"),
    ("q Ctrl-C", "quit"),
];
const LOGIN: [(&str, &str); 4] = [
    ("Tab S-Tab", "next, last field"),
    ("Enter", "next field or send"),
    ("Ctrl-N", "join or log in"),
    ("Ctrl-U", "empty the field"),
];
const BOOKING: [(&str, &str); 4] =
    [("j k", "next, last ticket"), ("c", "cancel the ticket"), ("C", "cancel all"), ("r", "refresh")];
const LIST: [(&str, &str); 7] = [
    ("j k ↓ ↑", "next, last"),
    ("g G", "first, last of all"),
    ("Enter", "open"),
    ("Tab", "next category"),
    ("/", "search"),
    ("r", "refresh"),
    ("L", "log in or out"),
];
