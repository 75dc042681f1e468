use jiff::Timestamp;

use super::Accounts;
use crate::api::JoinRequest;
use crate::domain::{Email, Language, NewUser, Role, UserId, limits};
use crate::error::Error;
use crate::printable::is_printable;
use crate::storage::NewAccount;

const PASSWORD_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=128;

impl Accounts {
    /// Creates a buyer's account.
    pub(crate) async fn join(&self, request: JoinRequest, language: Language, now: Timestamp) -> Result<UserId, Error> {
        let email: Email =
            request.email.parse().map_err(|error| Error::Invalid { field: "email", problem: format!("{error}") })?;
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

/// A name without the spaces around it, which no terminal and no page shows as something else.
pub(super) fn check_name(name: &str) -> Result<String, Error> {
    let text = limits::of("name", limits::text(name))?;
    check_length("name", text, limits::USER_NAME_CHARACTERS)?;
    if !name.chars().all(is_printable) {
        let problem = "begins or ends with a control character or a line break".to_owned();
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
    let problem = format!("has {length} characters; allowed are {} to {}", allowed.start(), allowed.end());
    Err(Error::Invalid { field, problem })
}
