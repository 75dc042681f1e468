use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use ticket_core::HoldBackend;
use ticket_core::api::{Credentials, HoldDetails};
use ticket_core::client::Client;
use ticket_core::domain::{HoldId, PerformanceId, SeatId, ShowPlan, UserId};
use ticket_core::testing::{PlanBuilder, TestShop};
use ticket_server::{ServeError, ServerConfig};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::answer::Answer;

/// Whoever waits longer than this waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for what must happen.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it did not happen")
}

/// Six rows of ten seats; the last of the first row is a gap. One user may have four. Performances: two on sale, on one
/// day; one whose sale has not opened; one whose sale has closed.
pub(crate) fn plan() -> ShowPlan {
    PlanBuilder::hall(6, 10)
        .with_gap()
        .performance("2027-03-01", 2, None)
        .performance("2027-03-02", 1, Some("2027-02-01T01:00:00Z"))
        .performance("2027-03-03", 1, None)
        .with(|plan| {
            plan.max_seats_per_user = 4;
            plan.performances[3].sale_closes_at = "2027-01-01T00:00:00Z".parse().unwrap();
        })
        .build()
}

pub(crate) const OPEN: usize = 0;
pub(crate) const OPEN_TOO: usize = 1;
pub(crate) const NOT_YET_OPEN: usize = 2;
pub(crate) const CLOSED: usize = 3;
/// Index of the gap.
pub(crate) const GAP: usize = 9;

/// A shop that is served on a port of its own.
pub(crate) struct Shop {
    pub(crate) url: String,
    pub(crate) test: TestShop,
    http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    pub(crate) server: JoinHandle<Result<(), ServeError>>,
}

/// Somebody who is logged in.
pub(crate) struct Buyer {
    pub(crate) id: UserId,
    pub(crate) client: Client,
    pub(crate) token: String,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(HoldBackend::Embedded, ServerConfig::default()).await
    }

    /// A shop that is protected in another way than by default.
    pub(crate) async fn guarded(config: ServerConfig) -> Self {
        Self::open_with(HoldBackend::Embedded, config).await
    }

    pub(crate) async fn open_with(holds: HoldBackend, config: ServerConfig) -> Self {
        let test = TestShop::with(holds, plan()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // It installs the TLS provider that the raw client below cannot be made without.
        Client::new(&url).unwrap();
        let http = reqwest::Client::builder().no_gzip().tls_certs_only([]).build().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(ticket_server::serve_with(config, listener, test.box_office.clone(), async {
            let _ = stopped.await;
        }));
        Self { url, test, http, stop: Some(stop), server }
    }

    /// Asks the server to end.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// How serving has ended.
    pub(crate) async fn ended(self) -> Result<(), ServeError> {
        soon(self.server).await.unwrap()
    }

    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url).unwrap()
    }

    /// Joins and logs in.
    pub(crate) async fn buyer(&self, name: &str) -> Buyer {
        self.test.join(name).await;
        self.buyer_again(name).await
    }

    /// Logs in somebody who has joined before.
    pub(crate) async fn buyer_again(&self, name: &str) -> Buyer {
        let client = self.client();
        let (email, password) = (format!("{name}@example.com"), format!("password of {name}"));
        client.login(&Credentials { email, password }).await.unwrap();
        let id = client.me().await.unwrap().user_id;
        let token = client.tokens().unwrap().access_token;
        Buyer { id, client, token }
    }

    /// The n-th performance, as a part of a path.
    pub(crate) async fn performance(&self, n: usize) -> PerformanceId {
        self.test.performance(n).await
    }

    /// These places of the performance that is on sale, by their index in drawing order.
    pub(crate) async fn seats(&self, indices: impl IntoIterator<Item = usize>) -> Vec<SeatId> {
        let all = self.test.seats(OPEN).await;
        indices.into_iter().map(|index| all[index]).collect()
    }

    /// A hold of a buyer on these places.
    pub(crate) async fn hold(&self, buyer: &Buyer, indices: impl IntoIterator<Item = usize>) -> HoldDetails {
        buyer.client.hold(self.seats(indices).await).await.unwrap()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_to(&self.url, method, path)
    }

    /// A request to another server.
    pub(crate) fn request_to(&self, url: &str, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{url}{path}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// Posts bytes that are said to be JSON.
    pub(crate) async fn post_bytes(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        Answer::to(self.request(Method::POST, path).header("content-type", "application/json").body(body)).await
    }

    pub(crate) async fn get_as(&self, buyer: &Buyer, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path).bearer_auth(&buyer.token)).await
    }

    pub(crate) async fn send_as(&self, buyer: &Buyer, method: Method, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(method, path).bearer_auth(&buyer.token).json(body)).await
    }

    pub(crate) async fn post_as(&self, buyer: &Buyer, path: &str, body: &Value) -> Answer {
        self.send_as(buyer, Method::POST, path, body).await
    }

    /// The letters of the performance that is on sale.
    pub(crate) async fn letters(&self) -> String {
        self.client().seat_states(self.performance(OPEN).await).await.unwrap().states
    }
}

/// An id of a hold that nobody has.
pub(crate) fn unknown_hold(performance: PerformanceId) -> HoldId {
    format!("{performance}-{:032x}", 255).parse().unwrap()
}
