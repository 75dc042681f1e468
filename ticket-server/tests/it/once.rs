//! Idempotency keys: what was answered once is answered again, byte for byte.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::BoxOffice;
use ticket_core::domain::SeatId;
use tokio::task::JoinHandle;

use crate::answer::Answer;
use crate::shop::{Buyer, Shop};

/// Sends a request with a key, in this language.
async fn ask(shop: &Shop, buyer: &Buyer, key: &str, language: &str, path: &str, body: &[u8]) -> Answer {
    let request = shop.request(Method::POST, path).bearer_auth(&buyer.token).header("idempotency-key", key);
    let request = request.header("accept-language", language).header("content-type", "application/json");
    Answer::to(request.body(body.to_owned())).await
}

async fn post(shop: &Shop, buyer: &Buyer, key: &str, path: &str, body: &Value) -> Answer {
    ask(shop, buyer, key, "en", path, body.to_string().as_bytes()).await
}

#[track_caller]
fn assert_same(one: &Answer, two: &Answer) {
    let parts = |answer: &Answer| (answer.status, answer.header("content-type").to_owned(), answer.body.clone());
    assert_eq!(parts(one), parts(two), "{}\n{}", one.text(), two.text());
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

async fn bookings(buyer: &Buyer) -> u64 {
    buyer.client.bookings(1, 0, 1).await.unwrap().total_items
}

fn sabotage(shop: &Shop, sql: &str) {
    rusqlite::Connection::open(shop.test.database()).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn replays_a_booking_whatever_has_changed_since() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = json!({"seatIds": shop.seats([0, 1]).await});
    let first = post(&shop, &mina, "order-4711", "/api/bookings", &body).await;
    assert_eq!(first.ok()["totalPrice"], json!(300_000));
    sabotage(&shop, "UPDATE show SET name = 'Hamlet'; UPDATE seat SET price = 1");
    let canceled = post(&shop, &mina, "order-4711", "/api/bookings/cancel/1", &json!({})).await;
    assert_eq!(canceled.ok()["bookingStatus"], "CANCELED");
    // In another language, after the sale and by another token, and again and again.
    shop.test.clock.advance(Duration::from_hours(23));
    sabotage(&shop, "UPDATE performance SET sale_closes_at = 0");
    let mina = shop.buyer_again("mina").await;
    for language in ["ko", "en"] {
        let again = ask(&shop, &mina, "order-4711", language, "/api/bookings", body.to_string().as_bytes()).await;
        assert_same(&first, &again);
        let again = ask(&shop, &mina, "order-4711", language, "/api/bookings/cancel/1", b"{}").await;
        assert_same(&canceled, &again);
    }
    assert_eq!(bookings(&mina).await, 1);
}

#[tokio::test]
async fn answers_as_without_a_key() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0, 1]).await.hold_id;
    let body = json!({"holdId": hold});
    let plain = shop.post_as(&mina, "/api/bookings", &body).await;
    // Without a language, positions are Korean either way.
    let request = shop.request(Method::POST, "/api/bookings").bearer_auth(&mina.token).json(&body);
    let keyed = Answer::to(request.header("idempotency-key", "k")).await;
    assert_same(&plain, &keyed);
}

#[tokio::test]
async fn confirms_a_hold_once() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = json!({"holdId": shop.hold(&mina, [0]).await.hold_id});
    let first = post(&shop, &mina, "k", "/api/bookings", &body).await;
    assert_eq!(first.status, 200);
    assert_same(&first, &post(&shop, &mina, "k", "/api/bookings", &body).await);
}

#[tokio::test]
async fn a_key_is_good_for_one_request() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0, 1]).await;
    let body = json!({"seatIds": seats[..1]});
    assert_eq!(post(&shop, &mina, "k", "/api/bookings", &body).await.status, 200);
    // Whatever the other request is: it is not even read.
    for other in [json!({"seatIds": seats[1..]}).to_string(), format!("{body} "), "{".into(), String::new()] {
        let answer = ask(&shop, &mina, "k", "en", "/api/bookings", other.as_bytes()).await;
        answer.refused(422, "I_001", None);
    }
    assert_eq!(post(&shop, &mina, "k", "/api/bookings/cancel/1", &json!({})).await.status, 200, "another route");
    // The booking is part of what is asked for.
    post(&shop, &mina, "k", "/api/bookings/cancel/2", &json!({})).await.refused(422, "I_001", None);
    post(&shop, &mina, "k", "/api/bookings/cancel/x", &json!({})).await.refused(422, "I_001", None);
    assert_eq!(&shop.letters().await[..2], "CA");
}

