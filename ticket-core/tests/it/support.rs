//! What several of these tests need.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{JobRun, SeatId, UserId};
use ticket_core::testing::TestShop;
use ticket_core::{BoxOffice, jobs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What takes longer than this does not happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many buyers, who are called `buyer0`, `buyer1` and so on.
pub(crate) async fn buyers(shop: &TestShop, count: usize) -> Vec<UserId> {
    let mut users = Vec::new();
    for n in 0..count {
        users.push(shop.join(&format!("buyer{n}")).await);
    }
    users
}

/// How the seats of the first performance look, one letter each.
pub(crate) async fn states(shop: &TestShop) -> String {
    shop.box_office.seat_states(shop.performance(0).await).await.unwrap().states
}

/// Another program that works with the database.
pub(crate) fn stranger(shop: &TestShop) -> Connection {
    Connection::open(shop.database()).unwrap()
}

/// Waits for something that must happen soon.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it did not happen")
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        tokio::task::yield_now().await;
    }
}

/// Books as soon as Redis can be reached again; the connection finds its way back by itself.
pub(crate) async fn book_when_possible(shop: &TestShop, user: UserId, seats: &[SeatId]) {
    until("a booking is possible", async || match shop.box_office.book(user, seats.to_vec()).await {
        Err(error) if error.code() == ErrorCode::Unavailable => false,
        // An attempt that was said to have changed nothing may have left its claim, which is the user's own.
        booking => {
            booking.unwrap();
            true
        }
    })
    .await;
}

/// A process that runs the jobs.
pub(crate) struct Runner {
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) task: JoinHandle<()>,
}

impl Runner {
    pub(crate) fn start(office: &BoxOffice) -> Self {
        let stop = watch::Sender::new(false);
        Self { task: tokio::spawn(jobs::run(office.clone(), stop.subscribe())), stop }
    }

    pub(crate) async fn end(self) {
        self.stop.send_replace(true);
        soon(self.task).await.unwrap();
    }
}

/// Waits until the record of a job is as it must be.
pub(crate) async fn recorded(office: &BoxOffice, job: &str, is_so: impl Fn(&[JobRun]) -> bool) -> Vec<JobRun> {
    soon(async {
        loop {
            let runs = office.job_runs(Some(job), 1000).await.unwrap();
            if is_so(&runs) {
                return runs;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

/// Waits until so many runs have ended.
pub(crate) async fn ended(office: &BoxOffice, job: &str, count: usize) -> Vec<JobRun> {
    recorded(office, job, |runs| runs.iter().filter(|run| run.outcome.is_some()).count() >= count).await
}
