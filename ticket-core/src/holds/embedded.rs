use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use tokio::sync::watch;

use super::{Acquired, Claims, HoldStore, Pin};
use crate::doctor::{Ailment, KeyDamage};
use crate::domain::{Claim, Hold, HoldId, PerformanceId, SeatId, UserId, earlier};
use crate::error::Error;
use crate::storage::{KeyUse, RunBy, Store, Unkeyed};

/// How long after its end a hold is remembered, so that its owner is told that it has expired.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// What ended before this is forgotten.
pub(crate) fn remembered_since(now: Timestamp) -> Timestamp {
    earlier(now, REMEMBERED)
}

/// Holds in the database itself: for one machine, without Redis.
pub(crate) struct EmbeddedHolds(Store);

impl EmbeddedHolds {
    pub(crate) fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl HoldStore for EmbeddedHolds {
    async fn acquire(&self, claim: Claim, key: Option<Arc<KeyUse>>, now: Timestamp) -> Result<Acquired, Error> {
        self.0.acquire_hold(claim, key, now).await
    }

    /// The claim does so, in its transaction; and what was noted before is looked at where every kept answer is.
    async fn note(&self, _: &KeyUse) -> Result<bool, Error> {
        Ok(true)
    }

    async fn forget(&self, used: Arc<KeyUse>) -> Result<(), Error> {
        self.0.forget_note(used).await
    }

    async fn change(&self, claim: Claim, remove: Vec<SeatId>, now: Timestamp) -> Result<Acquired, Error> {
        self.0.change_hold(claim, remove, now).await
    }

    async fn extend(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Hold, Error> {
        self.0.extend_hold(id, user, until, now).await
    }

    async fn pin(&self, _: HoldId, _: UserId, _: Timestamp, _: Timestamp) -> Result<Pin, Error> {
        Ok(Pin::InStore)
    }

    async fn release(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error> {
        self.0.release_hold(id, user, Unkeyed, now).await
    }

    async fn give_back(&self, from: HoldId, to: Hold, now: Timestamp) -> Result<(), Error> {
        self.0.give_back_seats(from, to, now).await
    }

    async fn find(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
        self.0.hold(id, user, now).await
    }

    async fn of_user(&self, performance: PerformanceId, user: UserId, now: Timestamp) -> Result<Vec<Hold>, Error> {
        self.0.holds_of(performance, user, now).await
    }

    async fn all(&self, now: Timestamp) -> Result<Vec<Hold>, Error> {
        self.0.all_holds(now).await
    }

    /// They are rows: the queries over the database find what is wrong with them.
    async fn ailments(&self, _: &[PerformanceId], _: Timestamp) -> Result<Vec<Ailment>, Error> {
        Ok(Vec::new())
    }

    async fn performances(&self) -> Result<Vec<PerformanceId>, Error> {
        Ok(Vec::new())
    }

    async fn cure(&self, _: &KeyDamage, _: Timestamp) -> Result<bool, Error> {
        Ok(false)
    }

    async fn sweep(&self, by: RunBy, now: Timestamp) -> Result<u64, Error> {
        self.0.sweep_holds(by, now, remembered_since(now)).await
    }

    async fn claims(&self, _: PerformanceId, _: Option<&str>, _: Timestamp) -> Result<Option<Claims>, Error> {
        Ok(None)
    }

    async fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.commits()
    }

    fn are_in_store(&self) -> bool {
        true
    }
}
