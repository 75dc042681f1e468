//! The process that serves the waitlist is killed at every step: each offer is made whole, with its mail, or not at all.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use rstest::rstest;
use tempfile::TempDir;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::JoinRequest;
use ticket_core::clock::{Clock as _, ManualClock, SystemClock};
use ticket_core::domain::{PerformanceId, SeatId, UserId, WaitlistFilter, WaitlistState, WaitlistWish};
use ticket_core::testing::{PlanBuilder, PrivateRedis, expire_offers, offer_canceled_seats};
use ticket_core::{BoxOffice, Config, PasswordCost};

/// Waiters, each for two of eight seats.
const WAITERS: usize = 3;
/// The invariant that a held seat is free: what a killed process has claimed in Redis ends by itself.
const HELD_AND_NOT_FREE: u8 = 12;

/// A shop with three waiters, and eight seats that were cancelled.
struct Stage {
    redis: Option<PrivateRedis>,
    office: BoxOffice,
    folder: TempDir,
}

impl Stage {
    async fn new(holds: HoldBackend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let redis = (holds == Redis).then(PrivateRedis::start);
        let config = config(&folder, redis.as_ref());
        BoxOffice::create(&config, &TimeZone::UTC).unwrap();
        let office = BoxOffice::open(config).unwrap();
        let plan = PlanBuilder::hall(1, 8).with(|plan| {
            plan.performances[0].starts_at = "2999-01-01T00:00:00Z".parse().unwrap();
            plan.performances[0].sale_closes_at = plan.performances[0].starts_at;
        });
        assert!(office.apply(plan.build(), false).await.unwrap().applied);
        let layout = office.layout(PerformanceId(1)).await.unwrap();
        let seats: Vec<SeatId> = layout.seats().map(|seat| seat.id).collect();
        let owner = join(&office, "owner").await;
        let sold = office.book(owner, seats.clone()).await.unwrap();
        for n in 0..WAITERS {
            let waiter = join(&office, &format!("waiter{n}")).await;
            // Each wants the seats of the one before him, too.
            let wanted = WaitlistWish { seat_count: 2, seats: seats[..2 * n + 2].to_vec() };
            office.join_waitlist(waiter, wanted).await.unwrap();
        }
        office.cancel(owner, sold.id, None).await.unwrap();
        Self { redis, office, folder }
    }

    /// Runs `ticket-admin`, which must end there and nowhere else.
    fn killed(&self, arguments: &[&str], failpoint: &str) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-admin"));
        command.args(arguments).arg("--database").arg(self.folder.path().join("tickets.db"));
        if let Some(redis) = &self.redis {
            command.arg("--redis").arg(redis.url());
        }
        command.env_remove("TICKET_DATABASE").env_remove("TICKET_REDIS_URL");
        command.env("TICKET_FAILPOINT", failpoint).stdout(Stdio::null()).stderr(Stdio::piped());
        let output = command.output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(9), "{failpoint}: not ended by the failpoint: {stderr}");
    }

    async fn states(&self) -> Vec<WaitlistState> {
        let entries =
            self.office.list_waitlist(WaitlistFilter { limit: 10, ..WaitlistFilter::default() }).await.unwrap();
        entries.into_iter().map(|(entry, _)| entry.state).collect()
    }

    async fn letters(&self) -> String {
        self.office.seat_states(PerformanceId(1)).await.unwrap().states
    }

    /// Everything that must be true is: each offer has its seats, and one mail.
    async fn check(&self, failpoint: &str) {
        let report = self.office.audit().await.unwrap();
        let is_left_claim = |invariant| self.redis.is_some() && invariant == HELD_AND_NOT_FREE;
        let broken = report.findings.iter().any(|finding| !is_left_claim(finding.invariant));
        assert!(!broken, "{failpoint}: {report}");
    }
}

fn config(folder: &TempDir, redis: Option<&PrivateRedis>) -> Config {
    let password_cost = PasswordCost { memory_kib: 8, passes: 1 };
    let database = folder.path().join("tickets.db");
    Config { redis: redis.map(PrivateRedis::url), password_cost, ..Config::new(database) }
}

async fn join(office: &BoxOffice, name: &str) -> UserId {
    let (email, password) = (format!("{name}@example.com"), "correct horse".to_owned());
    office.join(JoinRequest { email, password, name: name.to_owned() }).await.unwrap()
}

