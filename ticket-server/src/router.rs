use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};
use ticket_core::BoxOffice;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use crate::answer;
use crate::error::ApiError;
use crate::extract::BODY_BYTES_MAX;
use crate::once;
use crate::routes::{auth, bookings, health, holds, performances, shows, time, users, waitlist};

/// What every handler can use.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) box_office: BoxOffice,
    /// Becomes true when the server is about to end: nothing that waits may go on waiting.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Every route.
pub(crate) fn router(app: App) -> Router {
    // Only where seats come by the thousand.
    let compressed = CompressionLayer::new();
    // What an authenticated user changes may carry an idempotency key.
    let once = from_fn_with_state(app.clone(), once::answer_once);
    Router::new()
        .route("/api/users", post(users::join))
        .route("/api/users/me", get(users::me))
        .route("/api/users/booking", get(users::bookings))
        .route("/api/auth/login", post(auth::login))
        .route("/api/auth/token", post(auth::token))
        .route("/api/auth/refresh", post(auth::refresh))
        .route("/api/auth/logout", post(auth::logout))
        .route("/api/shows", get(shows::list))
        .route("/api/shows/{showId}", get(shows::show))
        .route("/api/shows/{showId}/available", get(shows::available))
        .route("/api/shows/{showId}/seats", get(shows::seats).layer(compressed.clone()))
        .route("/api/shows/ranking", get(shows::ranking))
        .route("/api/shows/seats/booked", get(shows::booked_seats).layer(compressed.clone()))
        .route("/api/performances/{id}/layout", get(performances::layout).layer(compressed.clone()))
        .route("/api/performances/{id}/seats", get(performances::seats).layer(compressed))
        .route("/api/performances/{id}/events", get(performances::events))
        .route("/api/holds", get(holds::list).post(holds::hold).route_layer(once.clone()))
        .route("/api/holds/{id}", delete(holds::release).patch(holds::change).route_layer(once.clone()))
        .route("/api/holds/{id}/extend", post(holds::extend).route_layer(once.clone()))
        .route("/api/bookings", post(bookings::book).route_layer(once.clone()))
        .route("/api/bookings/{id}", get(bookings::booking))
        .route("/api/bookings/cancel/{bookingId}", post(bookings::cancel).route_layer(once.clone()))
        .route("/api/waiting_bookings", get(waitlist::list).post(waitlist::join).route_layer(once.clone()))
        .route("/api/waiting_bookings/{id}", get(waitlist::entry).delete(waitlist::leave).route_layer(once.clone()))
        .route("/api/waiting_bookings/{id}/book", post(waitlist::book).route_layer(once))
        .route("/api/time", get(time::now))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(answer::in_time))
        .layer(from_fn(answer::with_request_id))
        .with_state(app)
}
