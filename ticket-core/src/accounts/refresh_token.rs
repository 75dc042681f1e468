//! Refresh tokens: 256 random bits that only their owner knows; kept as a hash.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{Accounts, Caller};
use crate::api::TokenPair;
use crate::domain::{User, UserId, earlier, later};
use crate::error::Error;
use crate::storage::{NewRefreshToken, RefreshUse};

/// A spent token that comes again this soon is a lost answer, or two programs of one user.
const GRACE: SignedDuration = SignedDuration::from_secs(30);

impl Accounts {
    /// The first token pair of a login whose password had this hash; whoever changes it meanwhile ends this session too.
    pub(super) async fn start_session(
        &self,
        user: &User,
        password_hash: String,
        now: Timestamp,
    ) -> Result<TokenPair, Error> {
        let (token, kept) = new_session(user, now);
        match self.store.start_session(kept, password_hash).await? {
            true => self.pair(user, token, now),
            false => Err(Error::WrongCredentials),
        }
    }

    /// Trades a refresh token for a new pair; the old one is spent. A spent one that comes back later revokes all that
    /// was ever traded for it.
    pub(crate) async fn refresh(&self, refresh_token: &str, now: Timestamp) -> Result<TokenPair, Error> {
        let successor = random_token();
        let how = RefreshUse::Spend { successor: hash(&successor), expires_at: end_of_life(now) };
        match self.store.use_refresh_token(hash(refresh_token), how, grace_begins(now), now).await? {
            Some(user) => self.pair(&user, successor, now),
            None => Err(Error::RefreshTokenRevoked),
        }
    }

    /// A new access token for a refresh token that stays as it is. A spent one that comes back later than a lost answer
    /// explains revokes as much as in [`Accounts::refresh`].
    pub(crate) async fn access_token(&self, refresh_token: &str, now: Timestamp) -> Result<String, Error> {
        match self.store.use_refresh_token(hash(refresh_token), RefreshUse::Look, grace_begins(now), now).await? {
            Some(user) => self.access_tokens.issue(caller(&user), now),
            None => Err(Error::RefreshTokenRevoked),
        }
    }

    /// Revokes the user's refresh tokens.
    pub(crate) async fn log_out(&self, user: UserId, now: Timestamp) -> Result<(), Error> {
        match self.store.revoke_refresh_tokens(user, now).await? {
            0 => Err(Error::NothingToLogOut),
            _ => Ok(()),
        }
    }

    /// Who an access token speaks for.
    pub(crate) fn check(&self, access_token: &str, now: Timestamp) -> Result<Caller, Error> {
        self.access_tokens.check(access_token, now)
    }

    pub(super) fn pair(&self, user: &User, refresh_token: String, now: Timestamp) -> Result<TokenPair, Error> {
        let access_token = self.access_tokens.issue(caller(user), now)?;
        Ok(TokenPair { access_token, refresh_token })
    }
}

/// The first refresh token of a session, and what is kept of it.
pub(super) fn new_session(user: &User, now: Timestamp) -> (String, NewRefreshToken) {
    let token = random_token();
    let kept =
        NewRefreshToken { hash: hash(&token), family: rand::random(), user: user.id, expires_at: end_of_life(now) };
    (token, kept)
}

fn caller(user: &User) -> Caller {
    Caller { user: user.id, role: user.role }
}

/// Tokens spent before this are a sign of theft.
fn grace_begins(now: Timestamp) -> Timestamp {
    earlier(now, GRACE)
}

fn end_of_life(now: Timestamp) -> Timestamp {
    later(now, TokenPair::LIFETIME)
}

fn random_token() -> String {
    format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
