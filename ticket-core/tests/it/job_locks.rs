//! Named locks, one suite over both places where they are kept.
//!
//! Locks in Redis go by its time: there, time passes by shortening what keys have left.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::{Script, Value};
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::ErrorCode;
use ticket_core::locks::{LockHandle, LockRequest};
use ticket_core::testing::{RedisProxy, TestShop};
use ticket_core::{BoxOffice, Error};
use tokio::sync::{mpsc, oneshot};

use crate::support::{soon, stranger};

const AT_MOST: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

/// A shop that two processes have opened.
struct Two {
    shop: TestShop,
    here: BoxOffice,
    there: BoxOffice,
}

fn two(holds: HoldBackend) -> Two {
    let shop = TestShop::open(holds);
    Two { here: shop.box_office.clone(), there: shop.open_again(), shop }
}

impl Two {
    /// Lets time pass for all locks.
    async fn pass(&self, time: Duration) {
        self.shop.clock.advance(time);
        let Some(redis) = &self.shop.redis else { return };
        let keys: Vec<String> = redis::from_redis_value(redis.command(&["KEYS", "{job:*}:lock"]).await).unwrap();
        for key in keys {
            let Value::Int(left) = redis.command(&["PTTL", &key]).await else { panic!("{key}") };
            assert!(left > 0, "{key} never ends");
            // Nothing is left of it when this is not more than nothing.
            redis.command(&["PEXPIRE", &key, &(left - i64::try_from(time.as_millis()).unwrap()).to_string()]).await;
        }
    }
}

fn lock(name: &str) -> LockRequest {
    LockRequest::new(name, Duration::ZERO, AT_MOST).unwrap()
}

async fn acquire(office: &BoxOffice, name: &str) -> Result<LockHandle, Error> {
    office.locks().acquire(lock(name)).await
}

fn is_locked<T>(result: Result<T, Error>, resting: bool) -> bool {
    result.is_err_and(|error| matches!(error, Error::JobLocked { is_resting, .. } if is_resting == resting))
}

fn is_lost<T>(result: Result<T, Error>) -> bool {
    result.is_err_and(|error| matches!(error, Error::LockLost { job } if job == "a"))
}

#[rstest]
#[tokio::test]
async fn a_lock_is_held_once_and_names_are_independent(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let held = acquire(&two.here, "a").await.unwrap();
    for office in [&two.here, &two.there] {
        let Err(Error::JobLocked { job, until, is_resting: false }) = acquire(office, "a").await else {
            panic!("held twice")
        };
        assert_eq!(job, "a");
        assert!(until <= held.expires_at() && until > held.expires_at() - 5 * SECOND, "{until}");
    }
    assert!(acquire(&two.there, "b").await.is_ok());
    assert!(acquire(&two.there, "A").await.is_ok());
    let state = two.there.locks().state("a").await.unwrap().unwrap();
    assert!(!state.is_resting && state.until <= held.expires_at());
    assert_eq!(two.there.locks().state("c").await, Ok(None));
}

