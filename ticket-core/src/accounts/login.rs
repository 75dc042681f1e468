use jiff::Timestamp;

use super::Accounts;
use super::join::check_password;
use super::refresh_token::new_session;
use crate::api::{Credentials, PasswordChange, TokenPair};
use crate::domain::UserId;
use crate::error::Error;
use crate::storage::AccountRow;

impl Accounts {
    /// Starts a session. An unknown email and a wrong password get the same answer, after the same work.
    pub(crate) async fn log_in(&self, credentials: Credentials, now: Timestamp) -> Result<TokenPair, Error> {
        let account = match credentials.email.parse() {
            Ok(email) => self.store.account(email).await?,
            Err(_) => None,
        };
        let (user, hash) = account.map(|account| (account.user, account.password_hash)).unzip();
        let hash = hash.flatten();
        match (self.passwords.verify(credentials.password, hash.clone()).await?, user, hash) {
            (true, Some(user), Some(hash)) => self.start_session(&user, hash, now).await,
            _ => Err(Error::WrongCredentials),
        }
    }

    /// Replaces the password, ends every session, and begins a new one. Whoever asks again because the answer was lost gives
    /// a present password that is the former one by then; the new one proves as well that it is he.
    pub(crate) async fn change_password(
        &self,
        user: UserId,
        change: PasswordChange,
        now: Timestamp,
    ) -> Result<TokenPair, Error> {
        check_password("newPassword", &change.new_password)?;
        let AccountRow { user, password_hash } = self.store.account_of(user).await?;
        let Some(old_hash) = password_hash else { return Err(Error::WrongCredentials) };
        if !self.passwords.verify(change.current_password, Some(old_hash.clone())).await?
            && !self.passwords.verify(change.new_password.clone(), Some(old_hash.clone())).await?
        {
            return Err(Error::WrongCredentials);
        }
        let new_hash = self.passwords.hash(change.new_password).await?;
        let (token, kept) = new_session(&user, now);
        match self.store.change_password((old_hash, new_hash), kept, now).await? {
            true => self.pair(&user, token, now),
            // Somebody else has changed it just now.
            false => Err(Error::WrongCredentials),
        }
    }
}
