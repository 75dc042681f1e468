use super::form::FieldName;
use super::{Form, Screen};
use crate::effect::Effect;

/// Logging in, or joining.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which of the two.
    pub mode: LoginMode,
    /// Email, password, and on joining the name.
    pub form: Form,
    /// Where to go afterwards.
    pub back: Screen,
    /// What to do again afterwards: the login ran out in the middle of it.
    pub then: Vec<Effect>,
}

/// Logging in, or joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginMode {
    /// With an account.
    Login,
    /// Without.
    Join,
}

const FIELDS: [FieldName; 3] =
    [("Email", "이메일", "email"), ("Password", "비밀번호", "password"), ("Name", "이름", "name")];

impl Default for Login {
    fn default() -> Self {
        Self { mode: LoginMode::Login, form: Form::default(), back: Screen::Shows, then: Vec::new() }
    }
}

impl Login {
    /// The fields that are asked for.
    #[must_use]
    pub(crate) fn fields(&self) -> &'static [FieldName] {
        if self.mode == LoginMode::Join { &FIELDS } else { &FIELDS[..2] }
    }
}
