use super::form::FieldName;

/// On changing the password: the present one, the new one, and the new one again.
pub(crate) const PASSWORD_FIELDS: [FieldName; 3] =
    [("Present", "현재", "currentPassword"), ("New", "새 암호", "newPassword"), ("New again", "다시 입력", "")];
