//! A line of text being typed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::keys::{is_ctrl, types_text};
use crate::text::{fit, width};

/// Longest text that a field takes, in characters.
const CHARS_MAX: usize = 200;

/// A line of text with a cursor in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// In characters.
    cursor: usize,
}

impl Field {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor.
    #[must_use]
    pub fn before_cursor(&self) -> &str {
        &self.text[..self.byte(self.cursor)]
    }

    /// The part of the text around its cursor that fits into so many cells, and where the cursor is in it.
    #[must_use]
    pub fn window(&self, cells: usize) -> (String, u16) {
        window(&self.text, self.before_cursor(), cells)
    }

    /// As [`Field::window`], with a dot for every character.
    #[must_use]
    pub fn dots(&self, cells: usize) -> (String, u16) {
        let hide = |text: &str| "•".repeat(text.chars().count());
        window(&hide(&self.text), &hide(self.before_cursor()), cells)
    }

    /// Empties the field.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts text at the cursor; control characters are left out.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.text.chars().count() >= CHARS_MAX {
                return;
            }
            self.text.insert(self.byte(self.cursor), c);
            self.cursor += 1;
        }
    }

    /// Takes a key; says whether it meant something here.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let end = self.text.chars().count();
        match key.code {
            _ if is_ctrl(key, 'u') => self.remove(0, self.cursor),
            _ if is_ctrl(key, 'w') => self.remove(self.word_start(), self.cursor),
            _ if is_ctrl(key, 'a') => self.cursor = 0,
            _ if is_ctrl(key, 'e') => self.cursor = end,
            KeyCode::Char(c) if types_text(key) => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if self.cursor > 0 => self.remove(self.cursor - 1, self.cursor),
            KeyCode::Delete if self.cursor < end => self.remove(self.cursor, self.cursor + 1),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(end),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = end,
            KeyCode::Backspace | KeyCode::Delete => {}
            _ => return false,
        }
        true
    }

    fn remove(&mut self, from: usize, to: usize) {
        let range = self.byte(from)..self.byte(to);
        self.text.replace_range(range, "");
        self.cursor = from;
    }

    fn word_start(&self) -> usize {
        let before = self.before_cursor().trim_end();
        before.rfind(char::is_whitespace).map_or(0, |at| self.text[..at].chars().count() + 1)
    }

    fn byte(&self, chars: usize) -> usize {
        self.text.char_indices().nth(chars).map_or(self.text.len(), |(at, _)| at)
    }
}

fn window(text: &str, before: &str, cells: usize) -> (String, u16) {
    let mut start = 0;
    while width(&before[start..]) > cells {
        start += before[start..].chars().next().map_or(1, char::len_utf8);
    }
    let cursor = u16::try_from(width(&before[start..])).unwrap_or(0);
    (fit(&text[start..], cells), cursor)
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn press(field: &mut Field, codes: &[KeyCode]) {
        for code in codes {
            field.key(KeyEvent::new(*code, KeyModifiers::NONE));
        }
    }

    #[test]
    fn edits_hangul_in_the_middle() {
        let mut field = Field::default();
        field.insert("김민");
        press(&mut field, &[KeyCode::Left, KeyCode::Char('수'), KeyCode::Right, KeyCode::Backspace]);
        assert_eq!((field.text(), field.before_cursor()), ("김수", "김수"));
        press(&mut field, &[KeyCode::Home, KeyCode::Delete, KeyCode::Delete, KeyCode::Delete]);
        assert_eq!(field.text(), "");
    }

    #[test]
    fn ctrl_w_takes_a_word_and_ctrl_u_all_before() {
        let mut field = Field::default();
        field.insert("레 미제라블  ");
        field.key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(field.text(), "레 ");
        field.key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(field.text(), "");
    }

    #[test]
    fn is_limited_and_takes_no_control_characters() {
        let mut field = Field::default();
        field.insert(&"a\u{1b}\n".repeat(1_000));
        assert_eq!(field.text().len(), CHARS_MAX);
    }
}
