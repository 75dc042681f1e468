use ticket_core::api::JoinRequest;
use ticket_core::client::ClientError;

use super::ask::{self, End};
use crate::commands::exit::Exit;
use crate::commands::session::Session;
use crate::commands::{login, output};
use crate::event::FailureKind;
use crate::lang::{Language, Say as _};

/// Whether the login that is kept still counts.
pub(super) async fn is_logged_in(session: &Session) -> anyhow::Result<bool> {
    if session.client.tokens().is_none() {
        return Ok(false);
    }
    match session.client.me().await {
        Ok(_) => Ok(true),
        Err(error) if FailureKind::of(&error) == FailureKind::LoggedOut => {
            output::note(has_ended(session.lang));
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks until somebody is logged in; `false` when the user would rather not.
pub(super) async fn log_in(session: &Session) -> anyhow::Result<bool> {
    let mut was_refused = false;
    loop {
        match try_to(session).await {
            Ok(None) => return Ok(false),
            Ok(Some(())) => return Ok(true),
            // A script must see that it was not let in.
            Err(error) if error.is::<End>() && was_refused => {
                return Err(session.reason(Exit::NotPermitted, "nobody is logged in", "로그인하지 못했습니다"));
            }
            Err(error) if is_refusal(&error) => {
                output::note(format_args!("{error:#}"));
                was_refused = true;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether the server was there, and said no.
pub(super) fn is_refusal(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ClientError>().is_some_and(|error| error.problem().is_some())
}

async fn try_to(session: &Session) -> ask::Answer<()> {
    let lang = session.lang;
    let ways = lang.say(["Log in", "Join"], ["로그인", "가입"]);
    let question = lang.say("Log in or join? q quits:", "로그인 또는 가입? q: 종료");
    let Some(way) = ask::menu(lang, question, &ways)? else { return Ok(None) };
    let Some(email) = ask::line(lang.say("Email:", "이메일:"))? else { return Ok(None) };
    let password = ask::secret(lang.say("Password:", "비밀번호:"))?;
    if way == 1 {
        let Some(name) = ask::line(lang.say("Name:", "이름:"))? else { return Ok(None) };
        session.client.join(&JoinRequest { email: email.clone(), password: password.clone(), name }).await?;
    }
    login::log_in(session, email, password).await.map(Some)
}

/// Does something that needs a login. When it has ended, asks for it and goes on where one was.
pub(super) async fn with_login<T>(session: &Session, what: impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    match what().await {
        Err(error) if is_over(&error) => {
            output::note(has_ended(session.lang));
            if log_in(session).await? { what().await } else { Err(error) }
        }
        outcome => outcome,
    }
}

fn has_ended(lang: Language) -> &'static str {
    lang.say("Your login has ended. Log in to go on.", "로그인이 끝났습니다. 다시 로그인하면 이어집니다.")
}

fn is_over(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ClientError>().is_some_and(|error| FailureKind::of(error) == FailureKind::LoggedOut)
}
