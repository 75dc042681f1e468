//! The server dies at every step of a sale, or stands still there for longer than a hold lives.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use rstest::rstest;
use tempfile::TempDir;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{BookRequest, Credentials, JoinRequest, TokenPair};
use ticket_core::audit::Finding;
use ticket_core::client::{Client, ClientError};
use ticket_core::clock::{Clock as _, ManualClock, SystemClock};
use ticket_core::domain::{BookingId, HoldId, PerformanceId, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, PrivateRedis};
use ticket_core::{BoxOffice, Config};

use super::process::{Running, command};
use crate::shop::soon;

/// How often the server is killed at each step; `scripts/soak` asks for more.
const KILLS: &str = "TICKET_KILLS_PER_STEP";
const KILLS_DEFAULT: usize = 20;
/// Seats of one sale.
const SEATS: usize = 2;
/// Longer than a hold and a pin live.
const LATER: Duration = Duration::from_mins(10);

/// The invariant that a held seat is free.
const HELD_AND_SOLD: u8 = 12;

/// A sale by way of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sale {
    Hold,
    Book,
    Confirm(HoldId),
}

struct Stage {
    redis: Option<PrivateRedis>,
    /// The same shop, in the test's own process.
    office: BoxOffice,
    mina: UserId,
    joon: UserId,
    tokens: TokenPair,
    seats: Vec<SeatId>,
    database: PathBuf,
    _folder: TempDir,
}

#[rstest]
#[tokio::test]
async fn killed_at_any_step_the_server_loses_nothing_and_sells_nothing_twice(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values(
        "before-claim",
        "after-claim",
        "before-begin",
        "after-begin",
        "before-commit",
        "after-commit",
        "before-release",
        "after-release",
        "before-reply"
    )]
    point: &str,
) {
    if holds == Embedded && point.ends_with("release") {
        // Holds in the database end with the sale itself.
        return;
    }
    let kills = std::env::var(KILLS).map_or(KILLS_DEFAULT, |kills| kills.parse().unwrap());
    let stage = Stage::new(holds, 2 * SEATS * kills).await;
    let is_sold = ["after-commit", "before-release", "after-release", "before-reply"].contains(&point);
    let mut acknowledged: Vec<BookingId> = Vec::new();
    for (n, seats) in stage.seats.chunks(2 * SEATS).enumerate() {
        let (first, second) = seats.split_at(SEATS);
        let first = (stage.sale(n, point, first).await, first);
        let second = (stage.sale(n, point, second).await, second);
        // The first sale passes the point, the second ends there.
        let mut server = stage.serve(&format!("{point}:2:KILL"));
        let client = stage.client(&server);
        acknowledged.extend(make(&client, first.0, first.1).await.unwrap());
        let unanswered = make(&client, second.0, second.1).await;
        assert!(unanswered.is_err(), "{point}: answered after its end: {unanswered:?}");
        assert_eq!(server.wait().0.signal(), Some(9), "{point}: not ended by the failpoint");

        for booking in acknowledged.iter().rev().take(3) {
            assert!(stage.office.booking(stage.mina, *booking).await.is_ok(), "{point}: booking {booking} is lost");
        }
        let sold = stage.letters(second.1).await.matches('B').count();
        let should_be_sold = if is_sold && second.0 != Sale::Hold { SEATS } else { 0 };
        assert_eq!(sold, should_be_sold, "{point}, {:?}", second.0);
        if let Sale::Confirm(hold) = second.0 {
            let booking = stage.office.confirm(stage.mina, hold).await.unwrap();
            assert_eq!(booking.tickets.len(), SEATS, "{point}: the same hold, confirmed again");
        }
        let report = stage.office.audit().await.unwrap();
        // Killed between the sale and the release, Redis keeps a claim on sold seats until it ends by itself.
        let is_left_claim = |finding: &Finding| is_sold && holds == Redis && finding.invariant == HELD_AND_SOLD;
        assert!(report.findings.iter().all(is_left_claim), "{point}: {report}");
    }
    for booking in acknowledged {
        assert_eq!(stage.office.booking(stage.mina, booking).await.unwrap().tickets.len(), SEATS);
    }
    stage.everything_can_be_sold_later().await;
}

/// The server stands still in the middle of a confirmation, until the hold has ended and another has bought the seats.
#[rstest]
#[tokio::test]
async fn a_server_that_wakes_up_too_late_sells_nothing(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values("before-claim", "after-claim", "before-begin")] point: &str,
) {
    let stage = Stage::new(holds, SEATS).await;
    let hold = stage.office.hold(stage.mina, stage.seats.clone()).await.unwrap().hold.id;
    let server = stage.serve(&format!("{point}:1:STOP"));
    let client = stage.client(&server);
    let confirming = tokio::spawn(async move { client.book(&BookRequest::Hold { hold_id: hold }).await });
    let started = Instant::now();
    while !server.is_stopped() {
        assert!(started.elapsed() < Duration::from_secs(30), "it has not come to {point}");
        tokio::task::yield_now().await;
    }
    let later = stage.later();
    let booking = later.book(stage.joon, stage.seats.clone()).await.unwrap();
    server.signal("CONT");
    let refused = soon(confirming).await.unwrap();
    assert!(matches!(refused, Err(ClientError::Problem(_))), "{point}: {refused:?}");
    assert_eq!(later.booking(stage.joon, booking.id).await.unwrap(), booking);
    let report = stage.office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    later.shutdown().await;
}

