//! Changing the password, on the account.

use crossterm::event::{KeyCode, KeyEvent};
use ticket_core::api::{ErrorCode, PasswordChange};

use crate::effect::Effect;
use crate::event::Failure;
use crate::lang::Say;
use crate::model::{Model, PASSWORD_FIELDS, PasswordForm};

pub(super) fn open(model: &mut Model) {
    model.password = Some(PasswordForm::default());
}

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let Some(form) = &mut model.password else { return Vec::new() };
    let count = PASSWORD_FIELDS.len();
    match key.code {
        KeyCode::Esc => model.password = None,
        KeyCode::Tab | KeyCode::Down => form.focus = (form.focus + 1) % count,
        KeyCode::BackTab | KeyCode::Up => form.focus = (form.focus + count - 1) % count,
        KeyCode::Enter => return enter(model),
        _ => {
            if form.fields.get_mut(form.focus).is_some_and(|field| field.key(key)) {
                form.error = None;
            }
        }
    }
    Vec::new()
}

pub(super) fn paste(model: &mut Model, text: &str) {
    if let Some(form) = &mut model.password
        && let Some(field) = form.fields.get_mut(form.focus)
    {
        field.insert(text.trim());
    }
}

/// Enter goes to the next empty field; in the last one it sends, if both new ones are the same.
fn enter(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(form) = model.password.as_mut().filter(|form| !form.is_busy) else { return Vec::new() };
    if let Some(empty) = form.fields.iter().position(|field| field.text().is_empty()) {
        let is_skipped = empty <= form.focus;
        form.error = is_skipped.then(|| (Some(empty), lang.say("This is missing.", "필수 항목입니다.").to_owned()));
        form.focus = empty;
        return Vec::new();
    }
    let [current_password, new_password, again] = form.fields.each_ref().map(|field| field.text().to_owned());
    if new_password != again {
        let text = lang.say("This is not the same as above.", "위의 새 비밀번호와 다릅니다.");
        form.error = Some((Some(2), text.to_owned()));
        form.fields[2].clear();
        form.focus = 2;
        return Vec::new();
    }
    form.is_busy = true;
    form.error = None;
    vec![Effect::ChangePassword(PasswordChange { current_password, new_password })]
}

pub(super) fn changed(model: &mut Model) {
    model.password = None;
    let said = model.lang().say(
        "The password is changed. Every other session of this account has ended.",
        "비밀번호를 변경했습니다. 이 계정의 다른 로그인은 모두 끝났습니다.",
    );
    model.say(said);
}

pub(super) fn failed(model: &mut Model, failure: &Failure) {
    let why = super::failure::why(failure, model.lang());
    let Some(form) = &mut model.password else { return };
    form.is_busy = false;
    let named = failure.field.as_deref().and_then(|name| PASSWORD_FIELDS.iter().position(|(.., wire)| *wire == name));
    let field = named.or((failure.code() == Some(ErrorCode::WrongCredentials)).then_some(0));
    form.focus = field.unwrap_or(form.focus);
    form.error = Some((field, why));
}