#[rstest]
#[tokio::test]
async fn a_lock_is_free_again_after_its_release_and_after_at_most(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    two.here.locks().release(acquire(&two.here, "a").await.unwrap()).await.unwrap();
    assert_eq!(two.here.locks().state("a").await, Ok(None));
    acquire(&two.there, "a").await.unwrap();
    two.pass(AT_MOST - 5 * SECOND).await;
    assert!(is_locked(acquire(&two.here, "a").await, false), "its time is not over");
    two.pass(5 * SECOND).await;
    assert_eq!(two.here.locks().state("a").await, Ok(None));
    assert!(acquire(&two.here, "a").await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_lock_stays_held_for_at_least(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let request = LockRequest::new("a", 8 * SECOND, 60 * SECOND).unwrap();
    let held = two.here.locks().acquire(request.clone()).await.unwrap();
    two.pass(SECOND).await;
    let other = two.there.locks().acquire(request.clone().ending_rest()).await;
    assert!(is_locked(other, false), "somebody is at work");
    two.here.locks().release(held.clone()).await.unwrap();
    assert!(is_lost(two.here.locks().release(held.clone()).await), "it was released");
    assert!(is_lost(two.here.locks().extend(&mut held.clone()).await));
    two.pass(2 * SECOND).await;
    assert!(is_locked(two.there.locks().acquire(request.clone()).await, true));
    assert!(two.there.locks().state("a").await.unwrap().unwrap().is_resting);
    two.pass(5 * SECOND).await;
    let held = two.there.locks().acquire(request.clone()).await.unwrap();

    two.pass(9 * SECOND).await;
    two.there.locks().release(held).await.unwrap();
    let held = two.here.locks().acquire(request.clone()).await.expect("at least was over before it was released");
    two.here.locks().release(held.without_rest()).await.unwrap();
    let held = two.here.locks().acquire(request.clone()).await.expect("it had to stay for nothing");
    two.here.locks().release(held).await.unwrap();
    assert!(is_locked(two.there.locks().acquire(request.clone()).await, true));
    assert!(two.there.locks().acquire(request.ending_rest()).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn an_owner_whose_time_is_over_does_not_touch_the_lock_of_the_next(
    #[values(Embedded, Redis)] holds: HoldBackend,
) {
    let two = two(holds);
    let mut old = acquire(&two.here, "a").await.unwrap();
    two.pass(AT_MOST).await;
    assert!(is_lost(two.here.locks().extend(&mut old).await), "nobody has it");
    let mut new = acquire(&two.there, "a").await.unwrap();
    assert!(new.fence().number > old.fence().number);
    let until = two.there.locks().state("a").await.unwrap().unwrap().until;
    assert!(is_lost(two.here.locks().extend(&mut old).await));
    assert!(is_lost(two.here.locks().release(old.without_rest()).await));
    let now = two.there.locks().state("a").await.unwrap().unwrap();
    assert!(now.until <= until + SECOND, "it was extended");
    assert!(is_locked(acquire(&two.here, "a").await, false), "it was freed");
    two.there.locks().extend(&mut new).await.unwrap();
    two.there.locks().release(new).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_lock_can_be_extended_again_and_again(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let mut held = acquire(&two.here, "a").await.unwrap();
    let fence = held.fence().clone();
    for _ in 0..5 {
        two.pass(7 * SECOND).await;
        two.here.locks().extend(&mut held).await.unwrap();
        assert!(is_locked(acquire(&two.there, "a").await, false));
    }
    assert_eq!(*held.fence(), fence, "it is the same acquisition");
    two.here.locks().release(held.clone()).await.unwrap();
    assert!(is_lost(two.here.locks().extend(&mut held).await));
    let mut held = acquire(&two.here, "a").await.unwrap();
    two.pass(AT_MOST).await;
    assert!(is_lost(two.here.locks().extend(&mut held).await));
    assert!(acquire(&two.there, "a").await.is_ok());
}

#[rstest]
#[tokio::test]
async fn an_extension_ends_the_old_handle(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let mut held = acquire(&two.here, "a").await.unwrap();
    let mut old = held.clone();
    two.here.locks().extend(&mut held).await.unwrap();
    assert!(is_lost(two.here.locks().extend(&mut old).await));
    assert!(is_lost(two.here.locks().release(old).await));
    assert!(is_locked(acquire(&two.there, "a").await, false), "it was freed");
    two.here.locks().extend(&mut held).await.unwrap();
    two.here.locks().release(held).await.unwrap();
    assert!(acquire(&two.there, "a").await.is_ok());
}

#[rstest]
#[tokio::test]
async fn fences_only_grow_whatever_the_store_of_locks_forgets(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let mut last = 0;
    for office in [&two.here, &two.there, &two.here, &two.there] {
        match &two.shop.redis {
            Some(redis) => drop(redis.command(&["FLUSHALL"]).await),
            None => drop(stranger(&two.shop).execute("DELETE FROM job_lock", []).unwrap()),
        }
        let fence = acquire(office, "a").await.unwrap().fence().clone();
        assert!(fence.number > last, "{fence:?} after {last}");
        last = fence.number;
    }
    assert_eq!(acquire(&two.here, "b").await.unwrap().fence().number, 1, "each name counts for itself");
}

#[tokio::test]
async fn while_the_database_cannot_be_written_nothing_counts_as_acquired() {
    let two = two(Embedded);
    let mut held = acquire(&two.here, "held").await.unwrap();
    let blocker = stranger(&two.shop);
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let unavailable = [
        acquire(&two.here, "a").await.map(drop),
        two.here.locks().extend(&mut held).await,
        two.here.locks().release(held.clone()).await,
    ];
    for result in unavailable {
        assert_eq!(result.map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    }
    blocker.execute_batch("ROLLBACK").unwrap();
    assert!(acquire(&two.there, "a").await.is_ok(), "nothing was acquired");
    two.here.locks().extend(&mut held).await.expect("nothing was changed");
}

#[tokio::test]
async fn while_redis_does_not_answer_nothing_counts_as_acquired() {
    let two = two(Redis);
    let redis = two.shop.redis.as_ref().unwrap();
    let mut held = acquire(&two.here, "held").await.unwrap();
    redis.pause();
    let results = [acquire(&two.here, "a").await.map(drop), two.here.locks().extend(&mut held).await];
    for result in results {
        assert_eq!(result.map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    }
    assert!(two.here.locks().state("a").await.is_err());
    redis.resume();
    // What Redis has done meanwhile without an answer stands in nobody's way here, ...
    let held_a = soon(acquire_when_possible(&two.here, "a")).await;
    assert!(is_locked(acquire(&two.there, "a").await, false), "there it is held");
    two.here.locks().release(held_a).await.unwrap();
    // ... and an extension without an answer does not cost the lock.
    two.here.locks().extend(&mut held).await.unwrap();
    two.here.locks().release(held).await.unwrap();
    assert!(acquire(&two.there, "held").await.is_ok());
}

#[tokio::test]
async fn while_redis_is_dead_nothing_counts_as_acquired_and_then_it_goes_on() {
    let mut two = two(Redis);
    let mut held = acquire(&two.here, "a").await.unwrap();
    two.shop.redis.as_mut().unwrap().kill();
    assert_eq!(acquire(&two.there, "b").await.map(drop).map_err(|e| e.code()), Err(ErrorCode::Unavailable));
    assert_eq!(two.here.locks().extend(&mut held).await.map_err(|e| e.code()), Err(ErrorCode::Unavailable));
    two.shop.redis.as_mut().unwrap().restart();
    let new = soon(acquire_when_possible(&two.there, "a")).await;
    assert!(new.fence().number > held.fence().number, "Redis has forgotten the lock, the database knows better");
    loop {
        match two.here.locks().extend(&mut held).await {
            Err(Error::Unavailable { .. }) => {}
            result => break assert!(is_lost(result)),
        }
    }
}

/// An acquisition whose fence cannot be had has failed, and its lock stands in nobody's way for long.
#[tokio::test]
async fn without_a_fence_there_is_no_lock() {
    let two = two(Redis);
    let blocker = stranger(&two.shop);
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = acquire(&two.here, "a").await;
    assert_eq!(refused.map(drop).map_err(|error| error.code()), Err(ErrorCode::Unavailable));
    blocker.execute_batch("ROLLBACK").unwrap();
    assert!(acquire(&two.here, "a").await.is_ok());
}

async fn acquire_when_possible(office: &BoxOffice, name: &str) -> LockHandle {
    loop {
        match acquire(office, name).await {
            Err(error) if error.code() == ErrorCode::Unavailable => tokio::task::yield_now().await,
            acquired => return acquired.unwrap(),
        }
    }
}

#[rstest]
#[tokio::test]
async fn work_that_fails_or_panics_frees_its_lock_at_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let request = || LockRequest::new("a", 5 * SECOND, AT_MOST).unwrap();
    let failed = two.here.run_locked(request(), async |_, _| Err::<(), _>(Error::NotPermitted)).await;
    assert_eq!(failed, Err(Error::NotPermitted));
    let panicked = two.there.run_locked::<(), _>(request(), async |_, _| panic!("over there")).await;
    assert_eq!(panicked, Err(Error::Internal { reason: "over there".into() }));
    let done = two.here.run_locked(request(), async |fence, _| Ok(fence.number)).await;
    assert_eq!(done, Ok(3));
    assert!(is_locked(two.there.run_locked(request(), async |_, _| Ok(())).await, true), "what was done rests");
}

/// Work that goes on step by step, each time that it is told to, until it loses its lock or is told to end.
struct Working {
    step: mpsc::UnboundedSender<()>,
    ended: oneshot::Receiver<Result<u64, Error>>,
}

fn work(office: &BoxOffice) -> Working {
    let (step, mut steps) = mpsc::unbounded_channel();
    let (end, ended) = oneshot::channel();
    let office = office.clone();
    tokio::spawn(async move {
        let done = office.run_locked(lock("a"), async move |_, progress| {
            let mut count = 0;
            while steps.recv().await.is_some() {
                progress.made()?;
                count += 1;
            }
            Ok(count)
        });
        end.send(done.await)
    });
    Working { step, ended }
}

#[rstest]
#[tokio::test]
async fn work_that_makes_progress_keeps_its_lock(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let working = work(&two.here);
    let locks = two.there.locks();
    soon(async { while locks.state("a").await.unwrap().is_none() {} }).await;
    for _ in 0..5 {
        two.pass(7 * SECOND).await;
        let before = locks.state("a").await.unwrap().unwrap().until;
        working.step.send(()).unwrap();
        soon(async { while locks.state("a").await.unwrap().unwrap().until < before + SECOND {} }).await;
        assert!(is_locked(acquire(&two.there, "a").await, false));
    }
    drop(working.step);
    assert_eq!(soon(working.ended).await.unwrap(), Ok(5));
    assert!(acquire(&two.there, "a").await.is_ok());
}

#[rstest]
#[tokio::test]
async fn work_that_is_silent_for_too_long_loses_its_lock_and_is_told(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    let mut working = work(&two.here);
    soon(async { while two.there.locks().state("a").await.unwrap().is_none() {} }).await;
    two.pass(AT_MOST).await;
    let new = acquire(&two.there, "a").await.unwrap();
    let ended = soon(async {
        loop {
            // It hears of it soon after it has made a sound again.
            let _ = working.step.send(());
            tokio::task::yield_now().await;
            if let Ok(ended) = working.ended.try_recv() {
                break ended;
            }
        }
    });
    assert!(is_lost(ended.await));
    assert!(is_locked(acquire(&two.here, "a").await, false), "it has not freed what is another's");
    two.there.locks().release(new).await.unwrap();
}

/// Redis is away in the middle of the work, and comes back in time: the lock is kept.
#[tokio::test]
async fn work_outlives_a_pause_of_redis() {
    let two = two(Redis);
    let redis = two.shop.redis.as_ref().unwrap();
    let working = work(&two.here);
    soon(async { while two.there.locks().state("a").await.unwrap().is_none() {} }).await;
    two.pass(6 * SECOND).await;
    redis.pause();
    working.step.send(()).unwrap();
    // Longer than the extension waits for its answer.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    redis.resume();
    let extended = async {
        loop {
            // When it tries again is a matter of the shop's clock.
            two.shop.clock.advance(SECOND);
            let state = two.there.locks().state("a").await;
            if state.is_ok_and(|lock| lock.is_some_and(|lock| lock.until > two.now() + 5 * SECOND)) {
                break;
            }
        }
    };
    soon(extended).await;
    assert!(is_locked(acquire(&two.there, "a").await, false));
    drop(working.step);
    assert_eq!(soon(working.ended).await.unwrap(), Ok(1));
    assert!(acquire(&two.there, "a").await.is_ok());
}

impl Two {
    fn now(&self) -> jiff::Timestamp {
        self.here.clock().now()
    }
}

/// Two counters that are read, and written a little later.
#[derive(Default)]
struct Counters([AtomicU64; 2]);

impl Counters {
    async fn increment(&self, which: usize) {
        let read = self.0[which].load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.0[which].store(read + 1, Ordering::SeqCst);
    }
}

const THREADS: u64 = 8;
const INCREMENTS: u64 = 10;

/// Eight threads increment both counters, under their locks or not. Answers what is lost.
async fn increments_lost(offices: [BoxOffice; 2], with_locks: bool) -> u64 {
    let counters = Arc::new(Counters::default());
    let mut threads = Vec::new();
    for thread in 0..THREADS {
        let (counters, office) = (Arc::clone(&counters), offices[usize::from(thread % 2 == 0)].clone());
        threads.push(tokio::spawn(async move {
            for n in 0..2 * INCREMENTS {
                let which = usize::from((n + thread) % 2 == 0);
                let held = if with_locks { Some(wait_for(&office, ["a", "b"][which]).await) } else { None };
                counters.increment(which).await;
                if let Some(held) = held {
                    office.locks().release(held).await.unwrap();
                }
            }
        }));
    }
    for thread in threads {
        thread.await.unwrap();
    }
    2 * THREADS * INCREMENTS - counters.0.iter().map(|counter| counter.load(Ordering::SeqCst)).sum::<u64>()
}

async fn wait_for(office: &BoxOffice, name: &str) -> LockHandle {
    let started = Instant::now();
    loop {
        match acquire(office, name).await {
            Err(Error::JobLocked { .. }) if started.elapsed() < Duration::from_secs(60) => {
                tokio::task::yield_now().await;
            }
            acquired => return acquired.unwrap(),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn eight_threads_and_two_locks_lose_no_increment(#[values(Embedded, Redis)] holds: HoldBackend) {
    let two = two(holds);
    assert_eq!(increments_lost([two.here.clone(), two.there.clone()], true).await, 0);
    let lost = increments_lost([two.here.clone(), two.there.clone()], false).await;
    assert!(lost > 0, "without locks nothing is lost either: the test proves nothing");
}

/// What a holder whose time is over asks of the lock that is another's by now leaves it alone. Answers whether it does, with
/// one piece of a script replaced.
async fn late_commands_are_harmless(sabotage: Option<(&str, &str, &str)>) -> bool {
    let two = two(Redis);
    let redis = two.shop.redis.as_ref().unwrap();
    let proxy = RedisProxy::start(redis).await;
    let late = two.shop.open_through(&proxy);
    if let Some((intact, piece, replacement)) = sabotage {
        assert_eq!(intact.matches(piece).count(), 1, "{piece:?} is not in the script, or not once");
        let broken = intact.replace(piece, replacement);
        redis.command(&["SCRIPT", "LOAD", &broken]).await;
        proxy.substitute_script(Script::new(intact).get_hash(), Script::new(&broken).get_hash());
    }
    let mut old = acquire(&late, "a").await.unwrap();
    two.pass(AT_MOST).await;
    let mut new = acquire(&two.there, "a").await.unwrap();
    let is_refused = is_lost(late.locks().extend(&mut old).await) & is_lost(late.locks().release(old).await);
    is_refused && two.there.locks().extend(&mut new).await.is_ok()
}

/// The controls: without the look at the token, somebody else's lock is extended, or freed.
#[tokio::test]
async fn without_tokens_late_commands_do_harm() {
    assert!(late_commands_are_harmless(None).await);
    for script in [include_str!("../../src/locks/redis/extend.lua"), include_str!("../../src/locks/redis/release.lua")]
    {
        let sabotage = (script, "if found == ARGV[i] then", "if true then");
        assert!(!late_commands_are_harmless(Some(sabotage)).await, "nobody has noticed");
    }
}
