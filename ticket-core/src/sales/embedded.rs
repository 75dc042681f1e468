use async_trait::async_trait;
use jiff::Timestamp;

use super::RankingCache;
use crate::domain::Fence;
use crate::error::Error;
use crate::storage::Store;

/// Rankings in the database itself: for one machine, without Redis.
pub(crate) struct EmbeddedRankings(Store);

impl EmbeddedRankings {
    pub(crate) fn new(store: Store) -> Self {
        Self(store)
    }
}

#[async_trait]
impl RankingCache for EmbeddedRankings {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Error> {
        self.0.cached_ranking(key.to_owned(), now).await
    }

    async fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        life: (Timestamp, Timestamp),
        fence: Option<&Fence>,
    ) -> Result<(), Error> {
        self.0.cache_ranking(key.to_owned(), value, life, fence.cloned()).await
    }
}
