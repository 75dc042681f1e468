use serde_json::json;
use ticket_core::HoldBackend;
use ticket_core::api::BookRequest;
use ticket_server::ServerConfig;

use crate::shop::{OPEN, Shop, soon};

/// Everything that is told now.
async fn scrape(shop: &Shop) -> String {
    let answer = shop.get("/metrics").await;
    assert_eq!(answer.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(answer.text().ends_with("# EOF\n"));
    answer.text().to_owned()
}

/// The value of a series by its name and labels.
fn value_in(text: &str, series: &str) -> Option<f64> {
    let value = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(value.parse().unwrap())
}

async fn value(shop: &Shop, series: &str) -> Option<f64> {
    value_in(&scrape(shop).await, series)
}

#[tokio::test]
async fn what_is_sold_is_counted() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let seats = |n| shop.seats([n]);
    let booked = mina.client.book(&BookRequest::Seats { seat_ids: seats(0).await }).await.unwrap();
    let hold = shop.hold(&mina, [1]).await;
    mina.client.book(&BookRequest::Hold { hold_id: hold.hold_id }).await.unwrap();
    mina.client.cancel(booked.booking_id, None).await.unwrap();
    joon.client.book(&BookRequest::Seats { seat_ids: seats(1).await }).await.unwrap_err();
    // Without a key it is another way through the box office.
    shop.post_as(&joon, "/api/bookings", &json!({"seatIds": seats(1).await})).await.refused(409, "B_003", None);
    let text = scrape(&shop).await;
    for (series, count) in [
        ("ticket_bookings_total", 2.0),
        ("ticket_holds_total", 1.0),
        ("ticket_cancellations_total", 1.0),
        ("ticket_conflicts_total", 2.0),
        ("ticket_writes_waiting", 0.0),
        ("ticket_database_up", 1.0),
        ("ticket_lock_store_up", 1.0),
    ] {
        assert_eq!(value_in(&text, series), Some(count), "{series}: {text}");
    }
    let batches = |what: &str| value_in(&text, &format!("ticket_batch_writes_{what}")).unwrap();
    assert_eq!(batches("bucket{le=\"+Inf\"}"), batches("count"));
    assert!(batches("sum") >= 4.0);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    let shop = Shop::open().await;
    for path in ["/api/shows/1", "/api/shows/2", "/api/shows/3", "/nothing", "/nowhere"] {
        shop.get(path).await;
    }
    for method in ["BREW", "DELETE", "OPTIONS"] {
        let odd = shop.request(reqwest::Method::from_bytes(method.as_bytes()).unwrap(), "/api/shows");
        assert_eq!(odd.send().await.unwrap().status(), 405);
    }
    let requests = |labels: &str| format!("ticket_http_request_duration_seconds_count{{{labels}}}");
    for (labels, count) in [
        (r#"method="GET",route="/api/shows/{showId}",status="200""#, 1.0),
        (r#"method="GET",route="/api/shows/{showId}",status="404""#, 2.0),
        (r#"method="GET",route="none",status="404""#, 2.0),
        (r#"method="other",route="/api/shows",status="405""#, 3.0),
    ] {
        assert_eq!(value(&shop, &requests(labels)).await, Some(count), "{labels}");
    }
}

#[tokio::test]
async fn open_streams_and_connections_are_counted() {
    let shop = Shop::open().await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(shop.client().events(shop.performance(OPEN).await, None).await.unwrap());
    }
    assert_eq!(value(&shop, "ticket_event_streams").await, Some(3.0));
    assert!(value(&shop, "ticket_connections").await >= Some(4.0));
    drop(streams);
    soon(async { while value(&shop, "ticket_event_streams").await != Some(0.0) {} }).await;
}

#[tokio::test]
async fn a_lock_store_that_is_away_is_told() {
    let mut shop = Shop::open_with(HoldBackend::Redis, ServerConfig::default()).await;
    assert_eq!(shop.get("/readyz").await.status, 200);
    drop(shop.test.redis.take());
    let ready = shop.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.text(), r#"{"ready":false,"parts":{"database":"ready","lockStore":"notReady"}}"#);
    assert_eq!(value(&shop, "ticket_lock_store_up").await, Some(0.0));
    assert_eq!(value(&shop, "ticket_database_up").await, Some(1.0));
}

#[tokio::test]
async fn looking_at_its_health_writes_nothing() {
    for holds in [HoldBackend::Embedded, HoldBackend::Redis] {
        let shop = Shop::open_with(holds, ServerConfig::default()).await;
        let transactions = async || value(&shop, "ticket_batch_writes_count").await.unwrap();
        let before = transactions().await;
        for _ in 0..10 {
            assert_eq!(shop.get("/readyz").await.status, 200);
        }
        assert!((transactions().await - before).abs() < 0.5, "{holds:?}");
    }
}