#[tokio::test]
async fn a_key_is_its_users_own() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let seats = shop.seats([0, 1]).await;
    for (buyer, seat) in [(&mina, seats[0]), (&joon, seats[1])] {
        assert_eq!(post(&shop, buyer, "k", "/api/bookings", &json!({"seatIds": [seat]})).await.status, 200);
    }
    let anonymous = shop.request(Method::POST, "/api/bookings").header("idempotency-key", "k");
    Answer::to(anonymous.json(&json!({"seatIds": [seats[0]]}))).await.refused(401, "A_005", None);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let body = json!({"seatIds": shop.hold(&joon, [0]).await.seats.iter().map(|s| s.seat_id).collect::<Vec<SeatId>>()});
    post(&shop, &mina, "k", "/api/bookings", &body).await.refused(409, "B_003", None);
    post(&shop, &mina, "k", "/api/bookings", &json!({"seatIds": []})).await.refused(400, "B_001", None);
    ask(&shop, &mina, "k", "en", "/api/bookings", b"{").await.refused(400, "G_001", None);
    shop.test.clock.advance(Duration::from_mins(7));
    assert_eq!(post(&shop, &mina, "k", "/api/bookings", &body).await.status, 200);
}

#[tokio::test]
async fn refuses_what_is_no_key() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [3]).await.hold_id;
    let seats = json!({"seatIds": shop.seats([0]).await});
    let too_long = "k".repeat(256);
    for key in ["", " ", "two words", "tab\there", &too_long] {
        for (method, path, body) in [
            (Method::POST, "/api/bookings".to_owned(), &seats),
            (Method::POST, "/api/holds".to_owned(), &seats),
            (Method::POST, "/api/bookings/cancel/1".to_owned(), &json!({})),
            (Method::POST, format!("/api/holds/{hold}/extend"), &json!({})),
            (Method::PATCH, format!("/api/holds/{hold}"), &json!({})),
            (Method::DELETE, format!("/api/holds/{hold}"), &json!({})),
        ] {
            let request = shop.request(method, &path).bearer_auth(&mina.token).header("idempotency-key", key);
            Answer::to(request.json(body)).await.refused(400, "G_001", Some("Idempotency-Key"));
        }
    }
    let two = shop.request(Method::POST, "/api/bookings").bearer_auth(&mina.token).header("idempotency-key", "a");
    let two = two.header("idempotency-key", "b").json(&seats);
    Answer::to(two).await.refused(400, "G_001", Some("Idempotency-Key"));
    let longest = "k".repeat(255);
    assert_eq!(post(&shop, &mina, &longest, "/api/bookings", &seats).await.status, 200);
    // Reading takes no key, and does not mind one.
    let reading = shop.request(Method::GET, "/api/holds?performanceId=1").bearer_auth(&mina.token);
    assert_eq!(Answer::to(reading.header("idempotency-key", "")).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_with_a_key_too() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = " ".repeat(64 * 1024 + 1);
    ask(&shop, &mina, "k", "en", "/api/bookings", body.as_bytes()).await.refused(413, "G_004", None);
}

#[tokio::test]
async fn finds_its_hold_again() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = json!({"seatIds": shop.seats([0, 1]).await});
    let first = post(&shop, &mina, "k", "/api/holds", &body).await;
    assert_eq!(first.status, 200);
    shop.test.clock.advance(Duration::from_mins(1));
    assert_same(&first, &post(&shop, &mina, "k", "/api/holds", &body).await);
    let other = json!({"seatIds": shop.seats([2]).await});
    post(&shop, &mina, "k", "/api/holds", &other).await.refused(422, "I_001", None);
    assert_ne!(first.body, post(&shop, &mina, "l", "/api/holds", &other).await.body);
    shop.test.clock.advance(Duration::from_mins(6));
    post(&shop, &mina, "k", "/api/holds", &body).await.refused(410, "H_002", None);
}

