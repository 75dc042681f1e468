//! Rankings in Redis: for several servers on one database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use redis::{FromRedisValue, Pipeline};

use super::RankingCache;
use crate::domain::{Fence, later};
use crate::error::Error;
use crate::redis_connection::Connection;
use crate::storage::{OpenError, Store};

/// How long an answer of Redis is waited for: computing a ranking takes a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long Redis is left alone after it has failed, so that not everybody waits for what does not come.
const REST: SignedDuration = SignedDuration::from_secs(5);

/// Rankings in Redis.
pub(crate) struct RedisRankings {
    store: Store,
    connection: Arc<Connection>,
    rests_until: Mutex<Timestamp>,
}

impl RedisRankings {
    /// Connects with the first call. The store has the last word on fences.
    pub(crate) fn open(url: &str, store: Store) -> Result<Self, OpenError> {
        let connection = Arc::new(Connection::open(url)?);
        Ok(Self { store, connection, rests_until: Mutex::new(Timestamp::MIN) })
    }

    async fn ask<T: FromRedisValue + Send + 'static>(&self, pipeline: Pipeline, now: Timestamp) -> Result<T, Error> {
        if now < *self.rests_until() {
            return Err(Error::Unavailable { reason: "Redis has failed a moment ago".into() });
        }
        let connection = Arc::clone(&self.connection);
        // In a task of its own: the connection finds out by itself that it is dead, for which it needs longer than we wait.
        let answer = tokio::spawn(async move { connection.query(&pipeline).await });
        let answer = match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(Error::Internal { reason: format!("a question to Redis ended early: {error}") }),
            Err(_) => Err(Error::Unavailable { reason: "Redis does not answer".into() }),
        };
        answer.inspect_err(|error| {
            tracing::warn!(?error, "rankings are computed without Redis for a while");
            *self.rests_until() = later(now, REST);
        })
    }

    fn rests_until(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RankingCache for RedisRankings {
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Error> {
        let mut pipeline = Pipeline::new();
        // Unlike GET, it does not fail when something else than a string is there.
        pipeline.mget(&[key]);
        let ((value,),): ((Option<Vec<u8>>,),) = self.ask(pipeline, now).await?;
        Ok(value)
    }

    /// Redis knows no fences, so the database is asked just before. A runner that is stopped in between can at worst put back
    /// a ranking that is a little older, and says so, with the same end of its life.
    async fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        (now, expires_at): (Timestamp, Timestamp),
        fence: Option<&Fence>,
    ) -> Result<(), Error> {
        if let Some(fence) = fence {
            self.store.check_fence(fence.clone()).await?;
        }
        let life = u64::try_from(expires_at.duration_since(now).as_millis()).unwrap_or(0).max(1);
        let mut pipeline = Pipeline::new();
        pipeline.pset_ex(key, value, life).ignore();
        self.ask(pipeline, now).await
    }
}
