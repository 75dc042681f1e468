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
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::api::JoinRequest;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let request = JoinRequest {
    ///     email: "hana@example.com".into(),
    ///     password: "correct horse battery".into(),
    ///     name: "Hana".into(),
    /// };
    /// let hana = box_office.join(request.clone()).await?;
    /// assert_eq!(box_office.user(hana).await?.name, "Hana");
    /// assert_eq!(box_office.join(request).await, Err(Error::EmailTaken));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn join(&self, request: JoinRequest) -> Result<UserId, Error> {
        self.join_in(Language::default(), request).await
    }

    /// Creates a buyer's account that is written to in this language.
    ///
    /// ```
    /// use ticket_core::api::JoinRequest;
    /// use ticket_core::domain::Language;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let request = JoinRequest {
    ///     email: "hana@example.com".into(),
    ///     password: "correct horse battery".into(),
    ///     name: "하나".into(),
    /// };
    /// let hana = box_office.join_in(Language::Korean, request).await?;
    /// assert_eq!(box_office.user(hana).await?.language, Language::Korean);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::join`].
    pub async fn join_in(&self, language: Language, request: JoinRequest) -> Result<UserId, Error> {
        self.0.accounts.join(request, language, self.now()).await
    }

    /// From now on an account is written to in this language, also about what has happened before.
    ///
    /// ```
    /// use ticket_core::domain::Language;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// box_office.set_language(mina, Language::Korean).await?;
    /// assert_eq!(box_office.user(mina).await?.language, Language::Korean);
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::domain::{Language, NewUser, Role};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, seats, .. }| {
    /// let members = ["a@example.com", "b@example.com"].map(|email| {
    ///     let (name, role, language) = (email.to_owned(), Role::Buyer, Language::English);
    ///     email.parse().map(|email| NewUser { email, name, role, language })
    /// });
    /// let users = box_office.add_users(members.into_iter().collect::<Result<_, _>>()?).await?;
    /// box_office.book(users[0], vec![seats[0]]).await?;
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// // For somebody whom another system has let in.
    /// let token = box_office.access_token_for(mina).await?;
    /// assert_eq!(box_office.caller(&token)?.user, mina);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn access_token_for(&self, user: UserId) -> Result<String, Error> {
        self.0.accounts.mint(user, self.now()).await
    }

    /// Starts a session: an access token for half an hour, which [`BoxOffice::caller`] understands, and a refresh token
    /// for 30 days, which [`BoxOffice::refresh`] trades for new ones.
    ///
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::api::Credentials;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    /// let tokens = box_office.log_in(credentials).await?;
    /// assert_eq!(box_office.caller(&tokens.access_token)?.user, mina);
    ///
    /// let wrong = Credentials { email: "mina@example.com".into(), password: "password of joon".into() };
    /// assert_eq!(box_office.log_in(wrong).await, Err(Error::WrongCredentials));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `A_001` when email or password is wrong.
    pub async fn log_in(&self, credentials: Credentials) -> Result<TokenPair, Error> {
        self.0.accounts.log_in(credentials, self.now()).await
    }

    /// Replaces the user's password and ends every session; the answer begins a new one. Access tokens of the ended ones
    /// run out by themselves, within half an hour. The same change again is no mistake: it begins another session.
    ///
    /// ```
    /// use ticket_core::api::PasswordChange;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// let change = PasswordChange {
    ///     current_password: "password of mina".into(),
    ///     new_password: "correct horse battery".into(),
    /// };
    /// let tokens = box_office.change_password(mina, change).await?;
    /// assert_eq!(box_office.caller(&tokens.access_token)?.user, mina);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `A_001` when the present password is another one, `G_001` when the new one is too short or too long.
    pub async fn change_password(&self, user: UserId, change: PasswordChange) -> Result<TokenPair, Error> {
        self.0.accounts.change_password(user, change, self.now()).await
    }

    /// Revokes the user's refresh tokens.
    ///
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::api::Credentials;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// # let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    /// let tokens = box_office.log_in(credentials).await?;
    /// box_office.log_out(mina).await?;
    /// assert_eq!(box_office.refresh(&tokens.refresh_token).await, Err(Error::RefreshTokenRevoked));
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::api::Credentials;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// # let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    /// let first = box_office.log_in(credentials).await?;
    /// let second = box_office.refresh(&first.refresh_token).await?;
    /// assert_ne!(first.refresh_token, second.refresh_token);
    /// assert_eq!(box_office.caller(&second.access_token)?.user, mina);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `A_004` when it is unknown or too old, `A_012` when it was revoked.
    pub async fn refresh(&self, refresh_token: &str) -> Result<TokenPair, Error> {
        self.0.accounts.refresh(refresh_token, self.now()).await
    }

    /// A new access token for a refresh token that stays as it is. One that was spent more than 30 seconds ago revokes
    /// as much as in [`BoxOffice::refresh`].
    ///
    /// ```
    /// use ticket_core::api::Credentials;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// # let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    /// let tokens = box_office.log_in(credentials).await?;
    /// let access_token = box_office.access_token(&tokens.refresh_token).await?;
    /// assert_eq!(box_office.caller(&access_token)?.user, mina);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::refresh`].
    pub async fn access_token(&self, refresh_token: &str) -> Result<String, Error> {
        self.0.accounts.access_token(refresh_token, self.now()).await
    }

    /// Who an access token speaks for.
    ///
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::domain::Role;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, .. }| {
    /// let token = box_office.access_token_for(mina).await?;
    /// let caller = box_office.caller(&token)?;
    /// assert_eq!((caller.user, caller.role), (mina, Role::Buyer));
    /// # shop.clock.advance(std::time::Duration::from_mins(30));
    /// // Half an hour later:
    /// assert_eq!(box_office.caller(&token), Err(Error::TokenExpired));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `A_003`, `A_008`, `A_010`, `A_011` say what is wrong with it. The account is not looked up: what is done for one
    /// that is gone answers `U_001`.
    pub fn caller(&self, access_token: &str) -> Result<Caller, Error> {
        self.0.accounts.check(access_token, self.now())
    }

    /// One account.
    ///
    /// ```
    /// use ticket_core::domain::Role;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// let user = box_office.user(mina).await?;
    /// assert_eq!((user.email.as_str(), user.role), ("mina@example.com", Role::Buyer));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `U_001` when there is none with this id.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.0.store.user(id).await
    }
}
