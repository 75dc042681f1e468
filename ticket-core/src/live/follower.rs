use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

use super::Live;
use super::seat_map::SeatMap;
use crate::domain::PerformanceId;
use crate::error::Error;
use crate::holds::HoldStore;
use crate::storage::{ChangeCursor, SeatMapSnapshot, Store};

/// How soon the commits of other processes are seen.
const FOREIGN_COMMITS_POLL: Duration = Duration::from_millis(50);

/// How long a lock store that has not answered is left alone.
const LOCK_STORE_PAUSE: Duration = Duration::from_millis(500);

/// How far the logs have been read.
#[derive(Default)]
pub(super) struct Follower {
    cursor: ChangeCursor,
    /// The last round that has read everything.
    last_success: u64,
    /// Readers must not wait for a lock store that does not answer.
    lock_store_failed_at: Option<Instant>,
}

impl Follower {
    /// A map has been loaded. The first one tells where to begin; later ones know by themselves what they have already.
    pub(super) fn begin_at(&mut self, snapshot: &SeatMapSnapshot, is_first: bool) {
        if is_first {
            self.cursor = snapshot.cursor;
        }
    }

    /// A round has read everything that was committed when it began.
    pub(super) fn succeeded(&mut self, round: u64) {
        self.last_success = round;
    }

    /// Whether a round that began after so many others has read everything.
    pub(super) fn succeeded_after(&self, rounds: u64) -> bool {
        self.last_success > rounds
    }

    /// Reads what is new, and tells every map. Returns the performances that were deleted.
    pub(super) async fn follow(
        &mut self,
        store: &Store,
        maps: &[Arc<SeatMap>],
        now: Timestamp,
    ) -> Result<Vec<PerformanceId>, Error> {
        let watched = maps.iter().map(|map| map.performance()).collect();
        let changes = store.changes_since(self.cursor, watched).await?;
        let mut gone = Vec::new();
        for (map, (_, layout_version)) in maps.iter().zip(&changes.layout_versions) {
            let Some(layout_version) = layout_version else {
                gone.push(map.performance());
                continue;
            };
            if changes.incomplete || map.layout_version() != *layout_version {
                map.reload(&store.seat_map(map.performance(), now).await?, now);
            } else {
                map.apply(&changes, now);
            }
        }
        self.cursor = changes.cursor;
        Ok(gone)
    }

    /// Reads what is held elsewhere. When that cannot be reached, the map keeps what it knows: reading goes on.
    pub(super) async fn follow_claims(&mut self, holds: &dyn HoldStore, map: &SeatMap, now: Timestamp) {
        if self.lock_store_failed_at.is_some_and(|at| at.elapsed() < LOCK_STORE_PAUSE) {
            return;
        }
        let known = map.claims_version();
        match holds.claims(map.performance(), known.as_deref(), now).await {
            Ok(claims) => {
                self.lock_store_failed_at = None;
                if let Some(claims) = claims {
                    map.replace_claims(claims, now);
                }
            }
            Err(error) => {
                if self.lock_store_failed_at.is_none() {
                    tracing::warn!(error.code = %error.code(), ?error, "seat maps do not see new holds");
                }
                self.lock_store_failed_at = Some(Instant::now());
            }
        }
    }
}

/// Follows for as long as there are maps, until `stop` is true.
pub(super) async fn run(live: Live, mut stop: watch::Receiver<bool>) {
    let mut commits = live.0.store.commits();
    let mut holds = live.0.holds.changes();
    let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
    tokio::pin!(stopped);
    loop {
        let idle = live.maps().is_empty();
        tokio::select! {
            () = &mut stopped => return,
            () = live.0.map_loaded.notified(), if idle => {}
            Ok(()) = commits.changed(), if !idle => {}
            Ok(()) = holds.changed(), if !idle => {}
            () = tokio::time::sleep(FOREIGN_COMMITS_POLL), if !idle => {}
            () = next_expiry(&live), if !idle => {}
        }
        if let Err(error) = live.catch_up().await {
            tracing::warn!(error.code = %error.code(), ?error, "seat maps cannot be brought up to date; trying again");
            // The poll above is the pause between two attempts.
            tokio::time::sleep(FOREIGN_COMMITS_POLL).await;
        }
    }
}

/// Waits until the first of all holds ends.
async fn next_expiry(live: &Live) {
    match live.all().iter().filter_map(|map| map.next_expiry()).min() {
        Some(expiry) => live.0.clock.sleep_until(expiry).await,
        None => std::future::pending().await,
    }
}
