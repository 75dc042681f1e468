//! Two servers over one database, restarted one after the other while a crowd buys.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use rstest::rstest;
use tempfile::TempDir;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{BookRequest, BookingReceipt, Credentials, ErrorCode, JoinRequest};
use ticket_core::client::{Client, ClientError};
use ticket_core::domain::{IdempotencyKey, PerformanceId, SeatId, TicketState};
use ticket_core::testing::{PlanBuilder, PrivateRedis};
use ticket_core::{BoxOffice, Config};
use tokio::sync::watch;

use super::process::{Running, command};
use crate::network::Network;
use crate::shop::soon;

const SERVERS: usize = 2;
/// How often each of them is restarted.
const ROUNDS: usize = 3;
/// Two of them always want the same seats.
const BUYERS: usize = 6;
/// Orders that are answered between two restarts.
const ORDERS_BETWEEN: u64 = 20;
const SEATS_PER_ORDER: usize = 2;
const ROWS: u32 = 20;
const SEATS_PER_ROW: u32 = 300;
/// How long a buyer goes on trying.
const PATIENCE: Duration = Duration::from_mins(1);

/// The invariant that a held seat is free.
const HELD_AND_SOLD: u8 = 12;

struct Stage {
    redis: Option<PrivateRedis>,
    office: BoxOffice,
    folder: TempDir,
}

/// What a buyer was told.
#[derive(Default)]
struct Told {
    bookings: Vec<(Client, BookingReceipt)>,
    canceled: Vec<(Client, BookingReceipt)>,
    /// Seats that somebody else was faster to get.
    lost: Vec<SeatId>,
}

#[derive(Default)]
struct Course {
    answered: AtomicU64,
    changed: watch::Sender<u64>,
    is_over: AtomicBool,
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarting_one_by_one_loses_nothing_and_no_buyer_sees_more_than_that_he_has_to_try_again(
    #[values(Embedded, Redis)] holds: HoldBackend,
    // The second is the control: it must cut off requests, and yet lose nothing.
    #[values("TERM", "KILL")] signal: &str,
) {
    let stage = Stage::new(holds).await;
    let mut servers: Vec<Running> = (0..SERVERS).map(|_| stage.serve()).collect();
    let network = Network::before(servers.iter().map(|server| server.address().to_owned()).collect()).await;
    let course = Arc::<Course>::default();
    let seats = stage.seats().await;
    let mut crowd = Vec::new();
    for (n, seats) in seats.chunks(seats.len() / (BUYERS / 2 + 1)).take(BUYERS / 2 + 1).enumerate() {
        let seats = seats.to_vec();
        if n < BUYERS / 2 {
            for rival in ["a", "b"] {
                let client = stage.buyer(&format!("{rival}{n}"), &network.url).await.with_patience(PATIENCE);
                crowd.push(tokio::spawn(buy_patiently(client, seats.clone(), Arc::clone(&course))));
            }
        } else {
            let client = stage.buyer("hasty", &network.url).await;
            crowd.push(tokio::spawn(buy_hastily(client, seats, Arc::clone(&course))));
        }
    }

    for n in (0..ROUNDS).flat_map(|_| 0..SERVERS) {
        course.wait_for_more_orders().await;
        servers[n].signal(signal);
        let (status, said) = servers[n].wait();
        assert_eq!(status.success(), signal == "TERM", "{status}: {said}");
        servers[n] = stage.serve();
        network.move_server(n, servers[n].address());
    }
    course.wait_for_more_orders().await;
    course.is_over.store(true, Ordering::SeqCst);
    let mut told = Told::default();
    for buyer in crowd {
        let Told { bookings, canceled, lost } = soon(buyer).await.unwrap();
        told.bookings.extend(bookings);
        told.canceled.extend(canceled);
        told.lost.extend(lost);
    }
    if signal == "KILL" {
        assert!(network.unanswered() > 0, "no request was cut off: the test proves nothing");
    }
    stage.check(&told, signal == "KILL").await;
}

impl Stage {
    async fn new(holds: HoldBackend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let redis = (holds == Redis).then(PrivateRedis::start);
        let config =
            Config { redis: redis.as_ref().map(PrivateRedis::url), ..Config::new(folder.path().join("tickets.db")) };
        BoxOffice::create(&config, &TimeZone::UTC).unwrap();
        let office = BoxOffice::open(config).unwrap();
        let plan =
            PlanBuilder::hall(ROWS, SEATS_PER_ROW).far_in_the_future().with(|plan| plan.max_seats_per_user = 1_000);
        assert!(office.apply(plan.build(), false).await.unwrap().applied);
        Self { redis, office, folder }
    }

    /// With its scheduled jobs, as servers run; but what is mailed is not told, for nobody reads it.
    fn serve(&self) -> Running {
        let mut command = command(&self.folder.path().join("tickets.db"));
        command.args(["--request-rate", "off"]).env("RUST_LOG", "warn,ticket_server=info");
        if let Some(redis) = &self.redis {
            command.arg("--redis").arg(redis.url());
        }
        Running::start(&mut command)
    }

    async fn seats(&self) -> Vec<SeatId> {
        self.office.layout(PerformanceId(1)).await.unwrap().seats().map(|seat| seat.id).collect()
    }

