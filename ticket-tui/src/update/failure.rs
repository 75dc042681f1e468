//! What could not be done: again later, again after logging in, or not at all.

use ticket_core::api::ErrorCode;

use super::{checkout, ended, likes, login, marks, password, waitlist};
use crate::effect::Effect;
use crate::event::{Failure, FailureKind};
use crate::lang::{Language, Say};
use crate::model::{Checkout, Model, Offline, Screen};

pub(super) fn failed(model: &mut Model, effect: Effect, failure: &Failure) -> Vec<Effect> {
    if let Effect::Probe { attempt } = effect {
        return probe_failed(model, attempt, failure);
    }
    if let Some(seconds) = failure.busy_seconds().filter(|_| !matches!(effect, Effect::Login(_) | Effect::Join(_))) {
        model.wait_for_server(seconds);
        if effect.is_repeatable() {
            return again_after_pause(model, effect, seconds);
        }
    }
    if effect.is_read() && !matches!(failure.kind, FailureKind::LoggedOut | FailureKind::Offline) {
        model.unread.push((effect.clone(), failure.message.clone()));
    }
    match failure.kind {
        // It was asked in passing; that is no reason to disturb whoever does something else.
        FailureKind::LoggedOut | FailureKind::Refused(_) | FailureKind::Other if is_in_passing(model, &effect) => {
            if failure.kind == FailureKind::LoggedOut {
                waitlist::forget(model);
                likes::forget(model);
            }
            Vec::new()
        }
        FailureKind::LoggedOut if !matches!(effect, Effect::Login(_) | Effect::Logout) => {
            let why = match (model.has_login, model.lang()) {
                (true, lang) => lang
                    .say("Your login has ended. Log in to go on.", "로그인이 끝났습니다. 다시 로그인하면 이어집니다."),
                (false, lang) => lang.say("Log in to go on.", "로그인이 필요합니다."),
            };
            login::ask(model, again_after_login(effect), why);
            Vec::new()
        }
        FailureKind::Offline => offline(model, effect, failure),
        _ => refused(model, &effect, failure),
    }
}

/// What is said where something was typed in vain.
pub(super) fn why(failure: &Failure, lang: Language) -> String {
    match failure.kind {
        FailureKind::Offline => lang
            .say("The server was not reached. Try again.", "서버에 연결하지 못했습니다. 다시 시도하세요.")
            .to_owned(),
        _ => failure.message.clone(),
    }
}

/// Once, however often it was asked meanwhile.
fn again_after_pause(model: &mut Model, effect: Effect, seconds: u64) -> Vec<Effect> {
    if model.after_pause.contains(&effect) {
        return Vec::new();
    }
    model.after_pause.push(effect.clone());
    vec![Effect::Later(seconds, Box::new(effect))]
}

/// Whether it was asked without anybody waiting for it.
fn is_in_passing(model: &Model, effect: &Effect) -> bool {
    match effect {
        Effect::LoadWaitlist => model.screen != Screen::Waitlist,
        Effect::LoadRanking(..) => model.screen != Screen::Ranking,
        Effect::LoadLikes => true,
        _ => false,
    }
}

/// Who is logged in is asked anyway on logging in.
fn again_after_login(effect: Effect) -> Option<Effect> {
    Some(effect).filter(|effect| *effect != Effect::LoadMe)
}

/// The server is not reached: what can be repeated waits for it, what cannot is looked up when it is back.
fn offline(model: &mut Model, effect: Effect, failure: &Failure) -> Vec<Effect> {
    let lang = model.lang();
    let then = match &effect {
        Effect::Hold(performance, _) | Effect::HoldSoon(performance, _) => Some(Effect::LoadHolds(*performance)),
        Effect::ChangeHold { hold, .. } => Some(Effect::LoadHolds(hold.performance)),
        Effect::Cancel(booking, _) => {
            end_cancelling(model);
            model.warn(lang.say(
                "Whether it is cancelled will be seen when the server is back.",
                "취소 여부는 서버가 돌아오면 확인합니다.",
            ));
            Some(Effect::LoadBooking(*booking))
        }
        Effect::Login(_) | Effect::Join(_) => {
            login::failed(model, failure);
            None
        }
        // Sent again, it might find the new password to be the present one.
        Effect::ChangePassword(_) => {
            password::failed(model, failure);
            None
        }
        Effect::Extend(_) => {
            end_changing(model);
            model.warn(lang.say(
                "The server was not reached; the hold is not extended.",
                "서버에 연결할 수 없어 연장하지 못했습니다.",
            ));
            None
        }
        _ => Some(effect),
    };
    go_offline(model, then)
}

