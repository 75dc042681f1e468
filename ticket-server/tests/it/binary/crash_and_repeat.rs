use std::time::Duration;

use ticket_core::api::{BookRequest, Credentials, JoinRequest};
use ticket_core::client::Client;
use ticket_core::domain::{BookingId, IdempotencyKey, PerformanceId, SeatId};
use ticket_core::testing::PlanBuilder;
use ticket_core::{BoxOffice, Config};

use super::process::{Running, command, new_database};

const ROUNDS: u32 = 8;

/// A server is killed at some moment around a sale, and nobody has got an answer. Whether it had sold or not: the same key
/// sells, or finds what was sold, and sells nothing else.
#[tokio::test]
async fn a_key_survives_the_server() {
    let (_folder, database) = new_database();
    let plan = PlanBuilder::hall(1, ROUNDS).far_in_the_future();
    let box_office = BoxOffice::open(Config::new(&database)).unwrap();
    assert!(box_office.apply(plan.build(), false).await.unwrap().applied);
    box_office.shutdown().await;
    let mut server = Running::start(&mut command(&database));
    let mina = mina(&server.url).await;
    let seats: Vec<SeatId> = mina.layout(PerformanceId(1)).await.unwrap().seats().map(|seat| seat.id).collect();

    let mut bookings: Vec<BookingId> = Vec::new();
    for (round, seat) in (0..).zip(seats) {
        let key = IdempotencyKey::random();
        let request = BookRequest::Seats { seat_ids: vec![seat] };
        let order = at(&server, &mina).with_key(key.clone());
        let lost = {
            let request = request.clone();
            tokio::spawn(async move { order.book(&request).await.map(drop) })
        };
        tokio::time::sleep(Duration::from_millis(round)).await;
        server.kill();
        lost.abort();
        server = Running::start(&mut command(&database));
        let order = at(&server, &mina).with_key(key);
        let receipt = order.book(&request).await.unwrap();
        assert_eq!(order.book(&request).await.unwrap(), receipt);
        assert_eq!(receipt.booking_tickets[0].seat_id, seat);
        bookings.push(receipt.booking_id);
    }
    let all = at(&server, &mina).bookings(1, 0, 100).await.unwrap().booking_list;
    assert_eq!(all.iter().rev().map(|booking| booking.booking_id).collect::<Vec<_>>(), bookings);
    let box_office = BoxOffice::open(Config::new(&database)).unwrap();
    let report = box_office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    box_office.shutdown().await;
}

async fn mina(url: &str) -> Client {
    let client = Client::new(url).unwrap();
    let (email, password) = ("mina@example.com".to_owned(), "password of mina".to_owned());
    client.join(&JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() }).await.unwrap();
    client.login(&Credentials { email, password }).await.unwrap();
    client
}

/// The same user at a server that was started anew, on another port.
fn at(server: &Running, client: &Client) -> Client {
    let again = Client::new(&server.url).unwrap();
    again.set_tokens(client.tokens());
    again
}
