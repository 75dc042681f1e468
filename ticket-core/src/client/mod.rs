//! A typed client of the HTTP interface.
//!
//! Start at [`Client`]. It keeps the tokens of its login, and renews an expired access token by itself. Holding, booking and
//! cancelling carry an idempotency key, and are asked for again when the answer was lost. Its requests and answers are those
//! of [`api`](crate::api).
//!
//! It needs a tokio runtime, and the feature `client` alone:
//!
//! ```toml
//! ticket-core = { version = "0.1", default-features = false, features = ["client"] }
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

mod error;
mod events;
mod request;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Method, Url};

pub use error::{ClientError, TransportError};
pub use events::{SeatEvent, SeatEvents};

use crate::api::{
    AvailableDates, BookRequest, BookingDetails, BookingHistory, BookingReceipt, CancelRequest, CancelResult,
    ChangeHoldRequest, Credentials, HoldDetails, HoldList, HoldRequest, JoinRequest, JoinWaitlistRequest, JoinedUser,
    JoinedWaitlist, Language, Layout, Like, Me, Page, PasswordChange, RefreshRequest, SeatStates, SeatUpdate,
    ServerTime, ShowDetails, ShowRanking, ShowSummary, TokenPair, WaitlistEntryDetails,
};
use crate::domain::{
    BookingId, Category, EntryId, HoldId, IdempotencyKey, PerformanceId, RankingPeriod, SeatId, SeatWish, ShowId,
    TicketId,
};
use request::{Auth, Marks};

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

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
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    language: Language,
    key: Option<IdempotencyKey>,
    tokens: Arc<Mutex<Option<TokenPair>>>,
    /// Only one caller renews at a time: a refresh token is spent by its first use.
    renewing: Arc<tokio::sync::Mutex<()>>,
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
    /// [`join_waitlist`](Client::join_waitlist) and [`book_offer`](Client::book_offer) carry this idempotency key; without one, every call makes a key of its own. For those who repeat a call themselves, even after
    /// the program was ended: with the same key, it is done once.
    ///
    /// ```no_run
    /// use ticket_core::api::BookRequest;
    /// use ticket_core::client::{Client, ClientError};
    /// use ticket_core::domain::IdempotencyKey;
    ///
    /// # async fn run(client: Client, request: BookRequest) -> Result<(), ClientError> {
    /// let order = client.with_key(IdempotencyKey::random());
    /// let mut receipt = order.book(&request).await;
    /// while receipt.as_ref().is_err_and(ClientError::is_offline) {
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

    /// Creates an account.
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn join(&self, request: &JoinRequest) -> Result<JoinedUser, ClientError> {
        self.send(Method::POST, &["users"], Auth::None, Some(request), &[]).await
    }

    /// Logs in; later calls carry the tokens.
    ///
    /// # Errors
    ///
    /// `A_001` when email or password is wrong.
    pub async fn login(&self, credentials: &Credentials) -> Result<(), ClientError> {
        let tokens = self.send(Method::POST, &["auth", "login"], Auth::None, Some(credentials), &[]).await?;
        self.set_tokens(Some(tokens));
        Ok(())
    }

    /// Logs out everywhere: the user's refresh tokens are revoked. The tokens are forgotten whatever the answer.
    ///
    /// # Errors
    ///
    /// `A_007` when there was nothing to log out.
    pub async fn logout(&self) -> Result<(), ClientError> {
        let answer: Result<String, _> = self.send(Method::POST, &["auth", "logout"], Auth::User, NO_BODY, &[]).await;
        self.set_tokens(None);
        answer.map(drop)
    }

    /// Who is logged in.
    ///
    /// # Errors
    ///
    /// `A_…` when nobody is.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.send(Method::GET, &["users", "me"], Auth::User, NO_BODY, &[]).await
    }

    /// Changes the password. Every other session ends; this one goes on with new tokens.
    ///
    /// # Errors
    ///
    /// `A_001` when the present password is another one, `G_001` when the new one is too short or too long.
    pub async fn change_password(&self, change: &PasswordChange) -> Result<(), ClientError> {
        let tokens = self.send(Method::POST, &["users", "me", "password"], Auth::User, Some(change), &[]).await?;
        self.set_tokens(Some(tokens));
        Ok(())
    }

    /// Makes a show one of those that the user likes, or no longer; tells how many like it now.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn set_like(&self, show: ShowId, liked: bool) -> Result<Like, ClientError> {
        let method = if liked { Method::PUT } else { Method::DELETE };
        self.send(method, &["shows", &show.to_string(), "like"], Auth::User, NO_BODY, &[]).await
    }

    /// A page of the shows that the user likes, the last liked first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `A_…` when nobody is logged in.
    pub async fn likes(&self, page: u64) -> Result<Page<ShowSummary>, ClientError> {
        let page = page.to_string();
        let query = [("page", page.as_str()), ("size", "100")];
        self.send(Method::GET, &["users", "likes"], Auth::User, NO_BODY, &query).await
    }

    /// A page of shows, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn shows(
        &self,
        category: Option<Category>,
        name_contains: Option<&str>,
        page: u64,
    ) -> Result<Page<ShowSummary>, ClientError> {
        let page = page.to_string();
        let mut query = vec![("page", page.as_str()), ("size", "100")];
        query.extend(category.map(|c| ("category", c.as_str())));
        query.extend(name_contains.map(|q| ("q", q)));
        self.send(Method::GET, &["shows"], Auth::None, NO_BODY, &query).await
    }

    /// One show.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn show(&self, id: ShowId) -> Result<ShowDetails, ClientError> {
        self.send(Method::GET, &["shows", &id.to_string()], Auth::None, NO_BODY, &[]).await
    }

    /// The shows of a category by tickets sold in a period up to now.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn ranking(&self, category: Category, period: RankingPeriod) -> Result<ShowRanking, ClientError> {
        let query = [("category", category.as_str()), ("period", period.as_str())];
        self.send(Method::GET, &["shows", "ranking"], Auth::None, NO_BODY, &query).await
    }

    /// Its performances, by date and round.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn available(&self, id: ShowId) -> Result<AvailableDates, ClientError> {
        self.send(Method::GET, &["shows", &id.to_string(), "available"], Auth::None, NO_BODY, &[]).await
    }

    /// Everything about the seats of a performance but their state.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn layout(&self, id: PerformanceId) -> Result<Layout, ClientError> {
        self.send(Method::GET, &["performances", &id.to_string(), "layout"], Auth::None, NO_BODY, &[]).await
    }

    /// What every seat looks like now.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_states(&self, id: PerformanceId) -> Result<SeatStates, ClientError> {
        self.send(Method::GET, &["performances", &id.to_string(), "seats"], Auth::None, NO_BODY, &[]).await
    }

    /// What has changed since a revision.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_changes(&self, id: PerformanceId, since: &str) -> Result<SeatUpdate, ClientError> {
        let path = ["performances", &id.to_string(), "seats"];
        self.send(Method::GET, &path, Auth::None, NO_BODY, &[("since", since)]).await
    }

    /// The changes of a performance as they happen, from `since` on (a revision) when it is given.
    ///
    /// The stream ends when the connection does; open another with the last revision that was seen.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn events(&self, id: PerformanceId, since: Option<&str>) -> Result<SeatEvents, ClientError> {
        events::open(self, id, since).await
    }

    /// Claims seats for a limited time.
    ///
    /// # Errors
    ///
    /// `B_003` names the seats that somebody else has; `B_007`, `S_006`, `S_007` as they say.
    pub async fn hold(&self, seat_ids: Vec<SeatId>) -> Result<HoldDetails, ClientError> {
        self.send_keyed(&["holds"], &HoldRequest::Seats { seat_ids }).await
    }

    /// Claims the best free seats that fulfil a wish, for a limited time.
    ///
    /// # Errors
    ///
    /// `B_003` when no such seats are left; `B_001`, `B_007`, `S_005`, `S_006`, `S_007` as they say.
    pub async fn hold_best(&self, performance_id: PerformanceId, best: SeatWish) -> Result<HoldDetails, ClientError> {
        self.send_keyed(&["holds"], &HoldRequest::Best { performance_id, best }).await
    }

    /// The user's own live holds in a performance.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn holds(&self, id: PerformanceId) -> Result<HoldList, ClientError> {
        let id = id.to_string();
        self.send(Method::GET, &["holds"], Auth::User, NO_BODY, &[("performanceId", id.as_str())]).await
    }

    /// Starts the clock of a hold anew, up to its cap.
    ///
    /// # Errors
    ///
    /// `H_001` when there is no such hold, `H_002` when it has ended.
    pub async fn extend_hold(&self, id: HoldId) -> Result<HoldDetails, ClientError> {
        self.send(Method::POST, &["holds", &id.to_string(), "extend"], Auth::User, NO_BODY, &[]).await
    }

    /// Adds and drops seats of a hold, all or nothing; its clock stays.
    ///
    /// # Errors
    ///
    /// As for [`Client::hold`] and [`Client::extend_hold`].
    pub async fn change_hold(&self, id: HoldId, change: &ChangeHoldRequest) -> Result<HoldDetails, ClientError> {
        self.send(Method::PATCH, &["holds", &id.to_string()], Auth::User, Some(change), &[]).await
    }

    /// Lets the seats of a hold go.
    ///
    /// # Errors
    ///
    /// `H_001` when there is no such hold.
    pub async fn release_hold(&self, id: HoldId) -> Result<(), ClientError> {
        self.send_without_answer(Method::DELETE, &["holds", &id.to_string()]).await
    }

    /// Books seats, or confirms a hold. Confirming a hold again answers the same booking.
    ///
    /// # Errors
    ///
    /// `B_003` names the seats that somebody else has; `H_001`, `H_002`, `B_007`, `S_006`, `S_007` as they say.
    pub async fn book(&self, request: &BookRequest) -> Result<BookingReceipt, ClientError> {
        self.send_keyed(&["bookings"], request).await
    }

    /// Cancels these tickets of a booking, or all of them.
    ///
    /// # Errors
    ///
    /// `B_004`, `B_006`, `B_008`, `B_009` as they say.
    pub async fn cancel(&self, id: BookingId, tickets: Option<Vec<TicketId>>) -> Result<CancelResult, ClientError> {
        self.send_keyed(&["bookings", "cancel", &id.to_string()], &CancelRequest { ticket_ids: tickets }).await
    }

    /// One booking of the user.
    ///
    /// # Errors
    ///
    /// `B_004` when there is none with this id, or it is somebody else's.
    pub async fn booking(&self, id: BookingId) -> Result<BookingDetails, ClientError> {
        self.send(Method::GET, &["bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// The user's bookings of the last `days`, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `G_001` when `days` is not 1..3650 or `size` not 1..100.
    pub async fn bookings(&self, days: u32, page: u64, size: u64) -> Result<BookingHistory, ClientError> {
        let (days, page, size) = (days.to_string(), page.to_string(), size.to_string());
        let query = [("duration", days.as_str()), ("page", page.as_str()), ("size", size.as_str())];
        self.send(Method::GET, &["users", "booking"], Auth::User, NO_BODY, &query).await
    }

    /// Waits for seats that are taken, the most wanted first.
    ///
    /// # Errors
    ///
    /// `W_006` names the seats that are free and need no waiting; `W_001`, `W_002`, `W_003`, `W_008`, `B_002`, `B_007`,
    /// `S_006`, `S_007` as they say.
    pub async fn join_waitlist(&self, seat_count: u32, seat_ids: Vec<SeatId>) -> Result<JoinedWaitlist, ClientError> {
        let request = JoinWaitlistRequest { seat_count: seat_count.into(), seat_ids };
        self.send_keyed(&["waiting_bookings"], &request).await
    }

    /// The user's entries on the waitlist, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `G_001` when `size` is not 1..100.
    pub async fn waitlist(&self, page: u64, size: u64) -> Result<Page<WaitlistEntryDetails>, ClientError> {
        let (page, size) = (page.to_string(), size.to_string());
        let query = [("page", page.as_str()), ("size", size.as_str())];
        self.send(Method::GET, &["waiting_bookings"], Auth::User, NO_BODY, &query).await
    }

    /// One entry of the user, with its position and the reason why it has not been served yet.
    ///
    /// # Errors
    ///
    /// `W_005` when there is none with this id, or it is somebody else's.
    pub async fn waitlist_entry(&self, id: EntryId) -> Result<WaitlistEntryDetails, ClientError> {
        self.send(Method::GET, &["waiting_bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// Gives up waiting, or the seats that are offered. Again, it changes nothing.
    ///
    /// # Errors
    ///
    /// `W_005`, `W_007`, `W_009` as they say.
    pub async fn leave_waitlist(&self, id: EntryId) -> Result<WaitlistEntryDetails, ClientError> {
        self.send(Method::DELETE, &["waiting_bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// Books the seats that are offered to an entry. Again for the same entry, it answers the same booking.
    ///
    /// # Errors
    ///
    /// `W_005`, `W_007`, `W_009` as they say.
    pub async fn book_offer(&self, id: EntryId) -> Result<BookingReceipt, ClientError> {
        self.send_keyed(&["waiting_bookings", &id.to_string(), "book"], &()).await
    }

    /// The server's clock.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn time(&self) -> Result<ServerTime, ClientError> {
        self.send(Method::GET, &["time"], Auth::None, NO_BODY, &[]).await
    }

    /// Trades the refresh token for a new pair, unless another caller has just done so.
    async fn renew(&self, stale_access_token: &str) -> Result<(), ClientError> {
        let _turn = self.renewing.lock().await;
        let Some(tokens) = self.tokens() else { return Ok(()) };
        if tokens.access_token != stale_access_token {
            return Ok(());
        }
        let body = RefreshRequest { refresh_token: tokens.refresh_token };
        let fresh = self.send_once(Method::POST, &["auth", "refresh"], Marks::default(), Some(&body), &[]).await?;
        self.set_tokens(Some(fresh));
        Ok(())
    }
}

/// For calls whose request carries nothing.
const NO_BODY: Option<&()> = None;
