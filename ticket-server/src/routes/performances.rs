use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde::Deserialize;
use ticket_core::api::{ErrorCode, Layout, SeatStates, SeatUpdate};
use ticket_core::domain::PerformanceId;
use ticket_core::{SeatFeed, SeatFeedEvent};
use tokio::sync::watch;

use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::extract::{PathId, Query};
use crate::metrics::OpenStream;
use crate::router::App;

/// How often a silent event stream shows that it is still there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Tells nginx to pass events on as they come: it would keep them until it has a page of them.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

pub(crate) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A client may keep a layout, and has to ask whether it is still that one.
const REVALIDATE: (HeaderName, &str) = (CACHE_CONTROL, "no-cache");

/// Query of `GET /api/performances/{id}/seats`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SeatsQuery {
    /// The revision that the client has.
    #[param(example = "1a2b3c-42")]
    since: Option<String>,
}

/// What `GET /api/performances/{id}/seats` answers.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) enum SeatsAnswer {
    /// Without `since`.
    All(SeatStates),
    /// With it.
    Since(SeatUpdate),
}

/// Tells everything about the seats but their state, in drawing order.
///
/// It changes rarely: ask with `If-None-Match`.
#[utoipa::path(
    get,
    path = "/api/performances/{id}/layout",
    operation_id = "layout_performances",
    tag = "Seats of a performance",
    params(("id" = PerformanceId, Path, description = "The performance."), ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the layout that the client has.", example = "W/\"1\"")),
    responses((status = OK, description = "The layout.", body = Layout, headers(("ETag" = String, description = "The version of the layout."))), (status = NOT_MODIFIED, description = "The client has this layout already.", headers(("ETag" = String, description = "The version of the layout.")))),
    extensions(("x-error-codes" = json!([ErrorCode::PerformanceNotFound, ErrorCode::SaleClosed]))),
)]
pub(crate) async fn layout(
    State(app): State<App>,
    PathId(id): PathId<PerformanceId>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (performance, ..) = app.box_office.performance(id).await?;
    let known = etag(performance.layout_version);
    if matches(&headers, &known) {
        let headers = [(ETAG, known.as_str()), (VARY, ACCEPT_ENCODING.as_str()), REVALIDATE];
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let layout = app.box_office.layout(id).await?;
    Ok(([(ETAG, etag(layout.header.layout_version).as_str()), REVALIDATE], Json(layout)).into_response())
}

/// Tells how every seat looks, or with `since` what has changed since a revision.
#[utoipa::path(
    get,
    path = "/api/performances/{id}/seats",
    operation_id = "seats_performances",
    tag = "Seats of a performance",
    params(("id" = PerformanceId, Path, description = "The performance."), SeatsQuery),
    responses((status = OK, description = "All states, or the changes.", body = SeatsAnswer)),
    extensions(("x-error-codes" = json!([ErrorCode::PerformanceNotFound]))),
)]
pub(crate) async fn seats(
    State(app): State<App>,
    PathId(id): PathId<PerformanceId>,
    Query(query): Query<SeatsQuery>,
) -> Answer<Response> {
    Ok(match query.since {
        Some(revision) => Json(app.box_office.seat_changes(id, &revision).await?).into_response(),
        None => Json(app.box_office.seat_states(id).await?).into_response(),
    })
}

/// Tells the changes as they happen, after `Last-Event-ID` or from now on.
///
/// An event is named `seats` or `reset`; its data is a `SeatUpdate`, its id the revision. A comment every 15 seconds shows
/// that the stream lives.
#[utoipa::path(
    get,
    path = "/api/performances/{id}/events",
    operation_id = "events_performances",
    tag = "Seats of a performance",
    params(("id" = PerformanceId, Path, description = "The performance."), ("Last-Event-ID" = Option<String>, Header, description = "The revision that the client has seen last.", example = "1a2b3c-42")),
    responses((status = OK, description = "The stream; it ends when the server does.", body = String, content_type = "text/event-stream")),
    extensions(("x-error-codes" = json!([ErrorCode::PerformanceNotFound]))),
)]
pub(crate) async fn events(
    State(app): State<App>,
    PathId(id): PathId<PerformanceId>,
    headers: HeaderMap,
) -> Answer<([(HeaderName, &'static str); 1], Sse<impl Stream<Item = Result<Event, Infallible>>>)> {
    // An id that is not even text is one that this server has not given: the feed begins with a reset.
    let since = headers.get(LAST_EVENT_ID).map(|id| id.to_str().unwrap_or_default());
    let feed = app.box_office.subscribe(id, since).await?;
    let open = app.metrics.stream_opened();
    let stream = futures_util::stream::unfold((feed, app.stopping.clone(), open), next_event);
    Ok(([UNBUFFERED], Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT))))
}