fn go_offline(model: &mut Model, then: Option<Effect>) -> Vec<Effect> {
    let is_new = model.offline.is_none();
    let offline = model.offline.get_or_insert(Offline { attempt: 1, then: Vec::new() });
    offline.then.extend(then.filter(|effect| !offline.then.contains(effect)));
    if is_new { vec![Effect::Probe { attempt: 1 }] } else { Vec::new() }
}

/// Tries again, later each time. A server that answers with a refusal is there.
fn probe_failed(model: &mut Model, attempt: u32, failure: &Failure) -> Vec<Effect> {
    if failure.kind != FailureKind::Offline {
        return model.offline.take().map(|offline| offline.then).unwrap_or_default();
    }
    match &mut model.offline {
        None => go_offline(model, None),
        Some(offline) if offline.attempt == attempt => {
            offline.attempt += 1;
            vec![Effect::Probe { attempt: offline.attempt }]
        }
        // Another series of attempts is under way.
        Some(_) => Vec::new(),
    }
}

fn refused(model: &mut Model, effect: &Effect, failure: &Failure) -> Vec<Effect> {
    if let Some(effects) = ended::refused(model, effect, failure) {
        return effects;
    }
    match effect {
        Effect::Login(_) | Effect::Join(_) => login::failed(model, failure),
        Effect::Hold(..) | Effect::HoldSoon(..) | Effect::ChangeHold { .. } => {
            return checkout::hold_refused(model, effect, failure);
        }
        Effect::ChangePassword(_) => password::failed(model, failure),
        // What is asked about the hold or the booking meanwhile goes on.
        effect if effect.is_read() => {
            read_refused(model, effect);
            model.warn(failure.message.clone());
        }
        Effect::SetLike(..) => model.warn(failure.message.clone()),
        Effect::JoinWaitlist { .. } => marks::join_refused(model, failure),
        Effect::LeaveWaitlist(_) | Effect::BookOffer(_) => return waitlist::refused(model, failure),
        Effect::Release(id) if failure.is_hold_gone() => checkout::released(model, *id),
        Effect::Extend(_) | Effect::Confirm(_) => return hold_call_refused(model, effect, failure),
        _ => {
            end_changing(model);
            end_cancelling(model);
            model.warn(failure.message.clone());
        }
    }
    Vec::new()
}

/// What waited for the answer waits no longer.
fn read_refused(model: &mut Model, effect: &Effect) {
    match (effect, &mut model.hall) {
        (Effect::LoadHouse { .. }, _) => model.opening = None,
        (Effect::LoadHolds(_), Some(hall))
            if matches!(hall.checkout, Checkout::Holding(_) | Checkout::Swapping(_) | Checkout::Dropping(_)) =>
        {
            hall.checkout = Checkout::Idle;
        }
        (Effect::LoadBooking(_), ..) => end_cancelling(model),
        _ => {}
    }
}

fn hold_call_refused(model: &mut Model, effect: &Effect, failure: &Failure) -> Vec<Effect> {
    if failure.is_hold_gone() {
        checkout::gone(model, why_gone(model, failure));
    } else if failure.seats.is_empty() {
        end_changing(model);
        model.warn(failure.message.clone());
    } else {
        checkout::gone(model, ("The hold is lost.", "잡은 좌석을 잃었습니다."));
        return checkout::hold_refused(model, effect, failure);
    }
    Vec::new()
}

/// Its time is known: what ends sooner was ended by somebody.
fn why_gone(model: &Model, failure: &Failure) -> (&'static str, &'static str) {
    let hold = model.hall.as_ref().and_then(|hall| hall.hold.as_ref());
    let is_in_time = hold.is_some_and(|hold| model.seconds_until(hold.expires_at) > 0);
    if failure.code() == Some(ErrorCode::HoldNotFound) && is_in_time {
        (
            "The hold is not there any more: it was released or bought elsewhere, or the seats were withdrawn.",
            "잡은 좌석이 없습니다. 다른 곳에서 놓았거나 결제했거나 판매가 중단되었습니다.",
        )
    } else {
        ("The hold ran out before the server was asked.", "서버에 묻기 전에 잡은 시간이 끝났습니다.")
    }
}

fn end_changing(model: &mut Model) {
    if let Some(hall) = &mut model.hall {
        hall.checkout = Checkout::Idle;
    }
}

fn end_cancelling(model: &mut Model) {
    if let Some(page) = &mut model.booking {
        page.is_busy = false;
    }
}
