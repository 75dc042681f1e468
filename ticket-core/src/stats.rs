//! What a box office has done and is doing, as numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::error::Error;

/// What a box office of this process has done since it was opened, and what waits in it; see
/// [`BoxOffice::stats`](crate::BoxOffice::stats).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Holds that were made.
    pub holds: u64,
    /// Bookings that were made. One that was asked for and answered again may count again.
    pub bookings: u64,
    /// Cancellations, of whole bookings or of some tickets.
    pub cancellations: u64,
    /// Holds and bookings that were refused because somebody else has a seat (`B_003`).
    pub conflicts: u64,
    /// Transactions that were committed, by how many writes shared each.
    pub batches: BatchSizes,
    /// Writes that wait for their transaction now.
    pub writes_waiting: usize,
}

/// How many writes shared a transaction, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BatchSizes {
    /// How many transactions had at most so many writes, and more than those before: up to 1, 2, 4, 8, 16, 32, 64.
    pub counts: [u64; Self::UP_TO.len()],
    /// Writes in all of them.
    pub writes: u64,
}

impl BatchSizes {
    /// The most writes of the transactions that each of [`counts`](BatchSizes::counts) counts.
    pub const UP_TO: [u32; 7] = [1, 2, 4, 8, 16, 32, 64];
}

/// Counts for [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) writes: Arc<WriteCounters>,
    holds: AtomicU64,
    bookings: AtomicU64,
    cancellations: AtomicU64,
    conflicts: AtomicU64,
}

impl Counters {
    /// Counts the writes where these are counted.
    pub(crate) fn new(writes: Arc<WriteCounters>) -> Self {
        Self { writes, ..Self::default() }
    }

    pub(crate) fn hold<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.count(&self.holds, result)
    }

    pub(crate) fn booking<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.count(&self.bookings, result)
    }

    pub(crate) fn cancellation<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        self.count(&self.cancellations, result)
    }

    fn count<T>(&self, successes: &AtomicU64, result: Result<T, Error>) -> Result<T, Error> {
        match &result {
            Ok(_) => add(successes),
            Err(Error::SeatsTaken { .. } | Error::NoneLeft { .. }) => add(&self.conflicts),
            Err(_) => {}
        }
        result
    }

    pub(crate) fn read(&self) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            holds: read(&self.holds),
            bookings: read(&self.bookings),
            cancellations: read(&self.cancellations),
            conflicts: read(&self.conflicts),
            batches: BatchSizes {
                counts: self.writes.batches.each_ref().map(read),
                writes: read(&self.writes.committed),
            },
            writes_waiting: self.writes.waiting.load(Ordering::Relaxed),
        }
    }
}

/// Counts what the writer does.
#[derive(Debug, Default)]
pub(crate) struct WriteCounters {
    waiting: AtomicUsize,
    committed: AtomicU64,
    batches: [AtomicU64; BatchSizes::UP_TO.len()],
}

impl WriteCounters {
    /// Must come before the write can be taken out of the queue.
    pub(crate) fn enqueued(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn left_queue(&self, writes: usize) {
        self.waiting.fetch_sub(writes, Ordering::Relaxed);
    }

    pub(crate) fn committed(&self, writes: usize) {
        let bucket = BatchSizes::UP_TO.iter().position(|most| writes <= *most as usize);
        add(&self.batches[bucket.unwrap_or(BatchSizes::UP_TO.len() - 1)]);
        self.committed.fetch_add(writes as u64, Ordering::Relaxed);
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_is_counted_by_its_size() {
        let counters = Counters::default();
        for writes in [1, 2, 3, 4, 5, 33, 64] {
            counters.writes.committed(writes);
        }
        let BatchSizes { counts, writes } = counters.read().batches;
        assert_eq!((counts, writes), ([1, 1, 2, 1, 0, 0, 2], 112));
    }
}
