//! One key as it is written in help and configuration: `j`, `Space`, `C-d`.

use std::fmt;
use std::str::FromStr;

use super::hangul::is_hangul;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key that can be bound. Shift is part of the character, so it is not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stroke {
    code: KeyCode,
    is_ctrl: bool,
}

/// Keys without a character, by their names.
const NAMED: [(&str, KeyCode); 16] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("S-Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
];
/// What the arrows look like on the screen.
const ARROWS: [(KeyCode, &str); 4] =
    [(KeyCode::Left, "←"), (KeyCode::Right, "→"), (KeyCode::Up, "↑"), (KeyCode::Down, "↓")];

impl Stroke {
    /// The key on the screen, where an arrow says more than its name.
    #[must_use]
    pub fn label(&self) -> String {
        let arrow = ARROWS.iter().find(|(code, _)| *code == self.code && !self.is_ctrl);
        arrow.map_or_else(|| self.to_string(), |(_, arrow)| (*arrow).to_owned())
    }

    /// Why no command can have this key, if so: it means something else, or no terminal sends it.
    pub(super) fn why_not(&self) -> Option<String> {
        match (self.code, self.is_ctrl) {
            (KeyCode::Char(digit @ '1'..='9'), false) => Some(format!("{digit} counts: allowed of the digits is 0")),
            (KeyCode::Char(c), false) if is_hangul(c) => {
                Some(format!("{c} counts as the latin keys under it; allowed are those"))
            }
            (KeyCode::Char('c'), true) => Some("C-c always quits; allowed is any other key".into()),
            (KeyCode::Char('z'), true) => Some("C-z always suspends; allowed is any other key".into()),
            (KeyCode::Char('l'), true) => Some("C-l always draws anew; allowed is any other key".into()),
            (KeyCode::Char('a'..='h' | 'j' | 'k' | 'n'..='y' | ' '), true) => None,
            (KeyCode::Char(_) | KeyCode::Enter | KeyCode::Esc | KeyCode::Tab | KeyCode::BackTab, true)
            | (KeyCode::Backspace, true) => Some(format!(
                "terminals do not send {self}; allowed with C- are a to y but c, i, l, m, and Space, arrows and the like"
            )),
            _ => None,
        }
    }
}

impl From<KeyEvent> for Stroke {
    fn from(key: KeyEvent) -> Self {
        Self { code: key.code, is_ctrl: key.modifiers.contains(KeyModifiers::CONTROL) }
    }
}

impl fmt::Display for Stroke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_ctrl {
            f.write_str("C-")?;
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, KeyCode::F(n)) => write!(f, "F{n}"),
            (None, _) => f.write_str("?"),
        }
    }
}

impl FromStr for Stroke {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (is_ctrl, name) = match text.strip_prefix("C-") {
            Some(name) if !name.is_empty() => (true, name),
            _ => (false, text),
        };
        let named = NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
        let function = || name.strip_prefix('F')?.parse().ok().filter(|n| (1..=12).contains(n)).map(KeyCode::F);
        let character = || {
            let mut chars = name.chars();
            chars.next().filter(|c| chars.next().is_none() && !c.is_whitespace() && !c.is_control()).map(KeyCode::Char)
        };
        match named.or_else(function).or_else(character) {
            Some(code) => Ok(Self { code, is_ctrl }),
            None => {
                let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
                Err(format!(
                    "{text:?} is no key; allowed are a character, {}, F1 to F12, and these with C- for Ctrl",
                    names.join(", ")
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        for text in ["j", "G", "?", "/", "-", "Space", "Enter", "S-Tab", "C-d", "F1", "PageDown", "한", "F"] {
            assert_eq!(text.parse::<Stroke>().unwrap().to_string(), text);
        }
        assert_eq!("space".parse::<Stroke>().unwrap().to_string(), "Space");
    }

    #[test]
    fn a_key_that_means_something_else_or_cannot_be_pressed_is_told() {
        let why = |text: &str| text.parse::<Stroke>().unwrap().why_not();
        for (text, part) in [
            ("3", "3 counts"),
            ("C-c", "always quits"),
            ("C-z", "always suspends"),
            ("C-l", "always draws anew"),
            ("한", "latin keys under it"),
            ("ㅓ", "latin keys under it"),
            ("C-i", "do not send C-i"),
            ("C-A", "do not send C-A"),
            ("C-Enter", "do not send C-Enter"),
        ] {
            assert!(
                why(text).is_some_and(|why| why.contains(part) && why.contains("allowed")),
                "{text}: {:?}",
                why(text)
            );
        }
        for text in ["0", "b", "B", "C-b", "C-Space", "C-Left", "F5", "日", "Esc"] {
            assert_eq!(why(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_named() {
        for bad in ["", " ", "jj", "F13", "Hyper-x", "\u{1b}"] {
            let error = bad.parse::<Stroke>().unwrap_err();
            assert!(error.contains(&format!("{bad:?}")) && error.contains("PageDown"), "{error}");
        }
    }
}
