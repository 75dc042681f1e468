//! Claims on seats for a limited time.

mod embedded;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::{Claim, Hold, HoldId, PerformanceId, SeatId, UserId};
use crate::error::Error;

pub(crate) use embedded::EmbeddedHolds;

/// Where holds live. It knows who claims a seat, and nothing about whether the seat is sold.
///
/// Only the owner of a hold changes, extends or releases it; to anybody else it does not exist (`H_001`). A hold past
/// its end claims nothing (`H_002`), swept or not.
#[async_trait]
pub(crate) trait HoldStore: Send + Sync {
    /// Claims every seat or none; names the seats that another user holds. The same id again is a success. Seats that
    /// the user holds already move over, and bring the clock of their hold along.
    async fn acquire(&self, claim: Claim, now: Timestamp) -> Result<Hold, Error>;

    /// Drops the seats `remove` and claims those of `claim` that are new, all or nothing. The clock stays.
    async fn change(&self, claim: Claim, remove: Vec<SeatId>, now: Timestamp) -> Result<Hold, Error>;

    /// Moves the end to `until`, at most to the cap of the hold, and never nearer.
    async fn extend(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Hold, Error>;

    /// Lets every seat go.
    async fn release(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error>;

    /// One live hold.
    async fn find(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error>;

    /// The user's live holds in a performance, soonest end first.
    async fn of_user(&self, performance: PerformanceId, user: UserId, now: Timestamp) -> Result<Vec<Hold>, Error>;

    /// Clears what has run out. Returns how many holds.
    async fn sweep(&self, now: Timestamp) -> Result<u64, Error>;
}
