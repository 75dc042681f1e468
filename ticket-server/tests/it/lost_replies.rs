//! The typed client behind a network that loses answers.

use std::time::Duration;

use ticket_core::api::{BookRequest, Credentials, ErrorCode};
use ticket_core::client::Client;
use ticket_core::domain::IdempotencyKey;

use crate::network::Network;
use crate::shop::Shop;

async fn mina(shop: &Shop, network: &Network) -> Client {
    shop.test.join("mina").await;
    let client = Client::new(&network.url).unwrap();
    let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    client.login(&credentials).await.unwrap();
    client
}

#[tokio::test]
async fn what_was_done_is_not_done_again() {
    let shop = Shop::open().await;
    let network = Network::before(vec![shop.address().to_owned()]).await;
    let mina = mina(&shop, &network).await;
    let swallow = |answers| network.swallow(answers);

    swallow(1);
    let held = mina.hold(shop.seats([0, 1]).await).await.unwrap();
    assert!(network.has_swallowed_all());
    assert_eq!(mina.holds(held.performance_id).await.unwrap().holds, [held]);

    swallow(1);
    let booked = mina.book(&BookRequest::Seats { seat_ids: shop.seats([0, 1]).await }).await.unwrap();
    assert!(network.has_swallowed_all());
    assert_eq!(mina.bookings(1, 0, 10).await.unwrap().total_items, 1);

    swallow(1);
    let canceled = mina.cancel(booked.booking_id, None).await.unwrap();
    assert!(network.has_swallowed_all());
    assert_eq!(canceled.canceled_tickets.len(), 2);
}

#[tokio::test]
async fn who_keeps_the_key_may_ask_again_as_often_as_it_takes() {
    let shop = Shop::open().await;
    let network = Network::before(vec![shop.address().to_owned()]).await;
    let mina = mina(&shop, &network).await;
    let request = BookRequest::Seats { seat_ids: shop.seats([0]).await };
    let order = mina.clone().with_key(IdempotencyKey::random());
    network.swallow(2);
    assert!(order.book(&request).await.unwrap_err().is_offline(), "it asks twice, and not for ever");
    let booked = order.book(&request).await.unwrap();
    assert_eq!(order.book(&request).await.unwrap(), booked);
    let other = BookRequest::Seats { seat_ids: shop.seats([1]).await };
    assert_eq!(order.book(&other).await.unwrap_err().code(), Some(ErrorCode::KeyReused));
    // Without the key, it is another wish for the same seat.
    assert_eq!(mina.book(&request).await.unwrap_err().code(), Some(ErrorCode::SeatTaken));
    assert_eq!(mina.bookings(1, 0, 10).await.unwrap().total_items, 1);
}

#[tokio::test]
async fn waits_for_the_first_request_to_end() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await.client.with_key(IdempotencyKey::random());
    let request = BookRequest::Seats { seat_ids: shop.seats([0]).await };
    let asking = futures_util::future::join_all((0..10).map(|_| mina.book(&request)));
    for receipt in asking.await {
        assert_eq!(receipt.unwrap().total_price, 150_000);
    }
    assert_eq!(mina.bookings(1, 0, 10).await.unwrap().total_items, 1);
}

#[tokio::test]
async fn what_might_do_harm_twice_is_asked_for_once() {
    let shop = Shop::open().await;
    let network = Network::before(vec![shop.address().to_owned()]).await;
    let mina = mina(&shop, &network).await.with_patience(Duration::from_mins(1));
    let hold = mina.hold(shop.seats([0]).await).await.unwrap();
    network.swallow(1);
    assert_eq!(mina.holds(hold.performance_id).await.unwrap().holds, std::slice::from_ref(&hold));
    assert!(network.has_swallowed_all());

    network.swallow(1);
    let lost = mina.release_hold(hold.hold_id).await.unwrap_err();
    assert!(network.has_swallowed_all() && lost.is_retryable() && lost.is_offline(), "{lost:?}");
    // It was done, and asking again would have been refused.
    assert_eq!(mina.release_hold(hold.hold_id).await.unwrap_err().code(), Some(ErrorCode::HoldNotFound));
}

#[tokio::test]
async fn a_session_outlives_a_lost_answer_to_its_renewal() {
    let shop = Shop::open().await;
    let network = Network::before(vec![shop.address().to_owned()]).await;
    let mina = mina(&shop, &network).await;
    network.swallow(1);
    mina.refresh().await.unwrap();
    assert!(network.has_swallowed_all());
    shop.test.clock.advance(Duration::from_mins(10));
    mina.refresh().await.unwrap();
    mina.me().await.unwrap();
}
