use crate::field::Field;

/// Changing the password.
#[derive(Debug, Clone, Default)]
pub struct PasswordForm {
    /// The present one, the new one, and the new one again.
    pub fields: [Field; 3],
    /// The field that takes the keys.
    pub focus: usize,
    /// While the server is asked.
    pub is_busy: bool,
    /// What is wrong, and with which field.
    pub error: Option<(Option<usize>, String)>,
}

/// What the fields are called: in English, in Korean, and by the server.
pub(crate) const PASSWORD_FIELDS: [(&str, &str, &str); 3] =
    [("Present", "현재", "currentPassword"), ("New", "새 암호", "newPassword"), ("New again", "다시 입력", "")];