    async fn buyer(&self, name: &str, url: &str) -> Client {
        let (email, password) = (format!("{name}@example.com"), "correct horse".to_owned());
        let join = JoinRequest { email: email.clone(), password: password.clone(), name: name.into() };
        self.office.join(join).await.unwrap();
        let client = Client::new(url).unwrap();
        client.set_tokens(Some(self.office.log_in(Credentials { email, password }).await.unwrap()));
        client
    }

    /// What the buyers were told is what is in the database, and nothing else is.
    async fn check(&self, told: &Told, may_leave_claims: bool) {
        let mut sold = BTreeSet::new();
        for (client, receipt) in &told.bookings {
            assert_eq!(client.booking(receipt.booking_id).await.unwrap().receipt, *receipt);
            assert_eq!(receipt.booking_tickets.len(), SEATS_PER_ORDER);
            for ticket in &receipt.booking_tickets {
                assert!(sold.insert(ticket.seat_id), "seat {} was sold twice", ticket.seat_id);
            }
        }
        let mut canceled = BTreeSet::new();
        for (client, receipt) in &told.canceled {
            for ticket in client.booking(receipt.booking_id).await.unwrap().receipt.booking_tickets {
                assert_eq!(ticket.seat_status, TicketState::Canceled);
                canceled.insert(ticket.seat_id);
            }
        }
        let letters = self.office.seat_states(PerformanceId(1)).await.unwrap().states;
        for (seat, letter) in self.seats().await.into_iter().zip(letters.chars()) {
            assert_eq!(letter == 'B', sold.contains(&seat), "seat {seat}: {letter}");
        }
        assert!(!told.lost.is_empty(), "nobody wanted the seats of another");
        for seat in &told.lost {
            assert!(sold.contains(seat) || canceled.contains(seat), "seat {seat} was refused, and nobody got it");
        }
        let report = self.office.audit().await.unwrap();
        // Killed between the sale and the release, Redis keeps a claim on sold seats until it ends by itself.
        let is_left_claim = |invariant| may_leave_claims && self.redis.is_some() && invariant == HELD_AND_SOLD;
        assert!(report.findings.iter().all(|finding| is_left_claim(finding.invariant)), "{report}");
    }
}

impl Course {
    fn order_answered(&self) {
        let answered = self.answered.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.send_replace(answered);
    }

    async fn wait_for_more_orders(&self) {
        let enough = self.answered.load(Ordering::SeqCst) + ORDERS_BETWEEN;
        let mut changed = self.changed.subscribe();
        soon(changed.wait_for(|answered| *answered >= enough)).await.unwrap();
    }
}

/// Orders pair after pair until it is over. The client itself tries again; what it answers in the end is that somebody was
/// faster, or what was asked for.
async fn buy_patiently(client: Client, seats: Vec<SeatId>, course: Arc<Course>) -> Told {
    let mut told = Told::default();
    for (n, pair) in seats.chunks_exact(SEATS_PER_ORDER).enumerate() {
        if course.is_over.load(Ordering::SeqCst) {
            return told;
        }
        match order(&client, n, pair).await {
            Ok(receipt) if is_canceled(n) => told.canceled.push((client.clone(), receipt)),
            Ok(receipt) => told.bookings.push((client.clone(), receipt)),
            Err(error) if error.code() == Some(ErrorCode::SeatTaken) => told.lost.extend(pair),
            Err(error) => panic!("a buyer saw more than that he has to try again: {error:?}"),
        }
        course.order_answered();
    }
    panic!("there are too few seats");
}

/// In turns: a hold that is confirmed, seats at once, and seats that are given back.
async fn order(client: &Client, n: usize, seats: &[SeatId]) -> Result<BookingReceipt, ClientError> {
    if n.is_multiple_of(3) {
        let hold_id = client.hold(seats.to_vec()).await?.hold_id;
        return client.book(&BookRequest::Hold { hold_id }).await;
    }
    let receipt = client.book(&BookRequest::Seats { seat_ids: seats.to_vec() }).await?;
    if is_canceled(n) {
        client.cancel(receipt.booking_id, None).await?;
    }
    Ok(receipt)
}

fn is_canceled(n: usize) -> bool {
    n % 3 == 2
}

/// Sees each error, and tries again with the same key. Nobody else wants these seats, so every error must be retryable.
async fn buy_hastily(client: Client, seats: Vec<SeatId>, course: Arc<Course>) -> Told {
    let mut told = Told::default();
    for pair in seats.chunks_exact(SEATS_PER_ORDER) {
        let order = client.clone().with_key(IdempotencyKey::random());
        let request = BookRequest::Seats { seat_ids: pair.to_vec() };
        loop {
            match order.book(&request).await {
                Ok(receipt) => break told.bookings.push((client.clone(), receipt)),
                Err(error) => {
                    assert!(error.is_retryable(), "{error:?}");
                    tokio::time::sleep(error.retry_after().unwrap_or_default()).await;
                }
            }
        }
        course.order_answered();
        if course.is_over.load(Ordering::SeqCst) {
            return told;
        }
    }
    panic!("there are too few seats");
}
