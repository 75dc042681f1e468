//! Scheduled jobs: every tick once, by whichever process comes first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{Credentials, ErrorCode};
use ticket_core::clock::ManualClock;
use ticket_core::domain::{JobRun, RunOutcome};
use ticket_core::jobs::{self, Job, Jobs};
use ticket_core::testing::{OPENING, PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, Config, Error, KeptAnswer, Once};
use tokio::sync::Notify;

use crate::support::{Runner, ended, recorded, soon, stranger};

const SECOND: Duration = Duration::from_secs(1);
const EVERY_FIVE_SECONDS: &str = "*/5 * * * * *";

fn opening() -> Timestamp {
    OPENING.parse().unwrap()
}

/// A job that counts how often it is done.
fn counting(schedule: &str, at_least: Duration) -> (Job, Arc<AtomicU64>) {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    let work = move |_| {
        let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Ok(Some(format!("number {number}"))) }
    };
    (Job::new("count", schedule, at_least, 8 * SECOND, work), count)
}

/// A job that says when it is at work, and does not end before it may.
fn slow(at_least: Duration, at_most: Duration) -> (Job, Arc<Notify>, Arc<Notify>) {
    let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, ends) = (Arc::clone(&started), Arc::clone(&go_on));
    let work = move |_| {
        let (begins, ends) = (Arc::clone(&begins), Arc::clone(&ends));
        async move {
            begins.notify_one();
            ends.notified().await;
            Ok(Some("all of it".into()))
        }
    };
    (Job::new("slow", EVERY_FIVE_SECONDS, at_least, at_most, work), started, go_on)
}

fn shop_with(holds: HoldBackend, job: Job) -> TestShop {
    TestShop::open_with(holds, |config| Config { jobs: Jobs::none().with(job), runner: "here".into(), ..config })
}

#[rstest]
#[tokio::test]
async fn two_runners_run_every_tick_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (job, count) = counting(EVERY_FIVE_SECONDS, Duration::ZERO);
    let shop = shop_with(holds, job);
    let other = shop.open_as(|config| Config { runner: "there".into(), ..config });
    let runners = [Runner::start(&shop.box_office), Runner::start(&other)];
    for tick in 1..=12 {
        shop.clock.advance(5 * SECOND);
        ended(&shop.box_office, "count", tick).await;
    }
    for runner in runners {
        runner.end().await;
    }
    assert_eq!(count.load(Ordering::SeqCst), 12);
    let runs = shop.box_office.job_runs(None, 100).await.unwrap();
    for (run, n) in runs.iter().zip((1..=12).rev()) {
        let tick = opening() + n * 5 * SECOND;
        assert_eq!((run.job.as_str(), run.scheduled_at, run.started_at), ("count", Some(tick), tick));
        assert_eq!((run.outcome, run.summary.as_deref()), (Some(RunOutcome::Done), Some(&*format!("number {n}"))));
        assert!(["here", "there"].contains(&run.runner.as_str()));
    }
    assert_eq!(runs.len(), 12);
    assert!(runs.is_sorted_by(|newer, older| newer.fence > older.fence), "{runs:?}");
    assert_clean(&shop.box_office).await;
}

/// A lock has run out while its job is still at work, and somebody whose clock is behind comes to the same tick. Answers
/// which ticks he runs, with the record of the tick or without.
async fn ticks_of_a_late_runner(holds: HoldBackend, is_recorded: bool) -> Vec<Timestamp> {
    let (job, started, go_on) = slow(Duration::ZERO, 8 * SECOND);
    let shop = shop_with(holds, job);
    let clock = Arc::new(ManualClock::new(opening()));
    let late = Arc::clone(&clock);
    let at_once = Job::new("slow", EVERY_FIVE_SECONDS, Duration::ZERO, 8 * SECOND, async |_| Ok(None));
    let other =
        shop.open_as(|config| Config { jobs: Jobs::none().with(at_once), runner: "late".into(), clock, ..config });
    let runners = [Runner::start(&shop.box_office), Runner::start(&other)];
    shop.clock.advance(5 * SECOND);
    soon(started.notified()).await;
    if !is_recorded {
        stranger(&shop).execute("DELETE FROM job_run", []).unwrap();
    }
    match &shop.redis {
        Some(redis) => drop(redis.command(&["FLUSHALL"]).await),
        None => drop(stranger(&shop).execute("DELETE FROM job_lock", []).unwrap()),
    }
    // Two steps, so that it comes to each of the ticks.
    late.advance(5 * SECOND);
    if is_recorded {
        // Of a tick that it leaves alone nothing is to be seen; it has looked long before all this is done.
        for _ in 0..100 {
            other.check().await.unwrap();
        }
    } else {
        ended(&other, "slow", 1).await;
    }
    late.advance(5 * SECOND);
    let is_last = |run: &JobRun| run.scheduled_at == Some(opening() + 10 * SECOND) && run.outcome.is_some();
    let runs = recorded(&other, "slow", |runs| runs.iter().any(is_last)).await;
    go_on.notify_one();
    for runner in runners {
        runner.end().await;
    }
    runs.iter().rev().filter(|run| run.runner == "late").filter_map(|run| run.scheduled_at).collect()
}

