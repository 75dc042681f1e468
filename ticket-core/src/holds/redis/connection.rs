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
}

/// Whether Redis has done it is unknown; what it may have claimed ends by itself.
#[allow(clippy::needless_pass_by_value, reason = "an error is mapped")]
fn unavailable(error: RedisError) -> Error {
    Error::Unavailable { reason: format!("Redis: {error}") }
}
