//! Locks in Redis: for several servers on one database. Each operation is one Lua script; the time is that of Redis.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use redis::Pipeline;

use super::{JobLock, LockHandle, LockRequest, LockState, Token, sealed};
use crate::clock::Clock;
use crate::domain::later;
use crate::error::Error;
use crate::redis_connection::{Call, Connection, Script};
use crate::storage::{OpenError, Store};

/// What a lock that only rests has in place of a token.
const REST: &str = "rest";

/// Orphaned tokens of one lock that are remembered.
const ORPHANS_MAX: usize = 16;

/// Locks in Redis, with fences from the database.
pub(crate) struct RedisLocks {
    connection: Connection,
    store: Store,
    clock: Arc<dyn Clock>,
    acquire: Script,
    extend: Script,
    release: Script,
    /// Tokens that Redis may have taken though nobody holds them, because its answer was lost. Whoever is the next to ask
    /// here need not wait until such a lock frees itself.
    orphans: Mutex<HashMap<String, Vec<Token>>>,
}

impl RedisLocks {
    /// Connects with the first call.
    pub(crate) fn open(url: &str, store: Store, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        Ok(Self {
            connection: Connection::open(url)?,
            store,
            clock,
            acquire: Script::new(include_str!("acquire.lua").to_owned()),
            extend: Script::new(include_str!("extend.lua").to_owned()),
            release: Script::new(include_str!("release.lua").to_owned()),
            orphans: Mutex::default(),
        })
    }

    async fn take(&self, request: &LockRequest, token: Token, now: Timestamp) -> Result<(), Error> {
        let orphans = self.orphans().get(&request.name).cloned().unwrap_or_default();
        let mut call = self.acquire.call();
        call.key(key(&request.name));
        call.arg(text(token)).arg(millis(request.at_most)).arg(u8::from(request.ends_rest)).arg(texts(&orphans));
        let words = self.connection.run(&call).await?;
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["ACQUIRED"] => {
                self.orphans().remove(&request.name);
                Ok(())
            }
            ["TAKEN", left, rests] => Err(Error::JobLocked {
                job: request.name.clone(),
                until: later(now, Duration::from_millis(left.parse().unwrap_or_default())),
                is_resting: *rests == "1",
            }),
            _ => Err(not_understood(&words)),
        }
    }

    /// Runs a script that only the holder may.
    async fn end(&self, call: &Call<'_>, handle: &LockHandle) -> Result<(), Error> {
        let words = self.connection.run(call).await?;
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["EXTENDED" | "RELEASED"] => Ok(()),
            ["LOST"] => Err(handle.lost()),
            _ => Err(not_understood(&words)),
        }
    }

    fn abandon(&self, name: &str, tokens: Vec<Token>) {
        let mut all = self.orphans();
        let orphans = all.entry(name.to_owned()).or_default();
        orphans.extend(tokens);
        let surplus = orphans.len().saturating_sub(ORPHANS_MAX);
        orphans.drain(..surplus);
    }

    fn orphans(&self) -> MutexGuard<'_, HashMap<String, Vec<Token>>> {
        self.orphans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl sealed::Sealed for RedisLocks {}

#[async_trait]
impl JobLock for RedisLocks {
    async fn acquire(&self, request: LockRequest) -> Result<LockHandle, Error> {
        let (token, now) = (rand::random(), self.clock.now());
        if let Err(error) = self.take(&request, token, now).await {
            if !matches!(error, Error::JobLocked { .. }) {
                self.abandon(&request.name, vec![token]);
            }
            return Err(error);
        }
        let handle = match self.store.next_fence(request.name.clone()).await {
            Ok(fence) => LockHandle::new(&request, token, fence, now),
            Err(error) => {
                self.abandon(&request.name, vec![token]);
                return Err(error);
            }
        };
        // Whoever was asleep for so long that the lock may be another's has the newest fence all the same.
        if handle.expires_at <= self.clock.now() { Err(handle.lost()) } else { Ok(handle) }
    }

    async fn extend(&self, handle: &mut LockHandle) -> Result<(), Error> {
        let (next, now) = (rand::random(), self.clock.now());
        let mut call = self.extend.call();
        call.key(key(handle.name()));
        call.arg(text(next)).arg(millis(handle.at_most)).arg(text(handle.token)).arg(text(next));
        call.arg(texts(&handle.doubtful));
        match self.end(&call, handle).await {
            Ok(()) => {
                handle.token = next;
                handle.doubtful.clear();
                handle.expires_at = later(now, handle.at_most);
                Ok(())
            }
            Err(lost @ Error::LockLost { .. }) => Err(lost),
            Err(error) => {
                // Redis may have executed it.
                handle.doubtful.push(next);
                Err(error)
            }
        }
    }

    async fn release(&self, handle: LockHandle) -> Result<(), Error> {
        let now = self.clock.now();
        let rest = Duration::try_from(handle.at_least_until.duration_since(now)).ok();
        let mut call = self.release.call();
        call.key(key(handle.name()));
        call.arg(millis(rest.unwrap_or_default())).arg(text(handle.token)).arg(texts(&handle.doubtful));
        let released = self.end(&call, &handle).await;
        if released.as_ref().is_err_and(|error| !matches!(error, Error::LockLost { .. })) {
            self.abandon(handle.name(), [&[handle.token], handle.doubtful.as_slice()].concat());
        }
        released
    }

    async fn state(&self, name: &str) -> Result<Option<LockState>, Error> {
        let key = key(name);
        let (found, left): (Option<String>, i64) =
            self.connection.query(Pipeline::new().atomic().get(&key).pttl(&key)).await?;
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        Ok(found.map(|found| LockState { until: later(self.clock.now(), left), is_resting: found == REST }))
    }
}

fn key(name: &str) -> String {
    format!("{{job:{name}}}:lock")
}

fn text(token: Token) -> String {
    format!("{token:032x}")
}

fn texts(tokens: &[Token]) -> Vec<String> {
    tokens.iter().copied().map(text).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn not_understood(words: &[String]) -> Error {
    Error::Internal { reason: format!("Redis has answered {words:?} about a lock") }
}
