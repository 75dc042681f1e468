use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ticket_core::api::{BookRequest, BookingReceipt, Credentials, JoinRequest};
use ticket_core::client::Client;
use ticket_core::domain::{PerformanceId, SeatId};
use ticket_core::testing::PlanBuilder;
use ticket_core::{BoxOffice, Config};
use tokio::sync::Notify;

use super::process::{Running, command, new_database};
use crate::shop::soon;

const BUYERS: u32 = 4;
const SEATS_PER_BUYER: u32 = 100;
/// Bookings that are acknowledged before the power goes.
const ACKNOWLEDGED_MIN: u64 = 40;

/// Tells when enough bookings have been acknowledged.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicU64,
    enough: Notify,
}

#[tokio::test]
async fn no_acknowledged_booking_is_lost_when_the_server_is_killed() {
    let (_folder, database) = new_database();
    let plan = PlanBuilder::hall(BUYERS, SEATS_PER_BUYER).far_in_the_future().with(|plan| {
        plan.max_seats_per_user = SEATS_PER_BUYER;
    });
    let box_office = BoxOffice::open(Config::new(&database)).unwrap();
    assert!(box_office.apply(plan.build(), false).await.unwrap().applied);
    box_office.shutdown().await;

    let mut server = Running::start(&mut command(&database));
    let progress = Arc::new(Progress::default());
    let layout = Client::new(&server.url).unwrap().layout(PerformanceId(1)).await.unwrap();
    let seats: Vec<SeatId> = layout.seats().map(|seat| seat.id).collect();
    let mut buyers = Vec::new();
    for (n, seats) in seats.chunks(SEATS_PER_BUYER as usize).enumerate() {
        let client = join(&server.url, n).await;
        buyers.push(tokio::spawn(book_until_refused(client, seats.to_vec(), Arc::clone(&progress))));
    }
    soon(progress.enough.notified()).await;
    server.kill();
    let mut acknowledged = Vec::new();
    for buyer in buyers {
        acknowledged.push(soon(buyer).await.unwrap());
    }
    let count: usize = acknowledged.iter().map(Vec::len).sum();
    assert!(count >= usize::try_from(ACKNOWLEDGED_MIN).unwrap());
    assert!(count < seats.len(), "every seat was sold before the server was killed: the test proves nothing");

    let server = Running::start(&mut command(&database));
    for (n, receipts) in acknowledged.iter().enumerate() {
        let client = log_in(&server.url, n).await;
        for receipt in receipts {
            let found = client.booking(receipt.booking_id).await.unwrap().receipt;
            assert_eq!(found, *receipt);
        }
    }
    let box_office = BoxOffice::open(Config::new(&database)).unwrap();
    let report = box_office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    // What was sold without the answer having come back is sold all the same: nobody is lost, nobody is sold twice.
    let states = box_office.seat_states(PerformanceId(1)).await.unwrap().states;
    let sold = states.chars().filter(|letter| *letter == 'B').count();
    assert!((count..=count + BUYERS as usize).contains(&sold), "{sold} sold, {count} acknowledged");
    box_office.shutdown().await;
}

fn credentials(n: usize) -> Credentials {
    Credentials { email: format!("buyer{n}@example.com"), password: "correct horse".into() }
}

async fn join(url: &str, n: usize) -> Client {
    let Credentials { email, password } = credentials(n);
    let request = JoinRequest { email, password, name: format!("Buyer {n}") };
    Client::new(url).unwrap().join(&request).await.unwrap();
    log_in(url, n).await
}

async fn log_in(url: &str, n: usize) -> Client {
    let client = Client::new(url).unwrap();
    client.login(&credentials(n)).await.unwrap();
    client
}

/// Books seat after seat; returns what the server has acknowledged.
async fn book_until_refused(client: Client, seats: Vec<SeatId>, progress: Arc<Progress>) -> Vec<BookingReceipt> {
    let mut acknowledged = Vec::new();
    for seat in seats {
        let Ok(receipt) = client.book(&BookRequest::Seats { seat_ids: vec![seat] }).await else { break };
        acknowledged.push(receipt);
        if progress.acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == ACKNOWLEDGED_MIN {
            progress.enough.notify_one();
        }
    }
    acknowledged
}