/// The point, how often it is passed per offer (0: not by offers), and whether the offer stands when the process ends there.
#[rstest]
#[tokio::test]
async fn an_offer_is_made_whole_or_not_at_all(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values(
        ("offer-snapshot", 0, false),
        ("offer-claimed", 1, false),
        ("offer-begin", 1, false),
        ("offer-seat-written", 2, false),
        ("offer-entry-written", 1, false),
        ("offer-mail-queued", 1, false),
        ("offer-committed", 1, true)
    )]
    (point, per_offer, is_made): (&str, usize, bool),
) {
    if holds == Embedded && ["offer-claimed", "offer-committed"].contains(&point) {
        // Without Redis nothing is claimed.
        return;
    }
    for nth in 1..=(per_offer * WAITERS).max(1) {
        let failpoint = format!("{point}:{nth}:KILL");
        let stage = Stage::new(holds).await;
        stage.killed(&["waitlist", "offer"], &failpoint);
        let made = (nth - 1).checked_div(per_offer).unwrap_or(0) + usize::from(is_made);
        let mut expected = vec![WaitlistState::Activation; made];
        expected.resize(WAITERS, WaitlistState::Waiting);
        assert_eq!(stage.states().await, expected, "{failpoint}");
        let letters = format!("{}{}", "W".repeat(2 * made), "C".repeat(8 - 2 * made));
        assert_eq!(stage.letters().await, letters, "{failpoint}");
        stage.check(&failpoint).await;
        // Whoever takes over goes on from there.
        let report = offer_canceled_seats(&stage.office).await;
        assert_eq!((report.offered, report.returned), ((WAITERS - made) as u64, 2), "{failpoint}");
        assert_eq!(stage.letters().await, "WWWWWWAA");
        stage.check(&failpoint).await;
        stage.office.shutdown().await;
    }
}

/// At a commit, whichever it is: the lock, the record of the run, an offer, the seats that nobody wants.
#[rstest]
#[tokio::test]
async fn killed_around_any_commit_the_queue_is_served_in_its_order(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values("before-commit", "after-commit")] point: &str,
    #[values(1, 2, 3, 4, 5, 6)] nth: usize,
) {
    let failpoint = format!("{point}:{nth}:KILL");
    let stage = Stage::new(holds).await;
    stage.killed(&["waitlist", "offer"], &failpoint);
    let states = stage.states().await;
    let made = states.iter().take_while(|state| **state == WaitlistState::Activation).count();
    assert!(states[made..].iter().all(|state| *state == WaitlistState::Waiting), "{failpoint}: {states:?}");
    stage.check(&failpoint).await;
    let report = offer_canceled_seats(&stage.office).await;
    assert_eq!(report.offered, (WAITERS - made) as u64, "{failpoint}");
    assert_eq!(stage.letters().await, "WWWWWWAA");
    stage.check(&failpoint).await;
}

#[rstest]
#[tokio::test]
async fn seats_that_nobody_wants_are_returned_by_the_next_pass(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values("return-begin", "return-written")] point: &str,
) {
    let stage = Stage::new(holds).await;
    stage.killed(&["waitlist", "offer"], &format!("{point}:1:KILL"));
    assert_eq!(stage.letters().await, "WWWWWWCC");
    stage.check(point).await;
    assert_eq!(offer_canceled_seats(&stage.office).await.returned, 2);
    assert_eq!(stage.letters().await, "WWWWWWAA");
}

#[rstest]
#[tokio::test]
async fn an_offer_expires_whole_or_not_at_all(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values("expire-begin", "expire-written")] point: &str,
    #[values(1, 2, 3)] nth: usize,
) {
    let stage = Stage::new(holds).await;
    // Offered yesterday, by the clock of the process that is killed.
    let yesterday = SystemClock.now().checked_sub(Duration::from_hours(24)).unwrap();
    let clock = Arc::new(ManualClock::new(yesterday));
    let earlier = BoxOffice::open(Config { clock, ..config(&stage.folder, stage.redis.as_ref()) }).unwrap();
    assert_eq!(offer_canceled_seats(&earlier).await.offered, WAITERS as u64);
    earlier.shutdown().await;
    let failpoint = format!("{point}:{nth}:KILL");
    stage.killed(&["jobs", "run", "waitlist-expire"], &failpoint);
    let expired = stage.states().await.into_iter().filter(|state| *state == WaitlistState::Expired).count();
    assert_eq!(expired, nth - 1, "{failpoint}");
    assert_eq!(stage.letters().await.matches('C').count(), 2 * expired, "{failpoint}");
    stage.check(&failpoint).await;
    assert_eq!(expire_offers(&stage.office).await, (WAITERS - expired) as u64);
    assert_eq!(stage.letters().await, "CCCCCCAA");
    stage.check(&failpoint).await;
}