/// What an event stream consists of.
type Watching = (SeatFeed, watch::Receiver<bool>, OpenStream);

/// Waits for the next event; the stream ends when the server does.
async fn next_event((mut feed, mut stopping, open): Watching) -> Option<(Result<Event, Infallible>, Watching)> {
    let event = tokio::select! {
        biased;
        // An error means that the server is gone already.
        _ = stopping.wait_for(|stopping| *stopping) => return None,
        event = feed.next() => event,
    };
    let (name, revision, update) = match event {
        SeatFeedEvent::Changes(changes) => ("seats", changes.revision.clone(), SeatUpdate::Changes(changes)),
        SeatFeedEvent::Reset { revision } => ("reset", revision, SeatUpdate::RESET),
    };
    let event = Event::default().event(name).id(revision).json_data(update).ok()?;
    Some((Ok(event), (feed, stopping, open)))
}

/// Weak, for the same layout is sent compressed and plain.
fn etag(layout_version: u64) -> String {
    format!("W/\"{layout_version}\"")
}

/// Whether the client has this version already (RFC 9110, 13.1.2).
fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let strong = etag.trim_start_matches("W/");
    known
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == strong)
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use ticket_core::testing::{PlanBuilder, TestShop};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_shows_that_it_is_there() {
        let shop = TestShop::with(ticket_core::HoldBackend::Embedded, PlanBuilder::hall(1, 1).build()).await;
        let (_running, stopping) = watch::channel(false);
        let app = App::of(shop.box_office.clone(), stopping);
        let events = events(State(app), PathId(shop.performance(0).await), HeaderMap::new()).await.unwrap();
        let mut stream = events.into_response().into_body().into_data_stream();
        for _ in 0..2 {
            let begin = tokio::time::Instant::now();
            assert_eq!(stream.next().await.unwrap().unwrap(), ":\n\n");
            assert_eq!(begin.elapsed().as_secs(), HEARTBEAT.as_secs());
        }
    }

    /// hyper asks for the next event when the network has taken the last one. What happens meanwhile is kept for nobody:
    /// who comes back is told each seat once, as it is then.
    #[tokio::test]
    async fn nothing_is_kept_for_who_does_not_read() {
        let shop = TestShop::with(ticket_core::HoldBackend::Embedded, PlanBuilder::hall(1, 4).build()).await;
        let (_running, stopping) = watch::channel(false);
        let app = App::of(shop.box_office.clone(), stopping);
        let (id, mina, seats) = (shop.performance(0).await, shop.join("mina").await, shop.seats(0).await);
        let events = events(State(app), PathId(id), HeaderMap::new()).await.unwrap();
        let mut stream = events.into_response().into_body().into_data_stream();
        for _ in 0..500 {
            let hold = shop.box_office.hold(mina, seats.clone()).await.unwrap().hold.id;
            shop.box_office.release_hold(mina, hold).await.unwrap();
        }
        shop.box_office.book(mina, vec![seats[2]]).await.unwrap();
        // By then the feed has caught up.
        let revision = shop.box_office.seat_states(id).await.unwrap().revision;
        let event = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
        assert!(event.contains(&format!("id: {revision}\n")), "{event}");
        assert!(event.contains(r#"[2,"B"]"#) && event.matches(",\"").count() <= 6, "{event}");
    }
}
