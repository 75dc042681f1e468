//! A typed client of the HTTP interface.
//!
//! Start at [`Client`]: every route of the API is one of its methods. It keeps the tokens of its login, and renews an expired
//! access token by itself. Holding, booking and cancelling carry an idempotency key, and are asked for again when the answer
//! was lost. How long a call is repeated while the server asks for patience is for [`Client::with_patience`] to say.
//! Requests and answers are those of [`api`](crate::api).
//!
//! A call is repeated only where that is safe: when the server says that it has done nothing, when the request changes
//! nothing or the same thing again (GET, PUT, PATCH), or when its key sees to it that it is done once.
//!
//! It needs a tokio runtime, and of this crate the feature `client` alone:
//!
//! ```toml
//! ticket-core = { path = "../tickets/ticket-core", default-features = false, features = ["client"] }
//! ```
//!
//! A refusal of the server is [`ClientError::Problem`], with the [code](ClientError::code) to branch on:
//!
//! ```no_run
//! use ticket_core::api::{BookRequest, ErrorCode};
//! use ticket_core::client::{Client, ClientError};
//! use ticket_core::domain::SeatId;
//!
//! # async fn run(client: Client, seats: Vec<SeatId>) -> Result<(), ClientError> {
//! match client.hold(seats).await {
//!     Ok(held) => {
//!         let receipt = client.book(&BookRequest::Hold { hold_id: held.hold_id }).await?;
//!         println!("booking {}", receipt.booking_id);
//!     }
//!     Err(error) if error.code() == Some(ErrorCode::SeatTaken) => println!("too late: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A seat map that moves is a [`layout`](Client::layout), its [`seat_states`](Client::seat_states), and the
//! [`events`](Client::events) from their revision on.

mod accounts;
mod error;
mod events;
mod request;
mod retry;
mod seats;
mod selling;
mod service;
mod shows;
mod waiting;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;

pub use error::{ClientError, TransportError};
pub use events::{SeatEvent, SeatEvents};

use crate::api::{Language, TokenPair};
use crate::domain::IdempotencyKey;

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long nothing may come, also on an event stream: three heartbeats of the server, which sends one every 15 seconds. A
/// connection that the network has forgotten would otherwise be waited on for ever.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// A connection pool to one server, with the tokens of one login. Clones share both.
///
/// ```no_run
/// use ticket_core::api::Credentials;
/// use ticket_core::client::Client;
///
/// # async fn run() -> Result<(), ticket_core::client::ClientError> {
/// let client = Client::new("http://127.0.0.1:8080")?;
/// client.login(&Credentials { email: "mina@example.com".into(), password: "correct horse".into() }).await?;
/// for show in client.shows(None, None, 0).await?.content {
///     println!("{} {}", show.show_id, show.show_name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    language: Language,
    key: Option<IdempotencyKey>,
    patience: Duration,
    tokens: Arc<Mutex<Option<TokenPair>>>,
    /// Only one caller renews at a time: a refresh token is spent by its first use.
    renewing: Arc<tokio::sync::Mutex<()>>,
}

impl fmt::Debug for Client {
    /// Without tokens, nor a password in the server's address: this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut base = self.base.clone();
        // An address without a host has neither, and there is none here.
        let _ = base.set_password(None);
        f.debug_struct("Client")
            .field("base_url", &base.as_str())
            .field("language", &self.language)
            .field("key", &self.key)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `base_url`, such as `http://127.0.0.1:8080`. It connects with the first call.
    ///
    /// # Errors
    ///
    /// [`ClientError::BaseUrl`] when `base_url` is no `http` or `https` URL, [`ClientError::Transport`] when TLS
    /// cannot be set up on this machine.
    pub fn new(base_url: &str) -> Result<Self, ClientError> {
        let base = Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| ClientError::BaseUrl(base_url.to_owned()))?;
        // A second installation fails and changes nothing, which is as it should be: the program chose first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_MAX)
            .tcp_nodelay(true)
            .user_agent(concat!("ticket-core/", env!("CARGO_PKG_VERSION")));
        if base.scheme() == "http" {
            // Without TLS there is no need of the system's certificates, nor of a system that has any.
            http = http.tls_certs_only([]);
        }
        Ok(Self {
            http: http.build()?,
            base,
            language: Language::default(),
            key: None,
            patience: Duration::ZERO,
            tokens: Arc::default(),
            renewing: Arc::default(),
        })
    }

    /// The same client, asking for messages in `language`.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The same client, whose [`hold`](Client::hold), [`book`](Client::book), [`cancel`](Client::cancel),
    /// [`join_waitlist`](Client::join_waitlist) and [`book_offer`](Client::book_offer) carry this idempotency key; without
    /// one, every call makes a key of its own. For those who repeat a call themselves, even after the program was ended: with
    /// the same key, it is done once.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use ticket_core::api::BookRequest;
    /// use ticket_core::client::{Client, ClientError};
    /// use ticket_core::domain::IdempotencyKey;
    ///
    /// # async fn run(client: Client, request: BookRequest) -> Result<(), ClientError> {
    /// let order = client.with_key(IdempotencyKey::random());
    /// let mut receipt = order.book(&request).await;
    /// while receipt.as_ref().is_err_and(ClientError::is_retryable) {
    ///     tokio::time::sleep(Duration::from_secs(1)).await;
    ///     receipt = order.book(&request).await;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_key(mut self, key: IdempotencyKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The same client, which goes on asking for so long in all when the server cannot be reached, is busy, or says when to
    /// come again (429 and 503 with `Retry-After`, which is kept to). What may have been done already is asked for again only
    /// where that is safe. Without patience, which is the default, such an error is the answer.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use ticket_core::client::{Client, ClientError};
    ///
    /// # async fn run() -> Result<(), ClientError> {
    /// // Sees nothing of a server that is restarted.
    /// let client = Client::new("http://127.0.0.1:8080")?.with_patience(Duration::from_secs(60));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The server's address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }

    /// The tokens of the present login; they change when an access token is renewed.
    #[must_use]
    pub fn tokens(&self) -> Option<TokenPair> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on with the tokens of an earlier login, or without any.
    pub fn set_tokens(&self, tokens: Option<TokenPair>) {
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = tokens;
    }

    /// Goes on with another access token, unless another login has taken place meanwhile.
    fn set_access_token(&self, refresh_token: &str, access_token: &str) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tokens) = tokens.as_mut().filter(|tokens| tokens.refresh_token == refresh_token) {
            access_token.clone_into(&mut tokens.access_token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_it_keeps_its_secrets() {
        let client = Client::new("http://mina:hunter2@127.0.0.1:8080/shop").unwrap();
        client.set_tokens(Some(TokenPair { access_token: "access-1".into(), refresh_token: "refresh-1".into() }));
        let shown = format!("{client:?}");
        assert!(shown.contains("http://mina@127.0.0.1:8080/shop"), "{shown}");
        for secret in ["hunter2", "access-1", "refresh-1"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