#[rstest]
#[tokio::test]
async fn a_lock_that_ran_out_does_not_make_a_tick_run_twice(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (first, second) = (opening() + 5 * SECOND, opening() + 10 * SECOND);
    assert_eq!(ticks_of_a_late_runner(holds, true).await, [second]);
    let without_record = ticks_of_a_late_runner(holds, false).await;
    assert_eq!(without_record, [first, second], "the record guards nothing: the test proves nothing");
}

#[tokio::test]
async fn a_missed_tick_is_not_run_later() {
    let (job, count) = counting("0 0 * * * *", Duration::ZERO);
    let shop = shop_with(Embedded, job);
    let runner = Runner::start(&shop.box_office);
    // As if the machine had slept until half past two.
    shop.clock.advance(Duration::from_mins(150));
    for _ in 0..10 {
        // The runner wakes up, sees what it has missed, and sleeps again; there is nothing else that it waits for.
        tokio::task::yield_now().await;
    }
    shop.clock.advance(Duration::from_mins(30));
    let runs = ended(&shop.box_office, "count", 1).await;
    assert_eq!(runs.iter().map(|run| run.scheduled_at.unwrap()).collect::<Vec<_>>(), [opening() + 3 * 3600 * SECOND]);
    assert_eq!(count.load(Ordering::SeqCst), 1);
    runner.end().await;
}

/// What takes longer than from tick to tick goes on with the last one, and not with all that it has missed.
#[tokio::test]
async fn of_the_ticks_that_come_during_a_run_only_the_last_is_run() {
    let (job, running, go_on) = slow(4 * SECOND, 60 * SECOND);
    let shop = shop_with(Embedded, job);
    let runner = Runner::start(&shop.box_office);
    for (advance, tick) in [(5, 5), (18, 20), (5, 25)] {
        shop.clock.advance(advance * SECOND);
        if tick > 5 {
            go_on.notify_one();
        }
        soon(running.notified()).await;
        let latest = shop.box_office.job_runs(None, 1).await.unwrap().remove(0);
        assert_eq!(latest.scheduled_at, Some(opening() + tick * SECOND));
    }
    go_on.notify_one();
    runner.end().await;
}

/// However long the lock of a job is to rest, it is free for the next tick.
#[tokio::test]
async fn no_lock_rests_into_the_next_tick() {
    let (job, count) = counting("* * * * * *", 4 * SECOND);
    let shop = shop_with(Embedded, job);
    let runner = Runner::start(&shop.box_office);
    for tick in 1..=5 {
        shop.clock.advance(SECOND);
        ended(&shop.box_office, "count", tick).await;
        let rests = || async { shop.box_office.locks().state("count").await.unwrap().map(|lock| lock.is_resting) };
        soon(async { while rests().await != Some(true) {} }).await;
    }
    assert_eq!(count.load(Ordering::SeqCst), 5);
    runner.end().await;
}

#[rstest]
#[tokio::test]
async fn a_job_that_fails_or_panics_is_recorded_and_stops_nobody(#[values(Embedded, Redis)] holds: HoldBackend) {
    let failing = Job::new("fail", EVERY_FIVE_SECONDS, 4 * SECOND, 8 * SECOND, async |_| {
        Err(Error::Internal { reason: "nothing works".into() })
    });
    let panicking = Job::new("panic", EVERY_FIVE_SECONDS, 4 * SECOND, 8 * SECOND, async |_| panic!("the {}th", 13));
    let (counting, count) = counting(EVERY_FIVE_SECONDS, Duration::ZERO);
    let jobs = Jobs::none().with(failing).with(panicking).with(counting);
    let shop = TestShop::open_with(holds, |config| Config { jobs, ..config });
    let office = &shop.box_office;
    let runner = Runner::start(office);
    for tick in 1..=3 {
        shop.clock.advance(5 * SECOND);
        for job in ["fail", "panic", "count"] {
            ended(office, job, tick).await;
            soon(async { while office.locks().state(job).await.unwrap().is_some() {} }).await;
        }
    }
    for (job, outcome, summary) in
        [("fail", RunOutcome::Failed, "nothing works"), ("panic", RunOutcome::Panicked, "the 13th")]
    {
        let runs = office.job_runs(Some(job), 10).await.unwrap();
        assert_eq!(runs.len(), 3);
        assert!(runs.iter().all(|run| run.outcome == Some(outcome) && run.summary.as_deref() == Some(summary)));
    }
    assert_eq!(count.load(Ordering::SeqCst), 3);
    runner.end().await;
}

