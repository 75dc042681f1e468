//! Claims on seats for a limited time.

mod embedded;
#[cfg(feature = "redis")]
mod redis;

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use tokio::sync::watch;

use crate::doctor::{Ailment, KeyDamage};
use crate::domain::{Claim, Hold, HoldId, PerformanceId, SeatId, UserId};
use crate::error::Error;
use crate::storage::{KeyUse, RunBy};

#[cfg(feature = "redis")]
pub(crate) use self::redis::RedisHolds;
pub(crate) use embedded::{EmbeddedHolds, remembered_since};

/// What keeps a hold alive while the database sells its seats.
pub(crate) enum Pin {
    /// The hold is in the database: the transaction that sells its seats checks it too.
    InStore,
    /// The hold lives at least as long as was asked for; the database must refuse to sell later.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "only holds in Redis are pinned"))]
    Pinned(Hold),
}

/// A hold that was just made or changed.
pub(crate) struct Acquired {
    pub(crate) hold: Hold,
    /// All seats of the performance that the user holds at that moment, in this hold and in others.
    pub(crate) held: Vec<SeatId>,
    /// Other holds of the user that have lost seats to this one: as they were, with these seats only.
    pub(crate) former: Vec<Hold>,
}

/// The seats of a performance that are held now, and until when.
pub(crate) struct Claims {
    /// Another text after every change.
    pub(crate) version: String,
    pub(crate) seats: Vec<(SeatId, Timestamp)>,
}

/// Where holds live. It knows who claims a seat, and nothing about whether the seat is sold.
///
/// Only the owner of a hold changes, extends or releases it; to anybody else it does not exist (`H_001`). A hold past
/// its end claims nothing (`H_002`), swept or not.
#[async_trait]
pub(crate) trait HoldStore: Send + Sync {
    /// Claims every seat or none; names the seats that another user holds. The same id again is a success. Seats that
    /// the user holds already move over, and bring the clock of their hold along. `key` is what the hold is named by, if
    /// anything.
    async fn acquire(&self, claim: Claim, key: Option<Arc<KeyUse>>, now: Timestamp) -> Result<Acquired, Error>;

    /// Notes what is asked for with a key that names a hold, where [`HoldStore::acquire`] does not do so itself, and
    /// whichever performance it is for. Refuses another request than before (`I_001`). Whether it is the first.
    async fn note(&self, used: &KeyUse) -> Result<bool, Error>;

    /// Forgets that: nothing has come of it.
    async fn forget(&self, used: Arc<KeyUse>) -> Result<(), Error>;

    /// Drops the seats `remove` and claims those of `claim` that are new, all or nothing. The clock stays.
    async fn change(&self, claim: Claim, remove: Vec<SeatId>, now: Timestamp) -> Result<Acquired, Error>;

    /// Moves the end to `until`, at most to the cap of the hold, and never nearer.
    async fn extend(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Hold, Error>;

    /// Makes sure that the hold lives until `until`, past its cap if need be, while the database commits.
    async fn pin(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Pin, Error>;

    /// Lets every seat go.
    async fn release(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error>;

    /// Gives the hold `to` back those of these seats that `from` has taken over from it.
    async fn give_back(&self, from: HoldId, to: Hold, now: Timestamp) -> Result<(), Error>;

    /// One live hold.
    async fn find(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error>;

    /// The user's live holds in a performance, soonest end first.
    async fn of_user(&self, performance: PerformanceId, user: UserId, now: Timestamp) -> Result<Vec<Hold>, Error>;

    /// Every live hold, soonest end first. Looks at everything, so it is for admins.
    async fn all(&self, now: Timestamp) -> Result<Vec<Hold>, Error>;

    /// What is wrong with holds that only the place where they live can tell. Of these performances, nobody knows.
    async fn ailments(&self, unknown: &[PerformanceId], now: Timestamp) -> Result<Vec<Ailment>, Error>;

    /// The performances that anything is kept for.
    async fn performances(&self) -> Result<Vec<PerformanceId>, Error>;

    /// Does away with what is still as it was found. `false` when it is not.
    async fn cure(&self, damage: &KeyDamage, now: Timestamp) -> Result<bool, Error>;

    /// Clears what has run out. Returns how many holds.
    async fn sweep(&self, by: RunBy, now: Timestamp) -> Result<u64, Error>;

    /// What is held of a performance; `None` when that is still as `known`, or when the log of the store tells it.
    async fn claims(
        &self,
        performance: PerformanceId,
        known: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Claims>, Error>;

    /// The seats of a performance that anybody holds now, where the store does not know that itself.
    async fn held_seats(&self, performance: PerformanceId, now: Timestamp) -> Result<HashSet<SeatId>, Error> {
        let claims = self.claims(performance, None, now).await?;
        Ok(claims.into_iter().flat_map(|claims| claims.seats).map(|(seat, _)| seat).collect())
    }

    /// Whether the place of the holds can be reached, when it is not the store.
    async fn check(&self) -> Result<(), Error>;

    /// Changes with everything that this process does to holds.
    fn changes(&self) -> watch::Receiver<u64>;

    /// Whether the transaction that sells seats checks the holds as well.
    fn are_in_store(&self) -> bool;
}