impl Stage {
    async fn new(holds: HoldBackend, seats: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tickets.db");
        let redis = (holds == Redis).then(PrivateRedis::start);
        let config = Config { redis: redis.as_ref().map(PrivateRedis::url), ..Config::new(&database) };
        BoxOffice::create(&config, &TimeZone::UTC).unwrap();
        let office = BoxOffice::open(config).unwrap();
        let per_row = u32::try_from(seats.div_ceil(20)).unwrap();
        let plan = PlanBuilder::hall(20, per_row).far_in_the_future().with(|plan| {
            plan.max_seats_per_user = 1_000;
            plan.seats.truncate(seats);
        });
        assert!(office.apply(plan.build(), false).await.unwrap().applied);
        let (mina, joon) = (join(&office, "mina").await, join(&office, "joon").await);
        let tokens = office.log_in(credentials("mina")).await.unwrap();
        let layout = office.layout(PerformanceId(1)).await.unwrap();
        let seats = layout.seats().map(|seat| seat.id).collect();
        Self { redis, office, mina, joon, tokens, seats, database, _folder: folder }
    }

    fn config(&self) -> Config {
        Config { redis: self.redis.as_ref().map(PrivateRedis::url), ..Config::new(&self.database) }
    }

    fn serve(&self, failpoint: &str) -> Running {
        let mut command = command(&self.database);
        command.arg("--no-jobs").env("TICKET_FAILPOINT", failpoint);
        if let Some(redis) = &self.redis {
            command.arg("--redis").arg(redis.url());
        }
        Running::start(&mut command)
    }

    fn client(&self, server: &Running) -> Client {
        let client = Client::new(&server.url).unwrap();
        client.set_tokens(Some(self.tokens.clone()));
        client
    }

    /// The n-th kind of sale that comes to this point.
    async fn sale(&self, n: usize, point: &str, seats: &[SeatId]) -> Sale {
        if n % 2 == 1 {
            Sale::Confirm(self.office.hold(self.mina, seats.to_vec()).await.unwrap().hold.id)
        } else if self.redis.is_none() && point.ends_with("claim") {
            Sale::Hold
        } else {
            Sale::Book
        }
    }

    async fn letters(&self, seats: &[SeatId]) -> String {
        let letters = self.office.seat_states(PerformanceId(1)).await.unwrap().states;
        self.seats
            .iter()
            .zip(letters.chars())
            .filter(|(seat, _)| seats.contains(seat))
            .map(|(_, letter)| letter)
            .collect()
    }

    /// The same shop, when every hold has ended.
    fn later(&self) -> BoxOffice {
        let clock = Arc::new(ManualClock::new(SystemClock.now() + LATER));
        BoxOffice::open(Config { clock, ..self.config() }).unwrap()
    }

    async fn everything_can_be_sold_later(&self) {
        let later = self.later();
        let letters = later.seat_states(PerformanceId(1)).await.unwrap().states;
        assert!(!letters.contains('H'), "{letters}");
        let unsold: Vec<SeatId> = self
            .seats
            .iter()
            .zip(letters.chars())
            .filter(|(_, letter)| *letter == 'A')
            .map(|(seat, _)| *seat)
            .collect();
        for seats in unsold.chunks(50) {
            later.book(self.joon, seats.to_vec()).await.unwrap();
        }
        let letters = later.seat_states(PerformanceId(1)).await.unwrap().states;
        assert_eq!(letters.matches('B').count(), self.seats.len(), "{letters}");
        let report = later.audit().await.unwrap();
        assert!(report.is_clean(), "{report}");
        later.shutdown().await;
    }
}

/// Answers the booking, where it is one.
async fn make(client: &Client, sale: Sale, seats: &[SeatId]) -> Result<Option<BookingId>, ClientError> {
    match sale {
        Sale::Hold => client.hold(seats.to_vec()).await.map(|_| None),
        Sale::Book => client.book(&BookRequest::Seats { seat_ids: seats.to_vec() }).await.map(|b| Some(b.booking_id)),
        Sale::Confirm(hold_id) => client.book(&BookRequest::Hold { hold_id }).await.map(|b| Some(b.booking_id)),
    }
}

fn credentials(name: &str) -> Credentials {
    Credentials { email: format!("{name}@example.com"), password: "correct horse".into() }
}

async fn join(office: &BoxOffice, name: &str) -> UserId {
    let Credentials { email, password } = credentials(name);
    office.join(JoinRequest { email, password, name: name.into() }).await.unwrap()
}
