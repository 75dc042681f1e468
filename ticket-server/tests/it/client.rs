//! The typed client knows every route.

use std::collections::BTreeSet;

use ticket_core::api::{BookRequest, ChangeHoldRequest, Credentials, JoinRequest, PartState, PasswordChange};
use ticket_core::client::Client;
use ticket_core::domain::{Category, RankingPeriod, ShowId};
use ticket_core::testing::offer_canceled_seats;

use crate::contract::{contract, operations};
use crate::shop::{OPEN, Shop};

#[tokio::test]
async fn has_a_method_for_every_route() {
    let shop = Shop::open().await;
    let client = shop.client();
    account(&client).await;
    look_around(&shop, &client).await;
    sell(&shop, &client).await;
    wait(&shop, &client).await;
    service(&client).await;
    client.logout().await.unwrap();

    let asked = succeeded(&client.metrics().await.unwrap());
    // That page is for people.
    let all = operations(contract().await).filter(|(_, path, _)| !path.starts_with("/docs"));
    let all: BTreeSet<_> = all.map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(asked, all);
}

/// What the server has answered with a success.
fn succeeded(metrics: &str) -> BTreeSet<String> {
    let counts = metrics.lines().filter_map(|line| line.strip_prefix("ticket_http_request_duration_seconds_count{"));
    counts
        .filter_map(|labels| {
            let mut values = labels.split('"').skip(1).step_by(2);
            let (method, route, status) = (values.next()?, values.next()?, values.next()?);
            status.starts_with('2').then(|| format!("{method} {route}"))
        })
        .collect()
}

async fn account(client: &Client) {
    let (email, password) = ("mina@example.com".to_owned(), "password of mina".to_owned());
    let join = JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() };
    let joined = client.join(&join).await.unwrap();
    client.login(&Credentials { email, password: password.clone() }).await.unwrap();
    assert_eq!(client.me().await.unwrap().user_id, joined.user_id);
    let change = PasswordChange { current_password: password, new_password: "another password".into() };
    client.change_password(&change).await.unwrap();

    let before = client.tokens().unwrap();
    let access_token = client.refresh_access_token().await.unwrap();
    let after = client.tokens().unwrap();
    assert_eq!((&after.access_token, &after.refresh_token), (&access_token, &before.refresh_token));
    client.refresh().await.unwrap();
    assert_ne!(client.tokens().unwrap().refresh_token, before.refresh_token);
    client.me().await.unwrap();
}

async fn look_around(shop: &Shop, client: &Client) {
    let (show, performance) = (ShowId(1), shop.performance(OPEN).await);
    assert_eq!(client.shows(Some(Category::Play), Some("tempest"), 0).await.unwrap().total_items, 1);
    assert_eq!(client.set_like(show, true).await.unwrap().likes, 1);
    assert_eq!(client.likes(0).await.unwrap().content[0].show_id, show);
    assert_eq!(client.set_like(show, false).await.unwrap().likes, 0);
    assert_eq!(client.show(show).await.unwrap().likes, 0);
    client.ranking(Category::Play, RankingPeriod::Day).await.unwrap();

    let first = &client.available(show).await.unwrap().available_dates[0];
    assert_eq!(client.seats(show, first.show_date, first.round).await.unwrap().seats_info.len(), 2);
    assert!(client.booked_seats(show, first.show_date, first.round).await.unwrap().seats_detail_infos.is_empty());
    assert_eq!(client.layout(performance).await.unwrap().seats().count(), 60);
    let revision = client.seat_states(performance).await.unwrap().revision;
    client.seat_changes(performance, &revision).await.unwrap();
    client.events(performance, Some(&revision)).await.unwrap();
}

async fn sell(shop: &Shop, client: &Client) {
    let hold = client.hold(shop.seats([0]).await).await.unwrap();
    assert_eq!(client.holds(hold.performance_id).await.unwrap().holds, std::slice::from_ref(&hold));
    client.extend_hold(hold.hold_id).await.unwrap();
    let change = ChangeHoldRequest { add: shop.seats([1]).await, remove: vec![] };
    assert_eq!(client.change_hold(hold.hold_id, &change).await.unwrap().seats.len(), 2);
    client.release_hold(hold.hold_id).await.unwrap();
    let booked = client.book(&BookRequest::Seats { seat_ids: shop.seats([2]).await }).await.unwrap();
    client.booking(booked.booking_id).await.unwrap();
    assert_eq!(client.bookings(1, 0, 10).await.unwrap().total_items, 1);
    client.cancel(booked.booking_id, None).await.unwrap();
}

async fn wait(shop: &Shop, client: &Client) {
    let joon = shop.buyer("joon").await;
    let seats = shop.seats([10, 11]).await;
    let taken = joon.client.book(&BookRequest::Seats { seat_ids: seats.clone() }).await.unwrap();
    let entries = [client.join_waitlist(1, seats[..1].to_vec()).await, client.join_waitlist(1, seats).await];
    let [first, second] = entries.map(|entry| entry.unwrap().waiting_booking_id);
    assert_eq!(client.waitlist(0, 10).await.unwrap().total_items, 2);
    client.waitlist_entry(first).await.unwrap();
    client.leave_waitlist(second).await.unwrap();
    joon.client.cancel(taken.booking_id, None).await.unwrap();
    offer_canceled_seats(&shop.test.box_office).await;
    client.book_offer(first).await.unwrap();
}

async fn service(client: &Client) {
    client.time().await.unwrap();
    client.check_alive().await.unwrap();
    let readiness = client.readiness().await.unwrap();
    assert_eq!((readiness.ready, readiness.parts.lock_store), (true, PartState::Ready));
    client.metrics().await.unwrap();
    assert!(client.contract().await.unwrap().starts_with('{'));
}

#[tokio::test]
async fn not_being_ready_is_an_answer() {
    let shop = Shop::open().await;
    shop.test.box_office.shutdown().await;
    let readiness = shop.client().readiness().await.unwrap();
    assert_eq!((readiness.ready, readiness.parts.database), (false, PartState::NotReady));
}

/// Whoever has just the client must not pay for the engine.
#[test]
fn alone_it_brings_neither_sqlite_nor_redis() {
    let names = dependencies(&["-p", "ticket-core", "--no-default-features", "--features", "client"]);
    assert!(names.contains("reqwest"), "{names:?}");
    for absent in ["rusqlite", "libsqlite3-sys", "redis", "argon2", "axum", "jsonwebtoken", "lettre"] {
        assert!(!names.contains(absent), "{absent}");
    }
}

/// Nor has the seat picker, whose demo is a server, the page that is for developers.
#[test]
fn the_seat_picker_embeds_no_page_of_the_api() {
    let names = dependencies(&["-p", "ticket-tui"]);
    assert!(names.contains("utoipa-axum"), "{names:?}");
    assert!(!names.contains("utoipa-swagger-ui"));
}

/// The names of all crates that these arguments of cargo bring.
fn dependencies(of: &[&str]) -> BTreeSet<String> {
    let tree = std::process::Command::new(env!("CARGO"))
        .arg("tree")
        .args(of)
        .args(["--edges", "normal,build", "--prefix", "none", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}
