//! The keys that matter now, in the lowest line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{LoginMode, Model, Screen};
use crate::text::width;

type Hint = (&'static str, &'static str);

/// As many hints as fit; the later ones give way, but never the help.
pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let row = Rect::new(0, area.height - 1, area.width, 1);
    let (hints, last) = hints(model);
    let mut room = usize::from(row.width).saturating_sub(cells(last));
    let fitting = hints.into_iter().take_while(|hint| {
        let fits = cells(*hint) <= room;
        room = room.saturating_sub(cells(*hint));
        fits
    });
    let spans = fitting.chain([last]).flat_map(|(key, what)| {
        [Span::styled(format!(" {key} "), model.theme.title()), Span::styled(format!("{what} "), model.theme.muted())]
    });
    frame.render_widget(Line::from_iter(spans), row);
}

fn cells((key, what): Hint) -> usize {
    width(key) + width(what) + 3
}

fn hints(model: &Model) -> (Vec<Hint>, Hint) {
    if model.help {
        return (vec![("Esc", "back")], ("F1", "back"));
    }
    let is_text = model.screen == Screen::Login || model.shows.is_searching && model.screen == Screen::Shows;
    let last = if is_text { ("F1", "help") } else { ("?", "help") };
    (on_screen(model), last)
}

fn on_screen(model: &Model) -> Vec<Hint> {
    match model.screen {
        Screen::Login => login(model),
        Screen::Shows if model.shows.is_searching => vec![("Enter", "to the list"), ("Esc", "all shows")],
        Screen::Shows => shows(model),
        Screen::Show => {
            vec![("Enter", "seat map"), ("r", "refresh"), ("m", "my bookings"), ("Esc", "shows"), ("q", "quit")]
        }
        Screen::SeatMap => seat_map(model),
        Screen::Checkout => vec![("Enter", "buy"), ("e", "more time"), ("r", "release"), ("Esc", "map, hold goes on")],
        Screen::Ticket => vec![("Enter", "my bookings"), ("Esc", "seat map"), ("q", "quit")],
        Screen::Bookings => vec![("Enter", "open"), ("r", "refresh"), ("Esc", "back"), ("q", "quit")],
        Screen::Booking if model.booking.as_ref().is_some_and(|page| page.ask.is_some()) => {
            vec![("y", "yes, cancel"), ("n", "no, keep")]
        }
        Screen::Booking => vec![("c", "cancel ticket"), ("C", "cancel all"), ("Esc", "back"), ("q", "quit")],
    }
}

fn login(model: &Model) -> Vec<Hint> {
    let other = if model.login.mode == LoginMode::Login { "join instead" } else { "log in instead" };
    vec![("Enter", "go on"), ("Tab", "next field"), ("Ctrl-N", other), ("Esc", "look around")]
}

fn shows(model: &Model) -> Vec<Hint> {
    let user = if model.me.is_some() { "log out" } else { "log in" };
    vec![("Enter", "open"), ("Tab", "category"), ("/", "search"), ("m", "my bookings"), ("L", user), ("q", "quit")]
}

fn seat_map(model: &Model) -> Vec<Hint> {
    let Some(hall) = &model.hall else { return Vec::new() };
    let space = match (hall.level, hall.picked.contains(&hall.cursor)) {
        (0, false) => "pick",
        (0, true) => "unpick",
        _ => "zoom in",
    };
    let enter = if hall.picked.is_empty() && hall.hold.is_some() { "checkout" } else { "hold" };
    vec![
        ("←↓↑→", "move"),
        ("Space", space),
        ("Enter", enter),
        ("u", "undo"),
        ("-+", "zoom"),
        ("Tab", "sector"),
        ("Esc", "back"),
    ]
}
