//! Seat maps in memory, and those who watch them.
//!
//! The logs in the database, and the claims in the lock store where holds live there, are the only sources: one follower
//! reads what is new after everything that this process does, and a few times a second what others have done. So a map
//! never depends on who made the change.

mod feed;
mod follower;
mod seat_map;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::api::{SeatStates, SeatUpdate};
use crate::clock::Clock;
use crate::domain::PerformanceId;
use crate::error::Error;
use crate::holds::HoldStore;
use crate::storage::Store;
pub use feed::{SeatFeed, SeatFeedEvent};
use follower::Follower;
pub(crate) use seat_map::{FreeSeats, SeatMap};

/// Maps kept at a time, unless more are being watched.
const MAPS_MAX: usize = 64;

/// The seat maps of this process.
#[derive(Clone)]
pub(crate) struct Live(Arc<Shared>);

struct Shared {
    store: Store,
    holds: Arc<dyn HoldStore>,
    clock: Arc<dyn Clock>,
    /// Tells the revisions of this process from those of another, which count differently.
    epoch: u32,
    maps: Mutex<HashMap<PerformanceId, Arc<SeatMap>>>,
    /// One at a time reads the logs, so that changes arrive in their order.
    follower: tokio::sync::Mutex<Follower>,
    /// How often the logs have begun to be read, so that of many who ask at once one reads for all.
    rounds: AtomicU64,
    /// There is a map to follow now.
    map_loaded: Notify,
}

impl Live {
    /// Starts following. The task ends with `stop`.
    pub(crate) fn start(
        store: Store,
        holds: Arc<dyn HoldStore>,
        clock: Arc<dyn Clock>,
        stop: tokio::sync::watch::Receiver<bool>,
    ) -> Self {
        let live = Self(Arc::new(Shared {
            store,
            holds,
            clock,
            epoch: rand::random(),
            maps: Mutex::default(),
            follower: tokio::sync::Mutex::default(),
            rounds: AtomicU64::new(0),
            map_loaded: Notify::new(),
        }));
        tokio::spawn(follower::run(live.clone(), stop));
        live
    }

    /// What every seat looks like now.
    pub(crate) async fn states(&self, id: PerformanceId) -> Result<SeatStates, Error> {
        Ok(self.map(id).await?.states())
    }

    /// What has changed since a revision.
    pub(crate) async fn changes(&self, id: PerformanceId, since: &str) -> Result<SeatUpdate, Error> {
        let map = self.map(id).await?;
        let update = map.parse_revision(since).and_then(|since| map.changes_since(since));
        Ok(update.map_or(SeatUpdate::RESET, SeatUpdate::Changes))
    }

    /// The changes of a performance as they happen, after `since` where that revision is known, else after a reset.
    /// Without `since`, from now on.
    pub(crate) async fn subscribe(&self, id: PerformanceId, since: Option<&str>) -> Result<SeatFeed, Error> {
        let map = self.map(id).await?;
        Ok(SeatFeed::new(map, since))
    }

    /// The map with all that is committed now.
    pub(crate) async fn map(&self, id: PerformanceId) -> Result<Arc<SeatMap>, Error> {
        if let Some(map) = self.known(id) {
            self.catch_up().await?;
            return if self.known(id).is_some() { Ok(map) } else { Err(Error::PerformanceNotFound(id)) };
        }
        // While the follower is held, nothing can pass between the snapshot and the first change.
        let mut follower = self.0.follower.lock().await;
        if let Some(map) = self.known(id) {
            return Ok(map);
        }
        let now = self.now();
        let snapshot = self.0.store.seat_map(id, now).await?;
        follower.begin_at(&snapshot, self.maps().is_empty());
        let map = Arc::new(SeatMap::new(self.0.epoch, id, &snapshot, now));
        follower.follow_claims(&*self.0.holds, &map, now).await;
        self.keep(Arc::clone(&map));
        self.0.map_loaded.notify_one();
        Ok(map)
    }

    /// Sees to it that all that is committed now has been read and applied.
    pub(crate) async fn catch_up(&self) -> Result<(), Error> {
        let rounds_before = self.0.rounds.load(Ordering::SeqCst);
        let mut follower = self.0.follower.lock().await;
        if follower.succeeded_after(rounds_before) {
            // While this waited, somebody began later, and has read for all.
            return Ok(());
        }
        let round = self.0.rounds.fetch_add(1, Ordering::SeqCst) + 1;
        self.read_news(&mut follower).await?;
        follower.succeeded(round);
        Ok(())
    }

    async fn read_news(&self, follower: &mut Follower) -> Result<(), Error> {
        let maps = self.all();
        for gone in follower.follow(&self.0.store, &maps, self.now()).await? {
            // Whoever asks for it again is told that there is none.
            self.maps().remove(&gone);
        }
        for map in &maps {
            follower.follow_claims(&*self.0.holds, map, self.now()).await;
        }
        Ok(())
    }

    fn known(&self, id: PerformanceId) -> Option<Arc<SeatMap>> {
        self.maps().get(&id).cloned()
    }

    fn keep(&self, map: Arc<SeatMap>) {
        let mut maps = self.maps();
        if maps.len() >= MAPS_MAX {
            // One reference is the table's own; a map that nobody else has can be read again when it is asked for.
            maps.retain(|_, map| Arc::strong_count(map) > 1);
        }
        maps.insert(map.performance(), map);
    }

    fn all(&self) -> Vec<Arc<SeatMap>> {
        self.maps().values().cloned().collect()
    }

    fn maps(&self) -> std::sync::MutexGuard<'_, HashMap<PerformanceId, Arc<SeatMap>>> {
        self.0.maps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}
