//! Questions that are answered with yes or no before something is done that cannot be undone.

use crossterm::event::{KeyCode, KeyEvent};

/// The answer that a key gives, if it gives one.
pub(super) fn reply(key: KeyEvent) -> Option<bool> {
    match key.code {
        KeyCode::Char('y' | 'Y') => Some(true),
        KeyCode::Char('n' | 'N') | KeyCode::Esc => Some(false),
        _ => None,
    }
}
