use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::api::{Credentials, Me, TokenPair};

use super::exit::Exit;
use super::session::{Session, ask, ask_secret};
use super::{LoginArgs, output};
use crate::lang::Say as _;

pub(super) async fn login(session: &Session, args: LoginArgs) -> anyhow::Result<()> {
    let can_ask = io::stdin().is_terminal();
    let email = match args.email {
        Some(email) => email,
        None if can_ask => ask(session.lang.say("Email:", "이메일:"))?.unwrap_or_default(),
        None => return Err(missing(session, "--email")),
    };
    let password = if args.password_stdin {
        first_line()?
    } else if can_ask {
        ask_secret(session.lang.say("Password:", "비밀번호:"))?.unwrap_or_default()
    } else {
        return Err(missing(session, "--password-stdin"));
    };
    log_in(session, email, password).await?;
    if args.json { output::json(&LoggedIn::now(session).await?) } else { Ok(()) }
}

/// Who is logged in, and how long without being asked again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoggedIn {
    #[serde(flatten)]
    me: Me,
    /// By the server's clock, unless the login is used before: then the time begins anew.
    expires_at: Timestamp,
}

impl LoggedIn {
    async fn now(session: &Session) -> anyhow::Result<Self> {
        let (me, time) = tokio::try_join!(session.client.me(), session.client.time())?;
        let now = Timestamp::from_millisecond(time.server_time)?;
        Ok(Self { me, expires_at: now.checked_add(TokenPair::LIFETIME)? })
    }
}

/// Logs in, keeps the login, and says who it is.
pub(super) async fn log_in(session: &Session, email: String, password: String) -> anyhow::Result<()> {
    session.client.login(&Credentials { email, password }).await?;
    session.keep().context("the login cannot be kept")?;
    let me = session.client.me().await?;
    output::note(session.lang.say(
        format!("Logged in as {} <{}>.", me.name, me.email),
        format!("{} <{}> 님으로 로그인했습니다.", me.name, me.email),
    ));
    Ok(())
}

fn missing(session: &Session, option: &str) -> anyhow::Error {
    session.reason(
        Exit::Usage,
        format!("{option} is needed when standard input is no terminal"),
        format!("표준 입력이 터미널이 아니면 {option} 옵션이 필요합니다"),
    )
}

fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
