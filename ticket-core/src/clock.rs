//! What time it is: the only place that asks.
//!
//! A shop goes by the clock of its [`Config`](crate::Config::clock): when a sale opens, when a hold ends, when a job is
//! due. So a test moves a [`ManualClock`] instead of sleeping, and a rehearsal can let a day pass in a minute with a
//! [`Clock`] of its own.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::later;

/// A future that ends at some moment.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time, and waits for it. Every rule about time takes its `now` from here, so that tests need not sleep.
///
/// All processes of a shop should go by the same time, give or take a second. A clock may jump; whoever waits for a
/// moment that has come by that must be woken soon.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use ticket_core::jiff::{SignedDuration, Timestamp};
/// use ticket_core::Config;
/// use ticket_core::clock::{Clock, Sleep, SystemClock};
///
/// /// The system's clock, some time ahead: to see today what a buyer will see on the day of the sale.
/// #[derive(Debug)]
/// struct Ahead(SignedDuration);
///
/// impl Clock for Ahead {
///     fn now(&self) -> Timestamp {
///         SystemClock.now() + self.0
///     }
///
///     fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
///         SystemClock.sleep_until(deadline - self.0)
///     }
/// }
///
/// let config = Config { clock: Arc::new(Ahead(SignedDuration::from_hours(24 * 7))), ..Config::new("rehearsal.db") };
/// assert!(config.clock.now() > SystemClock.now());
/// ```
pub trait Clock: Debug + Send + Sync {
    /// The present moment, in whole milliseconds: that is what is stored.
    fn now(&self) -> Timestamp;

    /// Waits until `now()` is `deadline` or later.
    ///
    /// The future may be dropped at any time.
    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_>;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            // In steps, so that a clock that is set while we wait is noticed.
            while let Ok(left) = Duration::try_from(deadline.duration_since(self.now())) {
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(Duration::from_secs(60))).await;
            }
        })
    }
}

/// A clock that stands still until it is moved.
///
/// ```
/// use std::time::Duration;
/// use ticket_core::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::new("2027-01-02T10:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(420));
/// assert_eq!(clock.now(), "2027-01-02T10:07:00Z".parse()?);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug)]
pub struct ManualClock(watch::Sender<Timestamp>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(watch::Sender::new(now))
    }

    /// Moves it forward, and wakes who waited for a moment that has come. At the end of time it stands still.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = later(*now, by));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            // The sender lives as long as `self`, so the wait cannot fail.
            let _ = self.0.subscribe().wait_for(|now| *now >= deadline).await;
        })
    }
}
