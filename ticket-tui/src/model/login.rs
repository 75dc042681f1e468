use super::Screen;
use crate::effect::Effect;
use crate::field::Field;

/// Logging in, or joining.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which of the two.
    pub mode: LoginMode,
    /// Email, password, and on joining the name.
    pub fields: [Field; 3],
    /// The field that takes the keys.
    pub focus: usize,
    /// While the server is asked.
    pub is_busy: bool,
    /// What is wrong, and with which field.
    pub error: Option<(Option<usize>, String)>,
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

/// What the fields are called: in English, in Korean, and by the server.
pub(crate) const FIELDS: [(&str, &str, &str); 3] =
    [("Email", "이메일", "email"), ("Password", "비밀번호", "password"), ("Name", "이름", "name")];

impl Default for Login {
    fn default() -> Self {
        Self {
            mode: LoginMode::Login,
            fields: Default::default(),
            focus: 0,
            is_busy: false,
            error: None,
            back: Screen::Shows,
            then: Vec::new(),
        }
    }
}

impl Login {
    /// How many of the fields are asked for.
    #[must_use]
    pub fn field_count(&self) -> usize {
        if self.mode == LoginMode::Join { 3 } else { 2 }
    }
}
