use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, RETRY_AFTER};
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use ticket_core::{BoxOffice, api};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::ServerConfig;
use crate::answer;
use crate::crowd::Crowd;
use crate::error::ApiError;
use crate::extract::BODY_BYTES_MAX;
use crate::guard::Guard;
use crate::metrics::Metrics;
use crate::once;
use crate::openapi::{self, Contract};
#[cfg(feature = "docs")]
use crate::routes::docs;
use crate::routes::performances::LAST_EVENT_ID;
use crate::routes::{auth, bookings, contract, health, holds, performances, shows, time, users, waitlist};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static(api::IDEMPOTENCY_KEY);

/// What every handler can use. One reference, for each layer and handler has its own for every request.
#[derive(Clone)]
pub(crate) struct App(Arc<Means>);

pub(crate) struct Means {
    pub(crate) box_office: BoxOffice,
    /// Becomes true when the server is about to end: nothing that waits may go on waiting.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) guard: Guard,
    pub(crate) metrics: Metrics,
}

impl App {
    /// What protects and counts the requests for this box office.
    pub(crate) fn new(
        config: &ServerConfig,
        crowd: Arc<Crowd>,
        box_office: BoxOffice,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self(Arc::new(Means { box_office, stopping, guard: Guard::new(config), metrics: Metrics::new(crowd) }))
    }
}

impl Deref for App {
    type Target = Means;

    fn deref(&self) -> &Means {
        &self.0
    }
}

/// Every route.
pub(crate) fn router(app: App, cors_origins: &[String]) -> Router {
    // Only where seats come by the thousand.
    let compressed = CompressionLayer::new;
    // What an authenticated user changes may carry an idempotency key.
    let once = |(schemas, mut paths, methods): UtoipaMethodRouter<App>| {
        openapi::take_idempotency_keys(&mut paths);
        (schemas, paths, methods.route_layer(from_fn_with_state(app.clone(), once::answer_once)))
    };
    let routes = OpenApiRouter::with_openapi(openapi::outline())
        .routes(routes!(users::join))
        .routes(routes!(users::me))
        .routes(routes!(users::change_password))
        .routes(routes!(users::likes))
        .routes(routes!(users::bookings))
        .routes(routes!(auth::login))
        .routes(routes!(auth::token))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(shows::list))
        .routes(routes!(shows::show))
        .routes(once(routes!(shows::like, shows::unlike)))
        .routes(routes!(shows::available))
        .routes(routes!(shows::seats).layer(compressed()))
        .routes(routes!(shows::ranking))
        .routes(routes!(shows::booked_seats).layer(compressed()))
        .routes(routes!(performances::layout).layer(compressed()))
        .routes(routes!(performances::seats).layer(compressed()))
        .routes(routes!(performances::events))
        .routes(once(routes!(holds::list, holds::hold)))
        .routes(once(routes!(holds::release, holds::change)))
        .routes(once(routes!(holds::extend)))
        .routes(once(routes!(bookings::book)))
        .routes(routes!(bookings::booking))
        .routes(once(routes!(bookings::cancel)))
        .routes(once(routes!(waitlist::list, waitlist::join)))
        .routes(once(routes!(waitlist::entry, waitlist::leave)))
        .routes(once(routes!(waitlist::book)))
        .routes(routes!(time::now))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(contract::tell).layer(compressed()));
    #[cfg(feature = "docs")]
    let routes = routes.routes(routes!(docs::page)).routes(routes!(docs::asset).layer(compressed()));
    let (routes, contract) = routes.split_for_parts();
    let contract = Contract::new(contract);
    let routes = routes
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(Extension(contract));
    protected(routes, &app, cors_origins).with_state(app)
}

/// What every request passes, from the inside out.
fn protected(routes: Router<App>, app: &App, cors_origins: &[String]) -> Router<App> {
    let routes =
        routes.layer(from_fn_with_state(app.clone(), answer::in_time)).layer(CatchPanicLayer::custom(answer::panicked));
    let routes = if cors_origins.is_empty() { routes } else { routes.layer(cors(cors_origins)) };
    routes.layer(from_fn_with_state(app.clone(), answer::with_request_id))
}