#[rstest]
#[tokio::test]
async fn stopping_lets_a_running_job_end_and_frees_its_lock(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (job, started, go_on) = slow(Duration::ZERO, 8 * SECOND);
    let shop = shop_with(holds, job);
    let office = &shop.box_office;
    let Runner { stop, task } = Runner::start(office);
    shop.clock.advance(5 * SECOND);
    soon(started.notified()).await;
    stop.send_replace(true);
    tokio::task::yield_now().await;
    assert!(!task.is_finished(), "the job is still at work");
    assert!(office.locks().state("slow").await.unwrap().is_some());
    go_on.notify_one();
    soon(task).await.unwrap();
    let runs = office.job_runs(None, 10).await.unwrap();
    assert_eq!((runs.len(), runs[0].summary.as_deref()), (1, Some("all of it")));
    assert_eq!(office.locks().state("slow").await, Ok(None));
}

/// Redis is away for some ticks: they are left out, and it goes on by itself.
#[tokio::test]
async fn ticks_without_redis_are_left_out() {
    let (job, count) = counting(EVERY_FIVE_SECONDS, Duration::ZERO);
    let mut shop = shop_with(Redis, job);
    let runner = Runner::start(&shop.box_office);
    shop.clock.advance(5 * SECOND);
    ended(&shop.box_office, "count", 1).await;
    shop.redis.as_mut().unwrap().kill();
    shop.clock.advance(5 * SECOND);
    // That tick is over when nothing can be said of its lock.
    soon(async { while shop.box_office.jobs().await.is_ok() {} }).await;
    shop.redis.as_mut().unwrap().restart();
    soon(async { while shop.box_office.jobs().await.is_err() {} }).await;
    let goes_on = async {
        for runs in 2..=3 {
            loop {
                shop.clock.advance(5 * SECOND);
                // A tick for which the connection has not found its way back yet is left out, too.
                if tokio::time::timeout(SECOND, ended(&shop.box_office, "count", runs)).await.is_ok() {
                    break;
                }
            }
        }
    };
    soon(goes_on).await;
    assert!(count.load(Ordering::SeqCst) >= 3);
    runner.end().await;
    assert_clean(&shop.box_office).await;
}

/// Redis is away while a job is at work: the job ends well, and its lock frees itself at the latest.
#[tokio::test]
async fn a_job_outlives_redis() {
    let (job, started, go_on) = slow(Duration::ZERO, 8 * SECOND);
    let mut shop = shop_with(Redis, job);
    let office = shop.box_office.clone();
    let runner = Runner::start(&office);
    shop.clock.advance(5 * SECOND);
    soon(started.notified()).await;
    shop.redis.as_mut().unwrap().kill();
    go_on.notify_one();
    let runs = ended(&office, "slow", 1).await;
    assert_eq!(runs[0].summary.as_deref(), Some("all of it"));
    shop.redis.as_mut().unwrap().restart();
    runner.end().await;
}

#[rstest]
#[tokio::test]
async fn a_job_can_be_run_by_hand_under_the_same_lock(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (office, other) = (&shop.box_office, shop.open_again());
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = office.book(mina, seats[..3].to_vec()).await.unwrap();
    office.cancel(mina, booking.id, None).await.unwrap();
    let run = office.run_job("waitlist-offer", false).await.unwrap();
    assert_eq!((run.outcome, run.summary.as_deref()), (Some(RunOutcome::Done), Some("3 seats returned")));
    assert_eq!(run.scheduled_at, None);
    let again = other.run_job("waitlist-offer", false).await;
    let Err(Error::JobLocked { is_resting: true, .. }) = &again else { panic!("{again:?}") };
    assert_eq!(again.map_err(|error| error.code()), Err(ErrorCode::JobLocked));
    let run = other.run_job("waitlist-offer", true).await.unwrap();
    assert_eq!((run.outcome, run.summary), (Some(RunOutcome::Done), None));
    assert!(run.fence > 1);
    let unknown = other.run_job("nap", false).await.unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "job: is \"nap\"; there are ranking-refresh, waitlist-offer, waitlist-expire, hold-sweep, mail-send, housekeeping"
    );
    assert!(other.job_runs(Some("nap"), 1).await.is_err());
    let status = other.jobs().await.unwrap();
    assert_eq!(
        status.iter().map(|job| job.job.as_str()).collect::<Vec<_>>(),
        ["ranking-refresh", "waitlist-offer", "waitlist-expire", "hold-sweep", "mail-send", "housekeeping"]
    );
    assert_eq!(status[1].last_run.as_ref().map(|run| run.fence), Some(run.fence));
    assert!(status[1].lock.unwrap().is_resting);
    assert_eq!(status[1].next_tick, Some(opening() + 600 * SECOND));
    assert_eq!((status[2].lock, &status[2].last_run), (None, &None));
}

