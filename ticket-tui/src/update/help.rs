use crossterm::event::{KeyCode, KeyEvent};

use crate::model::Model;

pub(super) fn open(model: &mut Model) {
    model.help = Some(0);
}

/// Help is scrolled by what scrolls lists anywhere; what leaves anything leaves it.
pub(super) fn key(model: &mut Model, key: KeyEvent) {
    let Some(first) = model.help else { return };
    model.help = match key.code {
        KeyCode::Down | KeyCode::Char('j') => Some(first.saturating_add(1)),
        KeyCode::Up | KeyCode::Char('k') => Some(first.saturating_sub(1)),
        KeyCode::PageDown | KeyCode::Char(' ') => Some(first.saturating_add(10)),
        KeyCode::PageUp => Some(first.saturating_sub(10)),
        KeyCode::Home => Some(0),
        KeyCode::Esc | KeyCode::Enter | KeyCode::F(1) | KeyCode::Char('?' | 'q') => None,
        _ => Some(first),
    };
    // No further than the last line; what it is depends on the size of the terminal.
    model.help = model.help.map(|first| first.min(crate::view::help_lines_hidden(model)));
}
