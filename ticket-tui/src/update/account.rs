use super::{login, password};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

/// Who is logged in; without that, the login. While it is not known whether the login still counts, that is asked.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if !model.has_login {
        login::open(model);
        return Vec::new();
    }
    if model.screen != Screen::Account {
        model.go_to(Screen::Account);
    }
    let is_asked = model.me.is_some() || model.offline.as_ref().is_some_and(|off| off.then.contains(&Effect::LoadMe));
    if is_asked { Vec::new() } else { vec![Effect::LoadMe] }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Refresh => vec![Effect::LoadMe],
        Command::ChangePassword | Command::LogOut if model.me.is_none() => Vec::new(),
        Command::ChangePassword => {
            password::open(model);
            Vec::new()
        }
        Command::LogOut => login::log_out(model),
        Command::Back | Command::Leave => {
            model.go_back();
            Vec::new()
        }
        _ => Vec::new(),
    }
}
