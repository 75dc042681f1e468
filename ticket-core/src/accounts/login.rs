use jiff::Timestamp;

use super::Accounts;
use crate::api::{Credentials, TokenPair};
use crate::error::Error;

impl Accounts {
    /// Starts a session. An unknown email and a wrong password get the same answer, after the same work.
    pub(crate) async fn log_in(&self, credentials: Credentials, now: Timestamp) -> Result<TokenPair, Error> {
        let account = match credentials.email.parse() {
            Ok(email) => self.store.account(email).await?,
            Err(_) => None,
        };
        let (user, hash) = account.map(|account| (account.user, account.password_hash)).unzip();
        match (self.passwords.verify(credentials.password, hash.flatten()).await?, user) {
            (true, Some(user)) => self.start_session(&user, now).await,
            _ => Err(Error::WrongCredentials),
        }
    }
}
