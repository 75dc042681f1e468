//! Changing the password, on the account.

use crossterm::event::KeyEvent;
use ticket_core::api::{ErrorCode, PasswordChange};

use super::form::{self, Wish};
use crate::effect::Effect;
use crate::event::Failure;
use crate::lang::Say;
use crate::model::{Form, Model, PASSWORD_FIELDS};

/// The field in which the new one is typed again.
const AGAIN: usize = 2;

pub(super) fn open(model: &mut Model) {
    model.password = Some(Form::default());
}

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let lang = model.lang();
    let Some(form) = &mut model.password else { return Vec::new() };
    match form::key(form, &PASSWORD_FIELDS, lang, key) {
        Wish::None => {}
        Wish::Leave => model.password = None,
        Wish::Send => return send(model),
    }
    Vec::new()
}

/// Sends the form if both new ones are the same.
fn send(model: &mut Model) -> Vec<Effect> {
    let lang = model.lang();
    let Some(form) = &mut model.password else { return Vec::new() };
    let [current_password, new_password, again] = form.texts();
    if new_password != again {
        form.fields[AGAIN].clear();
        form.fail(Some(AGAIN), lang.say("This is not the same as above.", "위의 새 비밀번호와 다릅니다.").to_owned());
        return Vec::new();
    }
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
    let (field, why) = form::fault(&PASSWORD_FIELDS, failure, model.lang());
    let Some(form) = &mut model.password else { return };
    let is_wrong = failure.code() == Some(ErrorCode::WrongCredentials);
    form.fail(field.or(is_wrong.then_some(0)), why);
}
