//! Who buys: joining, logging in, and the tokens that tell who calls.

mod access_token;
mod join;
mod login;
mod manage;
mod password;
mod refresh_token;
mod secret;

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Role, UserId};
use crate::error::Error;
use crate::storage::Store;
use access_token::AccessTokens;
pub use password::PasswordCost;
use password::Passwords;
pub(crate) use secret::load as load_secret;

/// Who a valid access token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// The account.
    pub user: UserId,
    /// What it may do.
    pub role: Role,
}

/// Joins, logs in, and checks tokens.
#[derive(Clone)]
pub(crate) struct Accounts {
    store: Store,
    passwords: Arc<Passwords>,
    access_tokens: Arc<AccessTokens>,
}

impl Accounts {
    pub(crate) fn new(store: Store, cost: PasswordCost, secret: &[u8]) -> Self {
        let access_tokens = Arc::new(AccessTokens::new(secret, store.life()));
        Self { store, passwords: Arc::new(Passwords::new(cost)), access_tokens }
    }

    /// An access token for an account, without a login.
    pub(crate) async fn mint(&self, user: UserId, now: Timestamp) -> Result<String, Error> {
        let role = self.store.user(user).await?.role;
        self.access_tokens.issue(Caller { user, role }, now)
    }
}