/// Lets pages of these origins call the API and read what it answers.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok()))
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, IDEMPOTENCY_KEY, LAST_EVENT_ID])
        .expose_headers([ETAG, RETRY_AFTER, answer::REQUEST_ID])
        .max_age(Duration::from_hours(1))
}

#[cfg(test)]
impl App {
    /// One that is protected as by default.
    pub(crate) fn of(box_office: BoxOffice, stopping: watch::Receiver<bool>) -> Self {
        let config = ServerConfig::default();
        Self::new(&config, Crowd::new(&config), box_office, stopping)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::{Body, Bytes};
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::http::header::{CONNECTION, HOST};
    use axum::response::Response;
    use axum::routing::{get, post};
    use futures_util::StreamExt as _;
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;
    use ticket_core::HoldBackend;
    use ticket_core::testing::TestShop;

    use super::*;

    /// Asks a router with these routes, protected as all are.
    async fn ask(routes: Router<App>, method: Method) -> (Response, String) {
        ask_with(routes, method, Body::empty()).await
    }

    async fn ask_with(routes: Router<App>, method: Method, body: Body) -> (Response, String) {
        let shop = TestShop::open(HoldBackend::Embedded);
        let (_running, stopping) = watch::channel(false);
        let app = App::of(shop.box_office.clone(), stopping);
        let service = TowerToHyperService::new(protected(routes, &app, &[]).with_state(app));
        let request = Request::builder().method(method).uri("/").header(HOST, "a").body(body).unwrap();
        let mut response = service.call(request).await.unwrap();
        let body = std::mem::take(response.body_mut());
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (response, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_refused() {
        let never = || std::future::pending::<()>();
        // A write may have happened all the same.
        for (method, code) in [(Method::GET, "D_001"), (Method::POST, "D_002")] {
            let begin = tokio::time::Instant::now();
            let (response, body) = ask(Router::new().route("/", get(never).post(never)), method).await;
            assert_eq!(begin.elapsed().as_secs(), 30);
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(response.headers()[RETRY_AFTER], "1");
            assert!(body.contains(code), "{body}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_another_matter_than_a_handler_that_takes_too_long() {
        let never = || futures_util::stream::pending::<Result<Bytes, Infallible>>();
        let first_half = || futures_util::stream::iter([Ok(Bytes::from_static(b"{"))]).chain(never());
        let reads = || async |_body: Bytes| {};
        let reads_and_works = || async |_body: Bytes| std::future::pending::<()>().await;
        let does_not_read = || async || std::future::pending::<()>().await;
        for (handler, body, code) in [
            (post(reads()), Body::from_stream(first_half()), "G_006"),
            (post(reads()), Body::from_stream(never()), "G_006"),
            (post(reads_and_works()), Body::from("{}"), "D_002"),
            (post(does_not_read()), Body::from_stream(never()), "D_002"),
        ] {
            let (response, body) = ask_with(Router::new().route("/", handler), Method::POST, body).await;
            assert!(body.contains(code), "{body}");
            assert_eq!(response.status().as_u16(), if code == "G_006" { 408 } else { 503 });
            assert_eq!(response.headers().contains_key(CONNECTION), code == "G_006");
        }
    }

    #[test]
    fn all_origins_are_all_whatever_else_is_named() {
        for origins in [&["*"][..], &["*", "https://a.b"], &["https://a.b", "*"], &["no\nheader"], &["null", "a b"]] {
            let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
            let allows_all = format!("{:?}", cors(&origins)).contains("Const(\"*\")");
            assert_eq!(allows_all, origins.contains(&"*".to_owned()), "{origins:?}: {:?}", cors(&origins));
        }
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_tells_nothing() {
        let panics = async || -> StatusCode { panic!("the secret of the inside") };
        let (response, body) = ask(Router::new().route("/", get(panics)), Method::GET).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert!(body.contains("G_500") && body.contains("requestId"), "{body}");
        assert!(!body.contains("secret"), "{body}");
    }
}
