//! Idempotency keys: what was answered once is answered again, byte for byte.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::domain::SeatId;
use ticket_core::{BoxOffice, HoldBackend};
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
    // Not even by seats that are those of the hold.
    let seats: Vec<Value> = first.ok()["seats"].as_array().unwrap().iter().map(|seat| seat["seatId"].clone()).collect();
    post(&shop, &mina, "k", "/api/holds", &json!({"seatIds": seats})).await.refused(422, "I_001", None);
    assert_eq!(shop.letters().await.matches('H').count(), 2);
}

/// A request, and another of the same route.
struct Write {
    method: Method,
    path: String,
    body: Value,
    other_path: String,
    other_body: Value,
}

/// Every write that takes a key, in an order in which each can be done.
async fn writes(shop: &Shop, mina: &Buyer) -> Vec<Write> {
    let (seats, there) = (shop.seats(0..9).await, shop.test.seats(1).await);
    let changed = shop.hold(mina, [4, 5]).await.hold_id;
    let offered = offered(shop, mina).await;
    let write = |method: Method, path: &str, body: Value, other_body: Value| Write {
        method,
        path: path.to_owned(),
        body,
        other_path: path.to_owned(),
        other_body,
    };
    let other = |write: Write, path: &str| Write { other_path: path.to_owned(), ..write };
    let hold = format!("/api/holds/{changed}");
    let elsewhere = "/api/holds/1-000000000000000000000000000000ff";
    let wish = json!({"seatCount": 1, "seatIds": [seats[7]]});
    vec![
        write(Method::PUT, "/api/shows/1/like", json!({}), json!({"a": 1})),
        other(write(Method::DELETE, "/api/shows/1/like", json!({}), json!({})), "/api/shows/2/like"),
        write(Method::POST, "/api/holds", json!({"seatIds": [seats[0]]}), json!({"seatIds": [there[0]]})),
        write(
            Method::PATCH,
            &hold,
            json!({"add": [seats[6]], "remove": [seats[4]]}),
            json!({"add": [seats[4]], "remove": [seats[6]]}),
        ),
        other(write(Method::POST, &format!("{hold}/extend"), json!({}), json!({})), &format!("{elsewhere}/extend")),
        write(Method::DELETE, &hold, json!({}), json!({"a": 1})),
        write(Method::POST, "/api/bookings", json!({"seatIds": [seats[1]]}), json!({"seatIds": [seats[2]]})),
        write(Method::POST, "/api/bookings/cancel/2", json!({}), json!({"ticketIds": [1]})),
        write(Method::POST, "/api/waiting_bookings", wish, json!({"seatCount": 2, "seatIds": [seats[7]]})),
        write(Method::POST, &format!("/api/waiting_bookings/{offered}/book"), json!({}), json!({"a": 1})),
        other(write(Method::DELETE, "/api/waiting_bookings/2", json!({}), json!({})), "/api/waiting_bookings/1"),
    ]
}

/// An entry of the waitlist with an offer, for a seat that a booking has given back; another's booking keeps one more seat.
async fn offered(shop: &Shop, mina: &Buyer) -> ticket_core::domain::EntryId {
    let joon = shop.buyer("joon").await;
    let seats = shop.seats([7, 8]).await;
    let bought = shop.test.box_office.book(joon.id, seats.clone()).await.unwrap();
    let wish = ticket_core::domain::WaitlistWish { seat_count: 1, seats: vec![seats[1]] };
    let entry = shop.test.box_office.join_waitlist(mina.id, wish).await.unwrap();
    let ticket = bought.tickets.iter().find(|ticket| ticket.seat.id == seats[1]).unwrap().id;
    shop.test.box_office.cancel(joon.id, bought.id, Some(vec![ticket])).await.unwrap();
    ticket_core::testing::offer_canceled_seats(&shop.test.box_office).await;
    entry
}

async fn send(shop: &Shop, buyer: &Buyer, method: &Method, path: &str, body: &Value) -> Answer {
    let request = shop.request(method.clone(), path).bearer_auth(&buyer.token).header("idempotency-key", "k");
    Answer::to(request.json(body)).await
}

/// Between the first and the second, everything else is done; time passes; and the hold store is another one.
#[rstest::rstest]
#[tokio::test]
async fn every_write_is_replayed_and_another_is_refused(
    #[values(HoldBackend::Embedded, HoldBackend::Redis)] holds: HoldBackend,
) {
    let shop = Shop::open_with(holds, ticket_server::ServerConfig::default()).await;
    let mina = shop.buyer("mina").await;
    let writes = writes(&shop, &mina).await;
    let mut first = Vec::new();
    for Write { method, path, body, other_path, other_body } in &writes {
        let answer = send(&shop, &mina, method, path, body).await;
        assert!([200, 204].contains(&answer.status), "{method} {path}: {}", answer.text());
        assert_same(&answer, &send(&shop, &mina, method, path, body).await);
        send(&shop, &mina, method, other_path, other_body).await.refused(422, "I_001", None);
        first.push(answer);
    }
    let state = (shop.letters().await, mina.client.bookings(1, 0, 9).await.unwrap(), likes(&shop, &mina).await);
    shop.test.clock.advance(Duration::from_mins(1));
    for (Write { method, path, body, other_path, other_body }, first) in writes.iter().zip(&first) {
        assert_same(first, &send(&shop, &mina, method, path, body).await);
        send(&shop, &mina, method, other_path, other_body).await.refused(422, "I_001", None);
    }
    let after = (shop.letters().await, mina.client.bookings(1, 0, 9).await.unwrap(), likes(&shop, &mina).await);
    assert_eq!(after, state);
}

async fn likes(shop: &Shop, buyer: &Buyer) -> String {
    shop.get_as(buyer, "/api/users/likes").await.text().to_owned()
}

/// A key could only keep its request as a hash that says more of the password than that of the account does.
#[tokio::test]
async fn a_password_is_changed_once_without_a_key() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let change = json!({"currentPassword": "password of mina", "newPassword": "another password"});
    let first = send(&shop, &mina, &Method::POST, "/api/users/me/password", &change).await;
    let again = send(&shop, &mina, &Method::POST, "/api/users/me/password", &change).await;
    // Whoever has lost the first answer has a session all the same, and nobody has the first one.
    let tokens = |answer: &Answer| answer.ok()["refreshToken"].as_str().unwrap().to_owned();
    let refresh = async |token: String| shop.post("/api/auth/refresh", &json!({"refreshToken": token})).await;
    assert_eq!(refresh(tokens(&again)).await.status, 200);
    refresh(tokens(&first)).await.refused(401, "A_012", None);
    // Neither of the passwords is right.
    let wrong = json!({"currentPassword": "password of mina", "newPassword": "a third password"});
    send(&shop, &mina, &Method::POST, "/api/users/me/password", &wrong).await.refused(401, "A_001", None);
    let kept: i64 = rusqlite::Connection::open(shop.test.database())
        .unwrap()
        .query_row("SELECT count(*) FROM idempotency", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 0);
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
