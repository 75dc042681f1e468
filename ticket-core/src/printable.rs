//! Text from others on a terminal: what a stranger has written must not steer it.
//!
//! A control character can move the cursor, clear the screen, or set the title of the window; an override or isolate of
//! the direction of writing makes a text look like another. Names of users have none of these, and programs that print what
//! others have written escape them.
//!
//! ```
//! use ticket_core::printable::{is_printable, printable};
//!
//! assert!("레미제라블".chars().all(is_printable));
//! assert_eq!(printable("x\u{1b}[2Jy"), r"x\u{1b}[2Jy");
//! ```

use std::borrow::Cow;

/// Whether a terminal shows a character, and does nothing else with it: no control character, and no override or isolate of
/// the direction of writing.
#[must_use]
pub fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with everything escaped that is not [printable](is_printable), as Rust writes it: `\n`, `\u{1b}`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_printable(c) {
            escaped.push(c);
        } else {
            escaped.extend(c.escape_default());
        }
    }
    Cow::Owned(escaped)
}

/// The same for a message of several lines, which stay lines.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c == '\n' || is_printable(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(printable).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert!(matches!(printable("Mina Kim 민아 \"M\" \\ é"), Cow::Borrowed(_)));
        for (text, shown) in [
            ("x\u{1b}]0;pwned\u{7}\u{1b}[2Jy", r"x\u{1b}]0;pwned\u{7}\u{1b}[2Jy"),
            ("\u{9b}2J", r"\u{9b}2J"),
            ("a\nb\r\tc\u{7f}", r"a\nb\r\tc\u{7f}"),
            ("nim\u{202e}gpj.a\u{2066}", r"nim\u{202e}gpj.a\u{2066}"),
        ] {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(printable_lines("Delete it?\nType \u{7}"), "Delete it?\nType \\u{7}");
        assert!(matches!(printable_lines("Delete it?\nType"), Cow::Borrowed(_)));
    }
}
