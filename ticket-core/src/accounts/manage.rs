use jiff::Timestamp;

use super::Accounts;
use super::join::{check_name, check_password};
use crate::domain::{Changed, NewUser, User, UserEdit, UserId};
use crate::error::Error;
use crate::storage::NewAccount;

impl Accounts {
    /// Makes an account for somebody; without a password nobody can log in to it.
    pub(crate) async fn add_one(
        &self,
        NewUser { email, name, role, language }: NewUser,
        password: Option<String>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<Changed<User>, Error> {
        let name = check_name(&name)?;
        let password_hash = self.hash_if_any(password).await?;
        self.store.add_user(NewAccount { email, name, role, language, password_hash }, dry_run, now).await
    }

    /// Changes an account for somebody.
    pub(crate) async fn edit(
        &self,
        id: UserId,
        mut edit: UserEdit,
        password: Option<String>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<Changed<User>, Error> {
        edit.name = edit.name.map(|name| check_name(&name)).transpose()?;
        let password_hash = self.hash_if_any(password).await?;
        self.store.edit_user(id, (edit, password_hash), dry_run, now).await
    }

    async fn hash_if_any(&self, password: Option<String>) -> Result<Option<String>, Error> {
        let Some(password) = password else { return Ok(None) };
        check_password("password", &password)?;
        self.passwords.hash(password).await.map(Some)
    }
}
