use crossterm::event::{KeyCode, KeyEvent};

use crate::keys::{Command, Found, Place, Stroke};
use crate::model::Model;
use crate::view;

/// Lines that a page has.
const PAGE: u16 = 10;

pub(super) fn open(model: &mut Model) {
    model.help = Some(0);
}

/// Help is scrolled by what scrolls lists, and left by what leaves anything. Opening what is there to open goes a page on, and
/// from the last page back.
pub(super) fn key(model: &mut Model, key: KeyEvent) {
    if key.code == KeyCode::Esc || key.code == KeyCode::F(1) {
        return close(model);
    }
    model.typed.push(Stroke::from(key));
    let found = model.settings.keys.find(&[Place::List, Place::Everywhere], &model.typed);
    if found != Found::Prefix {
        model.typed.clear();
    }
    let Found::Command(command) = found else { return };
    let is_at_end = model.help.is_none_or(|first| first >= view::help_lines_hidden(model));
    match command {
        Command::ListDown => scroll(model, 1),
        Command::ListUp => scroll(model, -1),
        Command::Open if is_at_end => close(model),
        Command::ListPageDown | Command::Open => scroll(model, i32::from(PAGE)),
        Command::ListPageUp => scroll(model, -i32::from(PAGE)),
        Command::ListFirst => scroll(model, i32::MIN),
        Command::ListLast => scroll(model, i32::MAX),
        Command::Back | Command::Leave | Command::Help | Command::Quit => close(model),
        _ => {}
    }
}

/// No further than the last line; what it is depends on the size of the terminal.
pub(super) fn scroll(model: &mut Model, by: i32) {
    let last = i32::from(view::help_lines_hidden(model));
    model.help = model.help.map(|first| u16::try_from(i32::from(first).saturating_add(by).clamp(0, last)).unwrap_or(0));
}

fn close(model: &mut Model) {
    model.help = None;
    model.typed.clear();
}
