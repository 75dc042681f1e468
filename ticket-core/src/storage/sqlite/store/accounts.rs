//! Accounts and their sessions.

use jiff::Timestamp;

use super::super::accounts::{self, AccountRow, NewAccount, NewRefreshToken, RefreshUse};
use super::super::fences::RunBy;
use super::Store;
use crate::domain::{Email, Language, User, UserId};
use crate::error::Error;

impl Store {
    pub(crate) async fn join(&self, account: NewAccount, now: Timestamp) -> Result<UserId, Error> {
        self.writer.run(move |c| accounts::join(c, &account, now)).await
    }

    pub(crate) async fn join_all(&self, accounts: Vec<NewAccount>, now: Timestamp) -> Result<Vec<UserId>, Error> {
        self.writer.run(move |c| accounts.iter().map(|account| accounts::join(c, account, now)).collect()).await
    }

    pub(crate) async fn account(&self, email: Email) -> Result<Option<AccountRow>, Error> {
        self.readers.run(move |c| accounts::by_email(c, &email)).await
    }

    pub(crate) async fn user(&self, id: UserId) -> Result<User, Error> {
        self.readers.run(move |c| accounts::by_id(c, id)).await
    }

    pub(crate) async fn set_language(&self, id: UserId, language: Language) -> Result<(), Error> {
        self.writer.run(move |c| accounts::set_language(c, id, language)).await
    }

    /// The account with what its password is checked against.
    pub(crate) async fn account_of(&self, user: UserId) -> Result<AccountRow, Error> {
        self.readers.run(move |c| accounts::row(c, user)).await
    }

    /// Keeps the first refresh token of a login, unless the password that was checked for it, by this hash, is no longer the
    /// account's. Tells whether it is kept.
    pub(crate) async fn start_session(&self, token: NewRefreshToken, password_hash: String) -> Result<bool, Error> {
        self.writer.run(move |c| accounts::start_session(c, &token, &password_hash)).await
    }

    /// Replaces the password that has this hash and ends every session; then `token` begins a new one. Does nothing when
    /// the account has another password by now. Tells which of the two.
    pub(crate) async fn change_password(
        &self,
        (old_hash, new_hash): (String, String),
        token: NewRefreshToken,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.writer.run(move |c| accounts::change_password(c, (&old_hash, &new_hash), &token, now)).await
    }

    pub(crate) async fn use_refresh_token(
        &self,
        hash: [u8; 32],
        how: RefreshUse,
        grace_begins: Timestamp,
        now: Timestamp,
    ) -> Result<Option<User>, Error> {
        self.writer.run(move |c| accounts::use_refresh_token(c, &hash, how, grace_begins, now)).await
    }

    pub(crate) async fn revoke_refresh_tokens(&self, user: UserId, now: Timestamp) -> Result<usize, Error> {
        self.writer
            .run(move |c| {
                accounts::role(c, user)?;
                accounts::revoke_refresh_tokens(c, user, now)
            })
            .await
    }

    /// Forgets some refresh tokens that have expired, or were revoked before `revoked_before`. Returns how many; 0 when
    /// none are left.
    pub(crate) async fn prune_refresh_tokens(
        &self,
        by: RunBy,
        now: Timestamp,
        revoked_before: Timestamp,
    ) -> Result<u64, Error> {
        self.run_job(by, move |c| accounts::prune_refresh_tokens(c, now, revoked_before)).await
    }
}
