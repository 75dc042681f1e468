use std::sync::Arc;

use tokio::sync::watch;

use super::seat_map::SeatMap;
use crate::api::SeatUpdateChanges;

/// The changes of one performance, as they happen.
///
/// A reader who is slow misses nothing and holds nothing up: what happens while he is away is told at once when he
/// comes back, each seat as it looks then.
pub struct SeatFeed {
    map: Arc<SeatMap>,
    revisions: watch::Receiver<u64>,
    /// What the reader knows; `None` when he must read all again first.
    known: Option<u64>,
}

/// What a reader of a [`SeatFeed`] is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatFeedEvent {
    /// These seats look different now.
    Changes(SeatUpdateChanges),
    /// What happened cannot be told: read layout and states again.
    Reset {
        /// From where the feed goes on.
        revision: String,
    },
}

impl SeatFeed {
    pub(super) fn new(map: Arc<SeatMap>, since: Option<&str>) -> Self {
        let revisions = map.watch();
        let known = match since {
            Some(revision) => map.parse_revision(revision),
            None => Some(*revisions.borrow()),
        };
        Self { map, revisions, known }
    }

    /// Waits for the next event. Safe to drop while waiting: nothing is lost.
    pub async fn next(&mut self) -> SeatFeedEvent {
        loop {
            let current = *self.revisions.borrow_and_update();
            let Some(known) = self.known else { return self.reset(current) };
            match self.map.changes_since(known) {
                None => return self.reset(current),
                Some(update) if !update.changes.is_empty() => {
                    self.known = self.map.parse_revision(&update.revision);
                    return SeatFeedEvent::Changes(update);
                }
                // The map, which holds the other end, lives as long as we do.
                Some(_) => drop(self.revisions.changed().await),
            }
        }
    }

    fn reset(&mut self, current: u64) -> SeatFeedEvent {
        self.known = Some(current);
        SeatFeedEvent::Reset { revision: self.map.format_revision(current) }
    }
}

impl std::fmt::Debug for SeatFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SeatFeed").field("performance", &self.map.performance()).finish_non_exhaustive()
    }
}
