//! Wrong passwords: whoever gives them for an account has to wait, longer each time.
//!
//! They are counted for an account and an address together. Counted by account alone, anybody could lock its owner out; by
//! address alone, a family behind one router would pay for each other.
//!
//! That would leave many guesses to somebody with many addresses. So each account has a budget of wrong passwords as well, for
//! all addresses from which nobody has logged in to it lately. When it is used up, one of them may try now and then. This is
//! nothing to the addresses that the owner has used: as with a device that is known by its cookie, guesses of strangers do
//! not count there, and his own not elsewhere.

mod memory;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ticket_core::Error;
use tokio::time::Instant;

use super::{network_of, too_many};
use crate::error::ApiError;
use memory::{Fading, Memory};

/// Wrong passwords of one address without a pause: people mistype.
const FREE: u32 = 5;
/// The first pause; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long after the last pause failures are remembered.
const REMEMBERED: Duration = Duration::from_mins(15);
/// Wrong passwords for one account from addresses that it does not know; one more is allowed for each longest pause that
/// passes. NIST SP 800-63B allows no more in a row.
const STRANGERS_FREE: u32 = 100;
/// How long an address is known to an account after a login: as long as a session lives.
const KNOWN: Duration = Duration::from_hours(30 * 24);
/// Of each kind, no more is remembered. A wrong password costs a hashing, so it takes many machines long to get there.
const MEMORY_MAX: usize = 65_536;

pub(super) struct LoginFailures {
    pause_max: Duration,
    seen: Mutex<Seen>,
    hasher: RandomState,
}

/// By a keyed hash of account or of account and address: emails of others are not kept, however long, and nobody finds
/// collisions.
struct Seen {
    failures: Memory<Failures>,
    strangers: Memory<Strangers>,
    known: Memory<Known>,
}

/// Wrong passwords for an account from an address.
#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    paused_until: Instant,
}

/// Wrong passwords for an account from addresses that it does not know, each worth a time. As long as the sum of what is not
/// over yet is within the budget, another one may try.
#[derive(Clone, Copy)]
struct Strangers {
    paid_until: Instant,
    budget: Duration,
}

/// An address from which somebody has logged in to an account.
#[derive(Clone, Copy)]
struct Known {
    until: Instant,
}

/// A password that is being checked. It counts as wrong until it is known to be right, so that many attempts at once win
/// nothing.
pub(crate) struct Attempt<'a> {
    failures: &'a LoginFailures,
    pair: u64,
    /// The account, when the address is none that it knows.
    stranger_to: Option<u64>,
}

impl LoginFailures {
    /// After a pause of `pause_max` they get no longer; with zero there are none.
    pub(super) fn new(pause_max: Duration) -> Self {
        let seen = Seen {
            failures: Memory::new(MEMORY_MAX),
            strangers: Memory::new(MEMORY_MAX),
            known: Memory::new(MEMORY_MAX),
        };
        Self { pause_max, seen: Mutex::new(seen), hasher: RandomState::new() }
    }

    pub(super) fn attempt(&self, account: &str, address: IpAddr) -> Result<Attempt<'_>, ApiError> {
        let pair = self.hasher.hash_one((account, network_of(address)));
        let now = Instant::now();
        let mut seen = self.seen();
        let stranger_to = seen.known.get(pair, now).is_none().then(|| self.hasher.hash_one(account));

        let failures = *seen.failures.get_or(pair, Failures { count: 0, paused_until: now }, now);
        if now < failures.paused_until {
            return Err(too_many(failures.paused_until - now));
        }
        if let Some(account) = stranger_to {
            let strangers = Strangers { paid_until: now, budget: self.pause_max * STRANGERS_FREE };
            seen.strangers.get_or(account, strangers, now).charge(self.pause_max, now)?;
        }
        let count = failures.count.saturating_add(1);
        let paused_until = now + self.pause_after(count);
        *seen.failures.get_or(pair, failures, now) = Failures { count, paused_until };
        Ok(Attempt { failures: self, pair, stranger_to })
    }

    fn pause_after(&self, count: u32) -> Duration {
        match count.checked_sub(FREE) {
            None | Some(0) => Duration::ZERO,
            Some(n) => FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(n - 1)).min(self.pause_max),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// Ends the attempt by what came of it.
    pub(crate) fn end<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        let now = Instant::now();
        let mut seen = self.failures.seen();
        match &result {
            Err(Error::WrongCredentials) => return result,
            Ok(_) => {
                seen.failures.forget(self.pair);
                seen.known.get_or(self.pair, Known { until: now }, now).until = now + KNOWN;
            }
            // It was not found out whether the password is right.
            Err(_) => {
                if let Some(failures) = seen.failures.get_mut(self.pair) {
                    failures.count = failures.count.saturating_sub(1);
                    failures.paused_until = now;
                }
            }
        }
        if let Some(strangers) = self.stranger_to.and_then(|account| seen.strangers.get_mut(account)) {
            strangers.paid_until -= self.failures.pause_max;
        }
        result
    }
}

impl Strangers {
    fn charge(&mut self, price: Duration, now: Instant) -> Result<(), ApiError> {
        let paid_until = self.paid_until.max(now) + price;
        if paid_until > now + self.budget {
            return Err(too_many(paid_until - (now + self.budget)));
        }
        self.paid_until = paid_until;
        Ok(())
    }
}

impl Fading for Failures {
    fn is_over(&self, now: Instant) -> bool {
        self.paused_until + REMEMBERED <= now
    }

    fn matters(&self, now: Instant) -> bool {
        now < self.paused_until
    }
}

impl Fading for Strangers {
    fn is_over(&self, now: Instant) -> bool {
        self.paid_until <= now
    }

    fn matters(&self, now: Instant) -> bool {
        self.paid_until > now + self.budget / 2
    }
}

impl Fading for Known {
    fn is_over(&self, now: Instant) -> bool {
        self.until <= now
    }

    fn matters(&self, now: Instant) -> bool {
        self.until > now + KNOWN / 2
    }
}
