//! Accounts.

use crate::accounts::Caller;
use crate::api::{Credentials, JoinRequest, PasswordChange, TokenPair};
use crate::domain::{Language, NewUser, User, UserId};
use crate::error::Error;

use super::BoxOffice;

/// # Accounts
impl BoxOffice {
    /// Creates a buyer's account, which is written to in English.
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn join(&self, request: JoinRequest) -> Result<UserId, Error> {
        self.join_in(Language::default(), request).await
    }

    /// Creates a buyer's account that is written to in this language.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::join`].
    pub async fn join_in(&self, language: Language, request: JoinRequest) -> Result<UserId, Error> {
        self.0.accounts.join(request, language, self.now()).await
    }

    /// From now on an account is written to in this language, also about what has happened before.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn set_language(&self, user: UserId, language: Language) -> Result<(), Error> {
        if self.0.store.user(user).await?.language == language {
            return Ok(());
        }
        self.0.store.set_language(user, language).await
    }

    /// Creates many accounts in one transaction, all or none, and answers their ids in the same order. They have no
    /// password: nobody logs in to them, and [`BoxOffice::access_token_for`] is the only way to speak for them. Made for
    /// load tests, which measure selling and not the hashing of passwords, and for programs that know their users
    /// themselves.
    ///
    /// # Errors
    ///
    /// `U_003` when one of the emails has joined already.
    pub async fn add_users(&self, users: Vec<NewUser>) -> Result<Vec<UserId>, Error> {
        self.0.accounts.add(users, self.now()).await
    }

    /// An access token for an account, without a login: whoever can call this decides himself who is who. It is good for
    /// half an hour, at every server over this database, and cannot be renewed.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn access_token_for(&self, user: UserId) -> Result<String, Error> {
        self.0.accounts.mint(user, self.now()).await
    }

    /// Starts a session: an access token for half an hour, which [`BoxOffice::caller`] understands, and a refresh token for 30
    /// days, which [`BoxOffice::refresh`] trades for new ones.
    ///
    /// ```
    /// use ticket_core::api::Credentials;
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::TestShop;
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::open(HoldBackend::Embedded);
    /// # let (box_office, mina) = (&shop.box_office, shop.join("mina").await);
    /// let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    /// let tokens = box_office.log_in(credentials).await?;
    /// assert_eq!(box_office.caller(&tokens.access_token)?.user, mina);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `A_001` when email or password is wrong.
    pub async fn log_in(&self, credentials: Credentials) -> Result<TokenPair, Error> {
        self.0.accounts.log_in(credentials, self.now()).await
    }

    /// Replaces the user's password and ends every session; the answer begins a new one. Access tokens of the ended ones
    /// run out by themselves, within half an hour.
    ///
    /// # Errors
    ///
    /// `A_001` when the present password is another one, `G_001` when the new one is too short or too long.
    pub async fn change_password(&self, user: UserId, change: PasswordChange) -> Result<TokenPair, Error> {
        self.0.accounts.change_password(user, change, self.now()).await
    }

    /// Revokes the user's refresh tokens.
    ///
    /// # Errors
    ///
    /// `A_007` when there are none.
    pub async fn log_out(&self, user: UserId) -> Result<(), Error> {
        self.0.accounts.log_out(user, self.now()).await
    }

    /// Trades a refresh token for a new pair; the old one is spent. One that was spent more than 30 seconds ago revokes
    /// all that was ever traded for it.
    ///
    /// # Errors
    ///
    /// `A_004` when it is unknown or too old, `A_012` when it was revoked.
    pub async fn refresh(&self, refresh_token: &str) -> Result<TokenPair, Error> {
        self.0.accounts.refresh(refresh_token, self.now()).await
    }

    /// A new access token for a refresh token that stays as it is. One that was spent more than 30 seconds ago revokes as much as
    /// in [`BoxOffice::refresh`].
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::refresh`].
    pub async fn access_token(&self, refresh_token: &str) -> Result<String, Error> {
        self.0.accounts.access_token(refresh_token, self.now()).await
    }

    /// Who an access token speaks for.
    ///
    /// # Errors
    ///
    /// `A_003`, `A_008`, `A_010`, `A_011` say what is wrong with it. The account is not looked up: what is done for one that is gone
    /// answers `U_001`.
    pub fn caller(&self, access_token: &str) -> Result<Caller, Error> {
        self.0.accounts.check(access_token, self.now())
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// `U_001` when there is none with this id.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.0.store.user(id).await
    }
}
