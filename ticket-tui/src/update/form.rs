//! Typing into a form.

use crossterm::event::{KeyCode, KeyEvent};

use super::failure;
use crate::event::Failure;
use crate::lang::{Language, Say};
use crate::model::{FieldName, Form};

/// What a key does that the form cannot do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// Nothing.
    None,
    /// To leave the form.
    Leave,
    /// To send it; every field is filled in.
    Send,
}

/// Takes a key into a form that has the fields of these names. Enter goes to the next empty field; in the last one it sends.
pub(super) fn key(form: &mut Form, names: &[FieldName], lang: Language, key: KeyEvent) -> Wish {
    let count = names.len();
    match key.code {
        KeyCode::Esc => return Wish::Leave,
        KeyCode::Tab | KeyCode::Down => form.focus = (form.focus + 1) % count,
        KeyCode::BackTab | KeyCode::Up => form.focus = (form.focus + count - 1) % count,
        KeyCode::Enter if form.is_busy => {}
        KeyCode::Enter => return enter(form, names, lang),
        _ => {
            if form.fields.get_mut(form.focus).is_some_and(|field| field.key(key)) {
                form.error = None;
            }
        }
    }
    Wish::None
}

fn enter(form: &mut Form, names: &[FieldName], lang: Language) -> Wish {
    let empty = names.iter().zip(&form.fields).position(|(_, field)| field.text().is_empty());
    let Some(empty) = empty else {
        form.is_busy = true;
        form.error = None;
        return Wish::Send;
    };
    let (english, korean, _) = names[empty];
    let is_skipped = empty <= form.focus;
    let missing = lang.say(format!("{english} is missing."), format!("{korean}: 필수 항목입니다."));
    form.error = is_skipped.then_some((Some(empty), missing));
    form.focus = empty;
    Wish::None
}

pub(super) fn paste(form: &mut Form, text: &str) {
    if let Some(field) = form.fields.get_mut(form.focus) {
        field.insert(text.trim());
    }
}

/// The field that the server has found fault with, and what it says of it: below the field, without the name that only
/// programs use.
pub(super) fn fault(names: &[FieldName], failure: &Failure, lang: Language) -> (Option<usize>, String) {
    let why = failure::why(failure, lang);
    let field = failure.field.as_deref().and_then(|name| names.iter().position(|(.., wire)| *wire == name));
    let bare = field.and_then(|field| why.strip_prefix(names[field].2)?.strip_prefix(": "));
    (field, bare.map(str::to_owned).unwrap_or(why))
}
