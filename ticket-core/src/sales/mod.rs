//! Which shows sell best.
//!
//! Sales are counted by show and day when they happen, so a ranking reads a few rows, however many bookings there are. It is
//! served from a cache that a job refreshes. When the cache has none, one request computes it for all that wait; every
//! process does so for itself, as it costs less than agreeing on who does it.

mod audit;
mod cache;
mod embedded;
mod flights;
#[cfg(feature = "redis")]
mod redis;
mod report;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

#[cfg(feature = "redis")]
pub(crate) use self::redis::RedisRankings;
use crate::domain::{Category, Fence, Ranking, RankingPeriod, RankingWindow, Weekday};
use crate::error::Error;
use crate::storage::Store;
pub(crate) use cache::RankingCache;
use cache::{Entry, Subject};
pub(crate) use embedded::EmbeddedRankings;
use flights::Flights;
pub(crate) use report::{SalesTally, occupancy, window};

/// The rankings, and where they are kept.
pub(crate) struct Rankings {
    store: Store,
    cache: Arc<dyn RankingCache>,
    week_start: Weekday,
    flights: Flights,
    /// How often one was computed.
    computed: AtomicU64,
}

impl Rankings {
    pub(crate) fn new(store: Store, cache: Arc<dyn RankingCache>, week_start: Weekday) -> Self {
        Self { store, cache, week_start, flights: Flights::default(), computed: AtomicU64::new(0) }
    }

    /// As it was computed last, at most 70 minutes ago.
    pub(crate) async fn cached(
        &self,
        category: Category,
        period: RankingPeriod,
        now: Timestamp,
    ) -> Result<Ranking, Error> {
        let (subject, window) = self.subject(category, period, now);
        let flight = self.flights.join(subject);
        flight.get_or_init(|| self.find_or_compute(subject, window)).await.clone()
    }

    /// As it is now.
    pub(crate) async fn compute(
        &self,
        category: Category,
        period: RankingPeriod,
        now: Timestamp,
    ) -> Result<Ranking, Error> {
        self.compute_in(category, self.subject(category, period, now).1).await
    }

    /// Computes and keeps all of them. Returns how many. Of a fence that is not the newest, nothing is kept.
    pub(crate) async fn refresh(&self, fence: &Fence, now: Timestamp) -> Result<u64, Error> {
        let mut refreshed = 0;
        for &category in Category::ALL {
            for &period in RankingPeriod::ALL {
                let (subject, window) = self.subject(category, period, now);
                let ranking = self.compute_in(category, window).await?;
                self.keep(subject, &ranking, Some(fence)).await?;
                refreshed += 1;
            }
        }
        Ok(refreshed)
    }

    /// How often this process has computed a ranking.
    #[cfg(feature = "testing")]
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    fn subject(&self, category: Category, period: RankingPeriod, now: Timestamp) -> (Subject, RankingWindow) {
        let window = period.window(now, self.store.time_zone(), self.week_start);
        (Subject { category, period, start: window.start }, window)
    }

    async fn find_or_compute(&self, subject: Subject, window: RankingWindow) -> Result<Ranking, Error> {
        if let Some(ranking) = self.find(subject, window.end).await {
            return Ok(ranking);
        }
        let ranking = self.compute_in(subject.category, window).await?;
        if let Err(error) = self.keep(subject, &ranking, None).await {
            tracing::debug!(%subject, ?error, "a ranking is not kept");
        }
        Ok(ranking)
    }

    /// A cache that does not work is as good as an empty one.
    async fn find(&self, subject: Subject, now: Timestamp) -> Option<Ranking> {
        let value = self.cache.get(&subject.to_string(), now).await;
        let value = value.inspect_err(|error| tracing::debug!(%subject, ?error, "a ranking is not found")).ok()??;
        Entry::read(&value, subject, now)
    }

    async fn keep(&self, subject: Subject, ranking: &Ranking, fence: Option<&Fence>) -> Result<(), Error> {
        let (value, expires_at) = Entry::write(subject, ranking)?;
        self.cache.put(&subject.to_string(), value, (ranking.window.end, expires_at), fence).await
    }

    async fn compute_in(&self, category: Category, window: RankingWindow) -> Result<Ranking, Error> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        self.store.ranking(category, window).await
    }
}
