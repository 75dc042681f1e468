use crossterm::event::KeyEvent;
use ticket_core::api::{Credentials, ErrorCode, JoinRequest, Me};

use super::form::{self, Wish};
use super::{likes, waitlist};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::is_ctrl;
use crate::lang::Say;
use crate::model::{Checkout, Login, LoginMode, Model, Screen};

pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let lang = model.lang();
    let login = &mut model.login;
    if is_ctrl(key, 'n') {
        switch_mode(login);
        return Vec::new();
    }
    let names = login.fields();
    match form::key(&mut login.form, names, lang, key) {
        Wish::None => {}
        Wish::Leave => leave(model),
        Wish::Send => return send(login),
    }
    Vec::new()
}

/// Asks to log in, and to go on with `then` afterwards.
pub(super) fn ask(model: &mut Model, then: Option<Effect>, why: &str) {
    let known = model.me.take();
    model.has_login = false;
    model.login.then.extend(then);
    model.login.form.is_busy = false;
    if model.screen != Screen::Login {
        model.login.back = model.screen;
        model.screen = Screen::Login;
        model.help = None;
        let form = &mut model.login.form;
        form.error = Some((None, why.to_owned()));
        if let Some(me) = known {
            form.fields[0].insert(&me.email);
            form.focus = 1;
        }
    }
}

/// Opens the login; one comes back to where one was.
pub(super) fn open(model: &mut Model) {
    if model.screen != Screen::Login {
        model.login.back = model.screen;
        model.screen = Screen::Login;
    }
}

/// Logs out, and leaves what belongs to a user.
pub(super) fn log_out(model: &mut Model) -> Vec<Effect> {
    model.me = None;
    model.has_login = false;
    waitlist::forget(model);
    likes::forget(model);
    model.return_to(Screen::Shows);
    model.held_elsewhere.clear();
    model.opening = None;
    let said = model.lang().say("You are logged out.", "로그아웃했습니다.");
    model.say(said);
    // What was held is the other user's.
    let left = model.hall.take().map(|_| Effect::Unfollow);
    left.into_iter().chain([Effect::Logout]).collect()
}

pub(super) fn logged_in(model: &mut Model, me: Me) -> Vec<Effect> {
    let name = me.name.clone();
    model.me = Some(me);
    model.has_login = true;
    let mut effects: Vec<Effect> =
        model.hall.iter().map(|hall| Effect::LoadHolds(hall.performance())).filter(|_| !is_holding(model)).collect();
    if model.screen == Screen::Login {
        let login = std::mem::take(&mut model.login);
        model.screen = login.back;
        let welcome = model.lang().say(format!("Welcome, {name}."), format!("{name}님, 안녕하세요."));
        model.say(welcome);
        effects.extend(login.then);
    }
    if !effects.contains(&Effect::LoadWaitlist) {
        effects.push(waitlist::look(model));
    }
    effects.push(likes::look(model));
    effects
}

pub(super) fn failed(model: &mut Model, failure: &Failure) {
    let lang = model.lang();
    let login = &mut model.login;
    let (field, why) = form::fault(login.fields(), failure, lang);
    let field = field.or(match failure.code() {
        Some(ErrorCode::EmailTaken) => Some(0),
        Some(ErrorCode::WrongCredentials) => Some(1),
        _ => None,
    });
    login.form.fail(field, why);
}

/// Whether a hold is being asked for: its answer says what is held.
fn is_holding(model: &Model) -> bool {
    model.hall.as_ref().is_some_and(|hall| hall.checkout != Checkout::Idle)
}

/// Without a login one can look around; what needed one is not done.
fn leave(model: &mut Model) {
    let login = std::mem::take(&mut model.login);
    model.screen = login.back;
    while matches!(model.screen, Screen::Bookings | Screen::Booking | Screen::Waitlist | Screen::Account) {
        model.go_back();
    }
    model.opening = None;
    if let Some(hall) = &mut model.hall {
        hall.checkout = Checkout::Idle;
        hall.is_joining = false;
    }
    model.waitlist.is_busy = false;
}

fn switch_mode(login: &mut Login) {
    login.mode = if login.mode == LoginMode::Login { LoginMode::Join } else { LoginMode::Login };
    login.form.focus = login.form.focus.min(login.fields().len() - 1);
    login.form.error = None;
}

fn send(login: &Login) -> Vec<Effect> {
    let [email, password, name] = login.form.texts();
    vec![match login.mode {
        LoginMode::Login => Effect::Login(Credentials { email, password }),
        LoginMode::Join => Effect::Join(JoinRequest { email, password, name }),
    }]
}
