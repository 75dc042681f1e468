use std::collections::BTreeSet;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, Pipeline, RedisError, RedisResult, ScriptInvocation};

use crate::error::Error;
use crate::storage::OpenError;

/// Longer than any script takes, shorter than anybody likes to wait.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(1000);
const CONNECTION_TIMEOUT: Duration = Duration::from_millis(500);

/// One multiplexed connection, which finds its way back by itself.
pub(super) struct Connection(ConnectionManager);

impl Connection {
    /// Connects with the first call.
    pub(super) fn open(url: &str) -> Result<Self, OpenError> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_connection_timeout(Some(CONNECTION_TIMEOUT))
            // Who wants a seat would rather hear soon that it is not possible just now.
            .set_number_of_retries(0);
        Client::open(url)
            .and_then(|client| ConnectionManager::new_lazy_with_config(client, config))
            .map(Self)
            .map_err(|error| OpenError::LockStore { problem: error.to_string() })
    }

    pub(super) async fn run(&self, script: &ScriptInvocation<'_>) -> Result<Vec<String>, Error> {
        script.invoke_async(&mut self.0.clone()).await.map_err(unavailable)
    }

    pub(super) async fn query<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, Error> {
        let answer: RedisResult<T> = pipeline.query_async(&mut self.0.clone()).await;
        answer.map_err(unavailable)
    }

    /// The keys that match a pattern, in any order. Redis is not stopped for it.
    pub(super) async fn keys(&self, pattern: &str) -> Result<Vec<String>, Error> {
        let mut keys = BTreeSet::new();
        let mut cursor = 0u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1000);
            let page: RedisResult<(u64, Vec<String>)> = scan.query_async(&mut self.0.clone()).await;
            let (next, found) = page.map_err(unavailable)?;
            keys.extend(found);
            if next == 0 {
                return Ok(keys.into_iter().collect());
            }
            cursor = next;
        }
    }
}

/// Whether Redis has done it is unknown; what it may have claimed ends by itself.
#[allow(clippy::needless_pass_by_value, reason = "an error is mapped")]
fn unavailable(error: RedisError) -> Error {
    Error::Unavailable { reason: format!("Redis: {error}") }
}
