use super::{login, password};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

/// Who is logged in; without that, the login.
pub(super) fn open(model: &mut Model) {
    if model.me.is_none() {
        login::open(model);
    } else if model.screen != Screen::Account {
        model.go_to(Screen::Account);
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::ChangePassword => {
            password::open(model);
            Vec::new()
        }
        Command::LogOut => login::log_out(model),
        Command::Back => {
            model.go_back();
            Vec::new()
        }
        _ => Vec::new(),
    }
}