#[tokio::test]
async fn chooses_the_best_seats_once() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = json!({"performanceId": 1, "best": {"count": 2, "together": true}});
    let first = post(&shop, &mina, "k", "/api/holds", &body).await;
    assert_eq!(first.status, 200);
    assert_same(&first, &post(&shop, &mina, "k", "/api/holds", &body).await);
    let other = json!({"performanceId": 1, "best": {"count": 1, "together": true}});
    post(&shop, &mina, "k", "/api/holds", &other).await.refused(422, "I_001", None);
    assert_eq!(shop.letters().await.matches('H').count(), 2);
}

#[tokio::test]
async fn changing_a_hold_again_answers_the_same() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let path = format!("/api/holds/{}", shop.hold(&mina, [0, 1]).await.hold_id);
    let change = json!({"add": shop.seats([2]).await, "remove": shop.seats([0]).await});
    let send = async |method: Method, path: &str, body: &Value| {
        let request = shop.request(method, path).bearer_auth(&mina.token).header("idempotency-key", "k");
        Answer::to(request.json(body)).await
    };
    let first = send(Method::PATCH, &path, &change).await;
    assert_eq!(first.status, 200);
    assert_same(&first, &send(Method::PATCH, &path, &change).await);
    let extend = format!("{path}/extend");
    assert_same(&send(Method::POST, &extend, &json!({})).await, &send(Method::POST, &extend, &json!({})).await);
    assert_eq!(send(Method::DELETE, &path, &json!({})).await.status, 204);
    send(Method::DELETE, &path, &json!({})).await.refused(404, "H_001", None);
}

#[tokio::test]
async fn the_second_is_told_that_the_first_still_runs() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let body = json!({"seatIds": shop.seats([0]).await});
    // Whichever comes first has to wait for the database, so the other one is answered before.
    let other = rusqlite::Connection::open(shop.test.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let send = || Box::pin(post(&shop, &mina, "k", "/api/bookings", &body));
    let (second, first) = futures_util::future::select(send(), send()).await.factor_first();
    second.refused(409, "I_002", None);
    other.execute_batch("ROLLBACK").unwrap();
    let first = first.await;
    assert_eq!(first.status, 200);
    assert_same(&first, &post(&shop, &mina, "k", "/api/bookings", &body).await);
    assert_eq!(bookings(&mina).await, 1);
}

/// Two servers on one database that does not mind selling a seat twice: only the key stands between one booking and two.
async fn race(shop: &Shop, mina: &Buyer, rounds: usize) -> u64 {
    sabotage(
        shop,
        "DROP INDEX ticket_seat_sold_once;
         UPDATE show SET max_seats_per_user = 1000000;
         CREATE TRIGGER forget AFTER UPDATE OF state ON seat WHEN NEW.state = 'BOOKED'
             BEGIN UPDATE seat SET state = 'AVAILABLE' WHERE id = NEW.id; END",
    );
    let (url, office, server) = another_server(shop).await;
    let body = json!({"seatIds": shop.seats([0]).await});
    for round in 0..rounds {
        let key = round.to_string();
        let there = shop.request_to(&url, Method::POST, "/api/bookings").bearer_auth(&mina.token).json(&body);
        let there = there.header("idempotency-key", &key).header("accept-language", "en");
        let (one, two) = tokio::join!(post(shop, mina, &key, "/api/bookings", &body), Answer::to(there));
        assert_eq!((one.status, two.status), (200, 200), "{} {}", one.text(), two.text());
    }
    server.abort();
    office.shutdown().await;
    bookings(mina).await
}

async fn another_server(shop: &Shop) -> (String, BoxOffice, JoinHandle<()>) {
    let office = shop.test.open_again();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = ticket_server::serve(listener, office.clone(), std::future::pending());
    (url, office, tokio::spawn(async move { serving.await.unwrap() }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_servers_one_books_and_both_answer() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    assert_eq!(race(&shop, &mina, 30).await, 30);
}

/// The control: without the unique index, some of the same pairs of requests book twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_unique_key_both_book() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    sabotage(&shop, "DROP INDEX idempotency_key_used_once");
    assert!(race(&shop, &mina, 30).await > 30);
}
