//! Access tokens of accounts that were deleted. They are good for a while, and do nothing.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::Changed;
use ticket_server::ServerConfig;

use crate::answer::Answer;
use crate::shop::{OPEN, Shop, unknown_hold};

#[rstest]
#[tokio::test]
async fn every_route_refuses_an_account_that_is_gone(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = Shop::open_with(holds, ServerConfig::default()).await;
    let mina = shop.buyer("mina").await;
    assert!(matches!(shop.test.box_office.delete_user(mina.id, false).await.unwrap(), Changed::Done(_)));
    let (seats, performance) = (shop.seats([0, 1]).await, shop.performance(OPEN).await);
    let hold = unknown_hold(performance);
    let passwords = json!({"currentPassword": "password of mina", "newPassword": "another password"});
    let before = shop.letters().await;
    for (method, path, body) in [
        (Method::POST, "/api/auth/logout", None),
        (Method::POST, "/api/bookings", Some(json!({"seatIds": seats}))),
        (Method::POST, "/api/bookings", Some(json!({"holdId": hold}))),
        (Method::POST, "/api/bookings/cancel/1", Some(json!({}))),
        (Method::GET, "/api/bookings/1", None),
        (Method::GET, "/api/users/booking?duration=1", None),
        (Method::GET, "/api/users/likes", None),
        (Method::GET, "/api/users/me", None),
        (Method::POST, "/api/users/me/password", Some(passwords)),
        (Method::PUT, "/api/shows/1/like", None),
        (Method::DELETE, "/api/shows/1/like", None),
        (Method::POST, "/api/holds", Some(json!({"seatIds": seats}))),
        (
            Method::POST,
            "/api/holds",
            Some(json!({"performanceId": performance, "best": {"count": 2, "together": true}})),
        ),
        (Method::GET, &format!("/api/holds?performanceId={performance}"), None),
        (Method::PATCH, &format!("/api/holds/{hold}"), Some(json!({"add": seats}))),
        (Method::POST, &format!("/api/holds/{hold}/extend"), None),
        (Method::DELETE, &format!("/api/holds/{hold}"), None),
        (Method::POST, "/api/waiting_bookings", Some(json!({"seatCount": 1, "seatIds": seats}))),
        (Method::GET, "/api/waiting_bookings", None),
        (Method::GET, "/api/waiting_bookings/1", None),
        (Method::DELETE, "/api/waiting_bookings/1", None),
        (Method::POST, "/api/waiting_bookings/1/book", None),
    ] {
        for key in [None, Some("a-key")] {
            let request = shop.request(method.clone(), path).bearer_auth(&mina.token);
            let request = key.iter().fold(request, |request, key| request.header("idempotency-key", *key));
            let request = body.iter().fold(request, |request, body: &Value| request.json(body));
            let answer = Answer::to(request).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
            answer.refused(404, "U_001", None);
        }
    }
    assert_eq!(shop.letters().await, before);
    assert_eq!(shop.get("/api/shows/1").await.ok()["likes"], json!(0));
    assert!(shop.test.box_office.audit().await.unwrap().is_clean());
}
