//! Wrong passwords: whoever gives them for an account has to wait, longer each time.
//!
//! Counted for an account and an address together. Counted by account alone, anybody could lock its owner out; by address
//! alone, a family behind one router would pay for each other.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ticket_core::Error;
use tokio::time::Instant;

use super::{network_of, too_many};
use crate::error::ApiError;

/// Wrong passwords without a pause: people mistype.
const FREE: u32 = 5;
/// The first pause; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long after the last pause failures are remembered.
const REMEMBERED: Duration = Duration::from_mins(15);
/// More pairs than this are not remembered. One costs the hashing of a password, so it takes many machines long to get there.
const PAIRS_MAX: usize = 65_536;

pub(super) struct LoginFailures {
    pause_max: Duration,
    /// By a keyed hash of account and address: emails of others are not kept, however long, and nobody finds collisions.
    pairs: Mutex<HashMap<u64, Failures>>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    paused_until: Instant,
}

/// A password that is being checked. It counts as wrong until it is known to be right, so that many attempts at once win
/// nothing.
pub(crate) struct Attempt<'a> {
    failures: &'a LoginFailures,
    pair: u64,
}

impl LoginFailures {
    pub(super) fn new(pause_max: Duration) -> Self {
        Self { pause_max, pairs: Mutex::default(), hasher: RandomState::new() }
    }

    pub(super) fn attempt(&self, account: &str, address: IpAddr) -> Result<Attempt<'_>, ApiError> {
        let pair = self.hasher.hash_one((account, network_of(address)));
        let now = Instant::now();
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= PAIRS_MAX && !pairs.contains_key(&pair) {
            make_room(&mut pairs, now);
        }
        let failures = pairs.entry(pair).or_insert(Failures { count: 0, paused_until: now });
        if failures.paused_until + REMEMBERED <= now {
            failures.count = 0;
        }
        if now < failures.paused_until {
            return Err(too_many(failures.paused_until - now));
        }
        failures.count = failures.count.saturating_add(1);
        failures.paused_until = now + self.pause_after(failures.count);
        Ok(Attempt { failures: self, pair })
    }

    fn pause_after(&self, count: u32) -> Duration {
        match count.checked_sub(FREE) {
            None | Some(0) => Duration::ZERO,
            Some(n) => FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(n - 1)).min(self.pause_max),
        }
    }
}

impl Attempt<'_> {
    /// Ends the attempt by what came of it.
    pub(crate) fn end<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        let mut pairs = self.failures.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        match &result {
            Err(Error::WrongCredentials) => {}
            Ok(_) => drop(pairs.remove(&self.pair)),
            // It was not found out whether the password is right.
            Err(_) => {
                if let Some(failures) = pairs.get_mut(&self.pair) {
                    failures.count = failures.count.saturating_sub(1);
                    failures.paused_until = Instant::now();
                }
            }
        }
        result
    }
}

/// Forgets what is old, and when nothing is, whoever does not have to wait just now.
fn make_room(pairs: &mut HashMap<u64, Failures>, now: Instant) {
    pairs.retain(|_, failures| now < failures.paused_until + REMEMBERED);
    if pairs.len() >= PAIRS_MAX {
        pairs.retain(|_, failures| now < failures.paused_until);
    }
    if pairs.len() >= PAIRS_MAX {
        pairs.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

    fn fail(failures: &LoginFailures, account: &str, address: IpAddr) -> Result<(), u64> {
        match failures.attempt(account, address) {
            Ok(_wrong) => Ok(()),
            Err(ApiError::TooManyRequests { retry_after }) => Err(retry_after),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_end() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        for _ in 0..=FREE {
            fail(&failures, "mina", STRANGER).unwrap();
        }
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(fail(&failures, "mina", STRANGER), Err(pause));
            tokio::time::advance(Duration::from_secs(pause) - Duration::from_millis(1)).await;
            assert_eq!(fail(&failures, "mina", STRANGER), Err(1));
            tokio::time::advance(Duration::from_millis(1)).await;
            assert_eq!(fail(&failures, "mina", STRANGER), Ok(()));
        }
        tokio::time::advance(Duration::from_mins(5) + REMEMBERED).await;
        for _ in 0..=FREE {
            fail(&failures, "mina", STRANGER).unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stranger_locks_nobody_out() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        while fail(&failures, "mina", STRANGER).is_ok() {}
        fail(&failures, "mina", HOME).unwrap();
        fail(&failures, "joon", STRANGER).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_right_password_is_a_new_beginning() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        for _ in 0..20 {
            for _ in 0..FREE {
                fail(&failures, "mina", HOME).unwrap();
            }
            failures.attempt("mina", HOME).unwrap().end(Ok(())).unwrap();
        }
        assert!(failures.pairs.lock().unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_found_out_is_not_held_against_anybody() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        for _ in 0..FREE {
            fail(&failures, "mina", HOME).unwrap();
        }
        for _ in 0..20 {
            let unavailable = Err::<(), _>(Error::Unavailable { reason: String::new() });
            failures.attempt("mina", HOME).unwrap().end(unavailable).unwrap_err();
        }
        fail(&failures, "mina", HOME).unwrap();
        assert_eq!(fail(&failures, "mina", HOME), Err(1));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_at_once_win_nothing() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        let running: Vec<_> = (0..100).map_while(|_| failures.attempt("mina", STRANGER).ok()).collect();
        assert_eq!(running.len(), FREE as usize + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_longest_pause_there_is_none() {
        let failures = LoginFailures::new(Duration::ZERO);
        for _ in 0..100 {
            fail(&failures, "mina", STRANGER).unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn remembers_only_so_many() {
        let failures = LoginFailures::new(Duration::from_mins(5));
        for n in 0..PAIRS_MAX * 2 {
            fail(&failures, &n.to_string(), STRANGER).unwrap();
        }
        assert!(failures.pairs.lock().unwrap().len() <= PAIRS_MAX);
        // Those who have to wait are the last to be forgotten.
        while fail(&failures, "mina", STRANGER).is_ok() {}
        make_room(&mut failures.pairs.lock().unwrap(), Instant::now());
        assert!(fail(&failures, "mina", STRANGER).is_err());
    }
}
