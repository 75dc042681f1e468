use jiff::Timestamp;

use super::Accounts;
use crate::api::JoinRequest;
use crate::complaint::Complaint;
use crate::domain::{Email, Language, NewUser, ParseError, Role, UserId, limits};
use crate::error::Error;
use crate::printable::is_printable;
use crate::storage::NewAccount;

const PASSWORD_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=128;

impl Accounts {
    /// Creates a buyer's account.
    pub(crate) async fn join(&self, request: JoinRequest, language: Language, now: Timestamp) -> Result<UserId, Error> {
        let email: Email = request.email.parse().map_err(|error: ParseError| Error::Invalid {
            field: "email",
            problem: no_email(&request.email, &error),
        })?;
        let name = check_name(&request.name)?;
        check_password("password", &request.password)?;
        let password_hash = Some(self.passwords.hash(request.password).await?);
        self.store.join(NewAccount { email, name, role: Role::Buyer, language, password_hash }, now).await
    }

    /// Creates accounts without a password, all or none.
    pub(crate) async fn add(&self, users: Vec<NewUser>, now: Timestamp) -> Result<Vec<UserId>, Error> {
        let account = |NewUser { email, name, role, language }| -> Result<NewAccount, Error> {
            Ok(NewAccount { email, name: check_name(&name)?, role, language, password_hash: None })
        };
        let accounts = users.into_iter().map(account).collect::<Result<_, _>>()?;
        self.store.join_all(accounts, now).await
    }
}

fn no_email(given: &str, error: &ParseError) -> Complaint {
    let korean = format!("{given:?}은(는) 이메일 주소가 아닙니다. 공백 없는 name@host 형식, 최대 254바이트여야 합니다");
    Complaint::new(error.to_string(), korean)
}

/// A name without the spaces around it, which no terminal and no page shows as something else.
pub(super) fn check_name(name: &str) -> Result<String, Error> {
    let text = limits::of("name", limits::text(name))?;
    check_length("name", text, limits::USER_NAME_CHARACTERS)?;
    if !name.chars().all(is_printable) {
        let problem = Complaint::new(
            "begins or ends with a control character or a line break",
            "제어 문자나 줄바꿈으로 시작하거나 끝납니다",
        );
        return Err(Error::Invalid { field: "name", problem });
    }
    Ok(text.to_owned())
}

pub(super) fn check_password(field: &'static str, password: &str) -> Result<(), Error> {
    check_length(field, password, PASSWORD_CHARACTERS)
}

fn check_length(field: &'static str, text: &str, allowed: std::ops::RangeInclusive<usize>) -> Result<(), Error> {
    let length = text.chars().count();
    if allowed.contains(&length) {
        return Ok(());
    }
    Err(Error::Invalid { field, problem: Complaint::characters(length, &allowed) })
}
