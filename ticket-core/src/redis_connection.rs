//! The way to Redis, for all that is kept there.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, Pipeline, RedisError, RedisResult, ScriptInvocation};

use crate::error::Error;
use crate::storage::OpenError;

/// Longer than any script takes, shorter than anybody likes to wait.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(1000);
const CONNECTION_TIMEOUT: Duration = Duration::from_millis(500);

/// One multiplexed connection, which finds its way back by itself.
pub(crate) struct Connection {
    client: Client,
    /// With its number. The manager replaces a connection that was closed, but not one over which no answer comes any more.
    present: Mutex<(u64, ConnectionManager)>,
}

/// Whether a command may be sent once more when its connection was cut, and nobody knows whether it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Twice is as good as once, or is at most answered with "gone".
    Yes,
    /// The second time would be answered otherwise.
    No,
}

impl Connection {
    /// Connects with the first call.
    pub(crate) fn open(url: &str) -> Result<Self, OpenError> {
        Client::open(url)
            .and_then(|client| Ok(Self { present: Mutex::new((0, connect_lazily(&client)?)), client }))
            .map_err(|error| OpenError::LockStore { problem: error.to_string() })
    }

    pub(crate) async fn run(&self, script: &ScriptInvocation<'_>, again: Again) -> Result<Vec<String>, Error> {
        let mut answer = self.run_once(script).await;
        if again == Again::Yes && was_cut(&answer) {
            answer = self.run_once(script).await;
        }
        answer.map_err(unavailable)
    }

    /// Reads.
    pub(crate) async fn query<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, Error> {
        let mut answer = self.query_once(pipeline).await;
        if was_cut(&answer) {
            answer = self.query_once(pipeline).await;
        }
        answer.map_err(unavailable)
    }

    /// The keys that match a pattern. Redis is not stopped for it.
    pub(crate) async fn keys(&self, pattern: &str) -> Result<Vec<String>, Error> {
        let mut keys = BTreeSet::new();
        let mut cursor = 0u64;
        loop {
            let mut scan = Pipeline::new();
            scan.cmd("SCAN").arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1000);
            let ((next, found),): ((u64, Vec<String>),) = self.query(&scan).await?;
            keys.extend(found);
            if next == 0 {
                return Ok(keys.into_iter().collect());
            }
            cursor = next;
        }
    }

    async fn run_once(&self, script: &ScriptInvocation<'_>) -> RedisResult<Vec<String>> {
        let (number, mut manager) = self.present().clone();
        let answer = script.invoke_async(&mut manager).await;
        self.give_up_if_silent(number, &answer);
        answer
    }

    async fn query_once<T: FromRedisValue>(&self, pipeline: &Pipeline) -> RedisResult<T> {
        let (number, mut manager) = self.present().clone();
        let answer = pipeline.query_async(&mut manager).await;
        self.give_up_if_silent(number, &answer);
        answer
    }

    /// No answer in time: perhaps Redis is slow, perhaps the network has lost the way back and will never say so. The next
    /// command goes over a new connection.
    fn give_up_if_silent<T>(&self, number: u64, answer: &RedisResult<T>) {
        if answer.as_ref().is_err_and(RedisError::is_timeout) {
            let mut present = self.present();
            // All who waited for the same connection come here; one of them replaces it.
            if present.0 == number
                && let Ok(manager) = connect_lazily(&self.client)
            {
                *present = (number + 1, manager);
            }
        }
    }

    fn present(&self) -> std::sync::MutexGuard<'_, (u64, ConnectionManager)> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect_lazily(client: &Client) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(RESPONSE_TIMEOUT))
        .set_connection_timeout(Some(CONNECTION_TIMEOUT))
        // Who wants a seat would rather hear soon that it is not possible just now.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// Before the reply or within it: the connection is of no use any more.
fn was_cut<T>(answer: &RedisResult<T>) -> bool {
    answer.as_ref().is_err_and(RedisError::is_unrecoverable_error)
}

/// Whether Redis has done it is unknown; what it may have claimed ends by itself.
#[allow(clippy::needless_pass_by_value, reason = "an error is mapped")]
fn unavailable(error: RedisError) -> Error {
    Error::Unavailable { reason: format!("Redis: {error}") }
}
