use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError};
use crate::api::{Credentials, JoinRequest, JoinedUser, Me, PasswordChange, RefreshRequest};

/// # Accounts and sessions
///
/// A login is kept in the client, and renewed by itself for as long as it is used at least once in 30 days.
///
/// ```no_run
/// use ticket_core::api::{Credentials, ErrorCode, JoinRequest};
/// # use ticket_core::client::{Client, ClientError};
///
/// # async fn run(client: Client) -> Result<(), ClientError> {
/// let (email, password) = ("mina@example.com".to_owned(), "correct horse battery".to_owned());
/// let joined = client.join(&JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() }).await;
/// match joined {
///     Ok(joined) => println!("account {}", joined.user_id),
///     Err(error) if error.code() == Some(ErrorCode::EmailTaken) => println!("an old friend"),
///     Err(error) => return Err(error),
/// }
/// client.login(&Credentials { email, password }).await?;
/// println!("hello {}", client.me().await?.name);
///
/// // Kept in a safe place, the tokens spare the next run of the program a login.
/// let kept = client.tokens();
/// client.set_tokens(kept);
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Creates an account.
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn join(&self, request: &JoinRequest) -> Result<JoinedUser, ClientError> {
        self.send(Method::POST, &["api", "users"], Auth::None, Some(request), &[]).await
    }

    /// Logs in; later calls carry the tokens.
    ///
    /// # Errors
    ///
    /// `A_001` when email or password is wrong.
    pub async fn login(&self, credentials: &Credentials) -> Result<(), ClientError> {
        let tokens = self.send(Method::POST, &["api", "auth", "login"], Auth::None, Some(credentials), &[]).await?;
        self.set_tokens(Some(tokens));
        Ok(())
    }

    /// Logs out everywhere: the user's refresh tokens are revoked. The tokens are forgotten whatever the answer.
    ///
    /// # Errors
    ///
    /// `A_007` when there was nothing to log out.
    pub async fn logout(&self) -> Result<(), ClientError> {
        let answer: Result<String, _> =
            self.send(Method::POST, &["api", "auth", "logout"], Auth::User, NO_BODY, &[]).await;
        self.set_tokens(None);
        answer.map(drop)
    }

    /// Who is logged in.
    ///
    /// # Errors
    ///
    /// `A_…` when nobody is.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.send(Method::GET, &["api", "users", "me"], Auth::User, NO_BODY, &[]).await
    }

    /// Changes the password. Every other session ends; this one goes on with new tokens.
    ///
    /// # Errors
    ///
    /// `A_001` when the present password is another one, `G_001` when the new one is too short or too long.
    pub async fn change_password(&self, change: &PasswordChange) -> Result<(), ClientError> {
        let tokens =
            self.send(Method::POST, &["api", "users", "me", "password"], Auth::User, Some(change), &[]).await?;
        self.set_tokens(Some(tokens));
        Ok(())
    }

    /// A new access token, with which later calls go on; the refresh token stays good. Calls do this by themselves, by
    /// [`Client::refresh`], when the access token has expired.
    ///
    /// # Errors
    ///
    /// `A_004` when nobody is logged in, or the login has expired; `A_012` when it was ended.
    pub async fn refresh_access_token(&self) -> Result<String, ClientError> {
        let request = self.refresh_request();
        let access_token = self.send_text(Method::POST, &["api", "auth", "token"], Auth::None, Some(&request)).await?;
        self.set_access_token(&request.refresh_token, &access_token);
        Ok(access_token)
    }

    /// Trades the refresh token for new tokens, with which later calls go on.
    ///
    /// # Errors
    ///
    /// As for [`Client::refresh_access_token`].
    pub async fn refresh(&self) -> Result<(), ClientError> {
        let _turn = self.renewing.lock().await;
        self.trade_refresh_token().await
    }

    /// Does so, unless another caller has just done it.
    pub(super) async fn renew(&self, stale_access_token: &str) -> Result<(), ClientError> {
        let _turn = self.renewing.lock().await;
        match self.tokens() {
            Some(tokens) if tokens.access_token == stale_access_token => self.trade_refresh_token().await,
            _ => Ok(()),
        }
    }

    /// Only for who has the turn: a refresh token is spent by its first use.
    async fn trade_refresh_token(&self) -> Result<(), ClientError> {
        let request = self.refresh_request();
        let trade = || self.send(Method::POST, &["api", "auth", "refresh"], Auth::None, Some(&request), &[]);
        let mut fresh = trade().await;
        if fresh.as_ref().is_err_and(ClientError::is_broken_connection) {
            // It is taken once more soon after, for an answer that was lost. Later it would end the session.
            fresh = trade().await;
        }
        self.set_tokens(Some(fresh?));
        Ok(())
    }

    /// Without a login the server is asked with an empty token, and says what is wrong with it.
    fn refresh_request(&self) -> RefreshRequest {
        RefreshRequest { refresh_token: self.tokens().map(|tokens| tokens.refresh_token).unwrap_or_default() }
    }
}
