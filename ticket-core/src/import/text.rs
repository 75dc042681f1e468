//! What names, labels and guids may be.

use crate::printable::is_printable;

/// Longest name, address and so on, in characters.
const CHARS_MAX: usize = 200;

/// A text without the white space around it, or what is wrong with it.
pub(super) fn checked(text: &str) -> Result<&str, String> {
    let trimmed = text.trim();
    if trimmed.chars().any(char::is_control) {
        return Err(format!("{trimmed:?} has a control character or a line break"));
    }
    if !trimmed.chars().all(is_printable) {
        return Err(format!("{trimmed:?} has an override of the direction of writing"));
    }
    let chars = trimmed.chars().count();
    if chars > CHARS_MAX {
        return Err(format!("is {chars} characters long; allowed are {CHARS_MAX}"));
    }
    Ok(trimmed)
}

/// The same for a text that must say something.
pub(super) fn name(text: &str) -> Result<&str, String> {
    let name = checked(text)?;
    if name.is_empty() { Err("must not be empty".to_owned()) } else { Ok(name) }
}
