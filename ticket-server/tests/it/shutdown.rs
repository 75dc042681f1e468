use tokio::net::TcpStream;

use crate::raw::RawConnection;
use crate::shop::{OPEN, Shop, soon};

#[tokio::test]
async fn a_request_in_flight_is_finished() {
    let mut shop = Shop::open().await;
    shop.buyer("mina").await;
    let in_flight = RawConnection::begin_login(shop.address()).await;
    let mut events = shop.client().events(shop.performance(OPEN).await, None).await.unwrap();
    shop.stop();
    // When the streams end, nothing new is accepted any more.
    assert!(soon(events.next()).await.is_none());
    assert!(TcpStream::connect(shop.address()).await.is_err());
    let answer = in_flight.finish_login().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("accessToken"), "{answer}");
    assert!(shop.ended().await.is_ok());
}

#[tokio::test]
async fn idle_connections_and_event_streams_hold_nothing_up() {
    let mut shop = Shop::open().await;
    let mut idle = RawConnection::to(shop.address()).await;
    idle.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    idle.read_until("\r\n\r\nok").await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(shop.client().events(shop.performance(OPEN).await, None).await.unwrap());
    }
    shop.stop();
    for stream in &mut streams {
        assert!(soon(stream.next()).await.is_none());
    }
    assert_eq!(idle.read_to_end().await, "");
    assert!(shop.ended().await.is_ok());
}

#[tokio::test]
async fn the_box_office_stays_open() {
    let mut shop = Shop::open().await;
    let box_office = shop.test.box_office.clone();
    shop.stop();
    // The shop, and with it the folder, lives until the end.
    let Shop { server, test, .. } = shop;
    soon(server).await.unwrap().unwrap();
    assert!(box_office.check().await.is_ok());
    drop(test);
}
