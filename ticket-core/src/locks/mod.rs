//! Named locks: work that only one process does at a time.
//!
//! [`BoxOffice::run_locked`](crate::BoxOffice::run_locked) does some work under a lock, and is all that most need;
//! [`JobLock`] is for those who keep a lock in their own way. What is to be done on a schedule is a [job](crate::jobs),
//! and gets its lock by itself.
//!
//! A lock is held until it is released, and at most until its time is over; by then it is free for others, whatever its
//! holder believes. So whoever holds one also gets a [`Fence`], and what he writes has to be refused when a newer fence
//! was handed out. Fences come from the database, wherever the lock itself is: Redis may forget, the database does not.

mod embedded;
mod keeper;
#[cfg(feature = "redis")]
mod redis;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

use crate::domain::{Fence, later};
use crate::error::Error;

#[cfg(feature = "redis")]
pub(crate) use self::redis::RedisLocks;
pub(crate) use embedded::EmbeddedLocks;
pub use keeper::Progress;
pub(crate) use keeper::{Ended, keep};

/// What knows a lock from another one with the same name: 128 random bits.
type Token = u128;

/// A lock that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockRequest {
    name: String,
    at_least: Duration,
    at_most: Duration,
    ends_rest: bool,
}

impl LockRequest {
    /// The lock of this name. It stays held for `at_least` from now on, even if it is released sooner, so that somebody
    /// whose clock is slightly behind does not do the same work again; and it frees itself after `at_most`. Both are whole
    /// milliseconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ticket_core::locks::LockRequest;
    ///
    /// assert!(LockRequest::new("nightly report", Duration::ZERO, Duration::from_mins(10)).is_ok());
    /// assert!(LockRequest::new("", Duration::ZERO, Duration::from_mins(10)).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when the name is empty, `at_most` is less than a millisecond, or `at_least` is more than `at_most`.
    pub fn new(name: &str, at_least: Duration, at_most: Duration) -> Result<Self, Error> {
        let refused = |field, problem: String| Err(Error::Invalid { field, problem: problem.into() });
        if name.trim().is_empty() {
            return refused("name", "is empty; a lock needs a name".into());
        }
        if at_most < Duration::from_millis(1) {
            return refused("atMost", format!("is {at_most:?}; allowed is 1 ms and more"));
        }
        if at_least > at_most {
            return refused("atLeast", format!("is {at_least:?}; allowed is up to atMost, {at_most:?}"));
        }
        Ok(Self { name: name.to_owned(), at_least, at_most, ends_rest: false })
    }

    /// The same, but a lock that is only held because its `at_least` is not over counts as free.
    #[must_use]
    pub fn ending_rest(self) -> Self {
        Self { ends_rest: true, ..self }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A lock that is held. It is dead once it is released, extended by way of a clone, or over.
#[derive(Debug, Clone)]
pub struct LockHandle {
    fence: Fence,
    token: Token,
    /// Tokens of extensions whose answers were lost.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "only answers of Redis get lost"))]
    doubtful: Vec<Token>,
    at_least_until: Timestamp,
    at_most: Duration,
    expires_at: Timestamp,
}

impl LockHandle {
    fn new(request: &LockRequest, token: Token, fence: Fence, now: Timestamp) -> Self {
        Self {
            fence,
            token,
            doubtful: Vec::new(),
            at_least_until: later(now, request.at_least),
            at_most: request.at_most,
            expires_at: later(now, request.at_most),
        }
    }

    /// The number of this acquisition, which only grows: what is written under an older one must be refused.
    #[must_use]
    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.fence.job
    }

    /// When it frees itself, unless it is extended.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The same lock, which is free at once when it is released: nothing was done that must not be done again.
    #[must_use]
    pub fn without_rest(self) -> Self {
        Self { at_least_until: Timestamp::MIN, ..self }
    }

    #[cfg(feature = "redis")]
    fn lost(&self) -> Error {
        Error::LockLost { job: self.name().to_owned() }
    }
}

/// A lock as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LockState {
    /// When it frees itself at the latest.
    pub until: Timestamp,
    /// Whether its work is done, and it is held only because the least time is not over.
    pub is_resting: bool,
}

/// Named locks over all processes of a shop: in the database, or in Redis when that keeps the holds.
/// [`BoxOffice::locks`](crate::BoxOffice::locks) has them.
///
/// There are these two implementations, and no others outside of this crate: a lock is worth nothing without fences, which
/// come from the database.
///
/// An error never means that a lock was acquired; what may have been acquired although its answer was lost frees itself.
///
/// ```
/// use std::time::Duration;
/// use ticket_core::Error;
/// use ticket_core::locks::{JobLock, LockRequest};
///
/// # use ticket_core::testing::Example;
/// # Example::run(async |Example { box_office, .. }| {
/// let report = LockRequest::new("nightly report", Duration::ZERO, Duration::from_mins(10))?;
/// let mut lock = box_office.locks().acquire(report.clone()).await?;
/// assert!(matches!(box_office.locks().acquire(report).await, Err(Error::JobLocked { .. })));
/// // It takes longer than was thought.
/// box_office.locks().extend(&mut lock).await?;
/// box_office.locks().release(lock).await?;
/// # Ok(())
/// # });
/// ```
#[async_trait]
pub trait JobLock: sealed::Sealed + Send + Sync {
    /// Takes a lock that is free.
    ///
    /// # Errors
    ///
    /// [`Error::JobLocked`] when somebody holds it, `D_001` when that cannot be found out.
    async fn acquire(&self, request: LockRequest) -> Result<LockHandle, Error>;

    /// Starts the time of a lock anew: it is held for another `at_most` from now. Clones of the handle are dead then.
    ///
    /// # Errors
    ///
    /// [`Error::LockLost`] when it is not held by this handle any more. After any other error it may be tried again.
    async fn extend(&self, handle: &mut LockHandle) -> Result<(), Error>;

    /// Lets a lock go; until its `at_least` is over nobody else gets it all the same.
    ///
    /// # Errors
    ///
    /// [`Error::LockLost`] when it is not held by this handle any more. After any other error it frees itself.
    async fn release(&self, handle: LockHandle) -> Result<(), Error>;

    /// Whether and until when a lock is held.
    ///
    /// # Errors
    ///
    /// `D_001` when that cannot be found out.
    async fn state(&self, name: &str) -> Result<Option<LockState>, Error>;
}

mod sealed {
    /// Only here, so that methods can be added to [`JobLock`](super::JobLock).
    pub trait Sealed {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_make_no_sense_are_refused_by_name() {
        let second = Duration::from_secs(1);
        for (name, at_least, at_most, field) in [
            ("", Duration::ZERO, second, "name"),
            (" ", Duration::ZERO, second, "name"),
            ("x", Duration::ZERO, Duration::ZERO, "atMost"),
            ("x", Duration::ZERO, Duration::from_micros(999), "atMost"),
            ("x", second + Duration::from_millis(1), second, "atLeast"),
        ] {
            let refused = LockRequest::new(name, at_least, at_most);
            assert!(matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field), "{refused:?}");
        }
        assert!(LockRequest::new("x", second, second).is_ok());
    }
}
