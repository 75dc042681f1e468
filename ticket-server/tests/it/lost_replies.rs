//! The typed client behind a network that loses answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ticket_core::api::{BookRequest, Credentials, ErrorCode};
use ticket_core::client::Client;
use ticket_core::domain::IdempotencyKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::shop::Shop;

/// Passes everything on, but swallows some answers, and breaks the connection instead.
struct Network {
    url: String,
    to_swallow: Arc<AtomicU32>,
}

impl Network {
    async fn before(shop: &Shop) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let to_swallow = Arc::new(AtomicU32::new(0));
        let (server, swallowed) = (shop.address().to_owned(), Arc::clone(&to_swallow));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass_on(client, server, Arc::clone(&swallowed)));
            }
        });
        Self { url, to_swallow }
    }

    fn swallow(&self, answers: u32) {
        self.to_swallow.store(answers, Ordering::SeqCst);
    }

    fn has_swallowed_all(&self) -> bool {
        self.to_swallow.load(Ordering::SeqCst) == 0
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, to_swallow: Arc<AtomicU32>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let requests = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut answer = [0; 65536];
    while let Ok(1..) = from_server.peek(&mut answer).await {
        if to_swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok() {
            break;
        }
        let count = from_server.read(&mut answer).await.unwrap();
        to_client.write_all(&answer[..count]).await.unwrap();
    }
    requests.abort();
}

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
    let network = Network::before(&shop).await;
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
    let network = Network::before(&shop).await;
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
