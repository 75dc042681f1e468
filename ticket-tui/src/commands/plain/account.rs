use ticket_core::api::PasswordChange;

use super::ask;
use super::login::with_login;
use crate::commands::output;
use crate::commands::session::Session;
use crate::lang::Say as _;
use crate::model::PASSWORD_FIELDS;
use crate::view::{about_account, logging_out};

/// Tells who is logged in; changes the password, logs out.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    let me = with_login(session, async || Ok(session.client.me().await?)).await?;
    for (what, value) in about_account(&me, session.client.base_url(), lang) {
        output::note(format_args!("{what}: {value}"));
    }
    let choices = lang.say(["Change the password", "Log out"], ["비밀번호 변경", "로그아웃"]);
    let question = lang.say("What to do? q goes back:", "무엇을 할까요? q: 뒤로");
    match ask::menu(lang, question, &choices)? {
        None => Ok(()),
        Some(0) => change_password(session).await,
        Some(_) => {
            output::note(logging_out(lang));
            if !ask::is_sure(lang, lang.say("Log out?", "로그아웃할까요?"))? {
                return Ok(());
            }
            session.client.logout().await?;
            output::note(lang.say("You are logged out.", "로그아웃했습니다."));
            Ok(())
        }
    }
}

async fn change_password(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    let ask = |field: usize| {
        let (english, korean, _) = PASSWORD_FIELDS[field];
        ask::secret(&format!("{}:", lang.say(english, korean)))
    };
    let (current_password, new_password, again) = (ask(0)?, ask(1)?, ask(2)?);
    if new_password != again {
        output::note(lang.say("This is not the same as above.", "위의 새 비밀번호와 다릅니다."));
        return Ok(());
    }
    let change = PasswordChange { current_password, new_password };
    with_login(session, async || Ok(session.client.change_password(&change).await?)).await?;
    output::note(lang.say(
        "The password is changed. Every other session of this account has ended.",
        "비밀번호를 변경했습니다. 이 계정의 다른 로그인은 모두 끝났습니다.",
    ));
    Ok(())
}