/// What is done by hand, without a run, takes over from a run that is under way.
#[tokio::test]
async fn what_a_run_writes_is_refused_when_another_has_taken_over() {
    let fenced = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&fenced);
    let taken_over = Job::new("hold-sweep", EVERY_FIVE_SECONDS, Duration::ZERO, 8 * SECOND, move |run: jobs::Run| {
        *seen.lock().unwrap() = Some(run.fence().clone());
        async move { run.box_office().sweep_holds().await.map(|count| Some(format!("{count} swept"))) }
    });
    let shop = shop_with(Embedded, taken_over);
    let run = shop.box_office.run_job("hold-sweep", false).await.unwrap();
    let fence = fenced.lock().unwrap().clone().unwrap();
    assert_eq!((run.fence, fence.number), (1, 1));
    assert_eq!(shop.box_office.run_job("hold-sweep", false).await.unwrap().fence, 3, "by hand, it was the second");
}

#[tokio::test]
async fn housekeeping_forgets_what_is_old_and_nothing_else() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let office = &shop.box_office;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let Once::First(turn) = office.once(mina, "book", "key".parse().unwrap(), &[]).await.unwrap() else { panic!() };
    turn.book(vec![seats[0]], |booking| KeptAnswer::json(&booking.id)).await.unwrap();
    let credentials = || Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    office.log_in(credentials()).await.unwrap();
    office.log_out(mina).await.unwrap();
    let session = office.log_in(credentials()).await.unwrap();
    // One run that did something, and one that did not.
    let booking = office.book(mina, vec![seats[1]]).await.unwrap();
    office.cancel(mina, booking.id, None).await.unwrap();
    office.run_job("waitlist-offer", true).await.unwrap();
    office.run_job("hold-sweep", true).await.unwrap();

    let day = Duration::from_hours(24);
    let mut summaries = Vec::new();
    for wait in [Duration::ZERO, day, 2 * SECOND, 29 * day, 2 * day] {
        shop.clock.advance(wait);
        summaries.push(office.run_job("housekeeping", true).await.unwrap().summary);
        if wait == 2 * SECOND {
            office.access_token(&session.refresh_token).await.expect("it is good for a month");
        }
    }
    let forgotten = |what: &str| Some(what.to_owned());
    assert_eq!(
        summaries,
        [
            None,
            None,
            forgotten("1 answer forgotten, 1 session forgotten, 2 runs forgotten"),
            forgotten("1 session forgotten, 2 runs forgotten"),
            forgotten("1 run forgotten"),
        ]
    );
    let left: Vec<String> = office.job_runs(None, 100).await.unwrap().into_iter().map(|run| run.job).collect();
    assert_eq!(left, ["housekeeping"; 2], "the last two, which did something");
}

#[test]
fn jobs_that_make_no_sense_are_refused_at_the_start() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(folder.path().join("tickets.db"));
    BoxOffice::create(&config, &jiff::tz::TimeZone::UTC).unwrap();
    let job = |name: &str, at_least| Job::new(name, "0 0 0 * * *", at_least, SECOND, async |_| Ok(None));
    for (jobs, problem) in [
        (
            Jobs::default().schedule("hold-sweep", "often"),
            "the schedule of job hold-sweep: \"often\" is not a cron expression; allowed is six fields",
        ),
        (
            Jobs::default().schedule("nap", EVERY_FIVE_SECONDS),
            "there is no job \"nap\" to be scheduled; there are ranking-refresh, waitlist-offer, waitlist-expire, hold-sweep, mail-send, housekeeping",
        ),
        (Jobs::default().with(job("hold-sweep", SECOND)), "there is more than one job \"hold-sweep\""),
        (Jobs::none().with(job("x", 2 * SECOND)), "the lock of job \"x\": atLeast: is 2s; allowed is up to atMost, 1s"),
        (Jobs::none().with(job("", SECOND)), "the lock of job \"\": name: is empty; a lock needs a name"),
    ] {
        let error = BoxOffice::open(Config { jobs, ..config.clone() }).unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
    }
}
