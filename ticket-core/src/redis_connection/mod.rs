//! The way to Redis, for all that is kept there.

mod address;
mod link;
mod script;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ServerErrorKind, Value, from_redis_value,
};

use crate::error::Error;
use crate::storage::OpenError;
use address::Address;
use link::{Link, Node};
pub(crate) use script::{Call, Script};

/// A link to Redis that is replaced when it is of no use any more.
pub(crate) struct Connection {
    address: Arc<Address>,
    present: Arc<Mutex<Present>>,
}

struct Present {
    /// Counts the links, so that of all who have waited for the same one only the first replaces it.
    number: u64,
    link: Link,
    /// Whether a better one is on its way.
    is_being_replaced: bool,
}

/// What can be sent over a link.
trait Request: Sync {
    type Answer: Send;

    fn send(&self, link: &mut Link) -> impl Future<Output = RedisResult<Self::Answer>> + Send;
}

impl Request for Call<'_> {
    type Answer = Vec<String>;

    async fn send(&self, link: &mut Link) -> RedisResult<Vec<String>> {
        self.run(link).await
    }
}

impl Request for Pipeline {
    type Answer = Value;

    async fn send(&self, link: &mut Link) -> RedisResult<Value> {
        self.query_async(link).await
    }
}

/// For the servers that keep keys of their own.
struct AllNodes;

impl Request for AllNodes {
    type Answer = Vec<Node>;

    async fn send(&self, link: &mut Link) -> RedisResult<Vec<Node>> {
        link.nodes().await
    }
}

/// To one of them.
struct Question<'a>(&'a Node, &'a Cmd);

impl Request for Question<'_> {
    type Answer = Value;

    async fn send(&self, link: &mut Link) -> RedisResult<Value> {
        link.ask(self.0, self.1).await
    }
}

/// Whether an address means anything.
pub(crate) fn check(url: &str) -> Result<(), OpenError> {
    Address::parse(url).map(drop)
}

impl Connection {
    /// Connects with the first call.
    pub(crate) fn open(url: &str) -> Result<Self, OpenError> {
        let address = Address::parse(url)?;
        let link = Link::to(&address).map_err(|error| OpenError::LockStore { problem: error.to_string() })?;
        let present = Present { number: 0, link, is_being_replaced: false };
        Ok(Self { address: Arc::new(address), present: Arc::new(Mutex::new(present)) })
    }

    /// Runs a script: once more when the connection was cut and nobody knows whether it was executed, for twice is as good as
    /// once, or is at most answered with "gone".
    pub(crate) async fn run(&self, call: &Call<'_>) -> Result<Vec<String>, Error> {
        self.twice_if_needed(call).await
    }

    /// Reads, or writes what may be written twice.
    pub(crate) async fn query<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, Error> {
        self.twice_if_needed(pipeline).await.and_then(read)
    }

    /// Asks every server that keeps keys of its own.
    pub(crate) async fn ask_all<T: FromRedisValue>(&self, command: &Cmd) -> Result<Vec<T>, Error> {
        let mut answers = Vec::new();
        for node in self.nodes().await? {
            answers.push(self.ask(&node, command).await?);
        }
        Ok(answers)
    }

    /// The keys that match a pattern, of all servers. Redis is not stopped for it.
    pub(crate) async fn keys(&self, pattern: &str) -> Result<Vec<String>, Error> {
        self.scan(&["MATCH", pattern]).await
    }

    /// As [`Connection::keys`], but only hashes.
    pub(crate) async fn hashes(&self, pattern: &str) -> Result<Vec<String>, Error> {
        self.scan(&["MATCH", pattern, "TYPE", "hash"]).await
    }

    async fn scan(&self, what: &[&str]) -> Result<Vec<String>, Error> {
        let mut keys = BTreeSet::new();
        for node in self.nodes().await? {
            let mut cursor = 0u64;
            loop {
                let mut scan = redis::cmd("SCAN");
                scan.arg(cursor).arg(what).arg("COUNT").arg(1000);
                let (next, found): (u64, Vec<String>) = self.ask(&node, &scan).await?;
                keys.extend(found);
                if next == 0 {
                    break;
                }
                cursor = next;
            }
        }
        Ok(keys.into_iter().collect())
    }

    async fn nodes(&self) -> Result<Vec<Node>, Error> {
        self.twice_if_needed(&AllNodes).await
    }

    async fn ask<T: FromRedisValue>(&self, node: &Node, command: &Cmd) -> Result<T, Error> {
        self.twice_if_needed(&Question(node, command)).await.and_then(read)
    }

    async fn twice_if_needed<R: Request>(&self, request: &R) -> Result<R::Answer, Error> {
        let mut answer = self.once(request).await;
        if answer.as_ref().is_err_and(is_worth_another_try) {
            answer = self.once(request).await;
        }
        answer.map_err(unavailable)
    }

    async fn once<R: Request>(&self, request: &R) -> RedisResult<R::Answer> {
        let (number, mut link) = {
            let present = lock(&self.present);
            (present.number, present.link.clone())
        };
        let answer = request.send(&mut link).await;
        if let Err(error) = &answer
            && link.is_worn_out_by(error)
        {
            self.replace(number);
        }
        answer
    }

    /// All who have waited for the same link come here.
    fn replace(&self, number: u64) {
        let mut present = lock(&self.present);
        if present.number != number || present.is_being_replaced {
            return;
        }
        match &*self.address {
            // Its other servers may be well: the old link serves until the new one has found all of them.
            #[cfg(feature = "redis-cluster")]
            Address::Cluster(_) => {
                present.is_being_replaced = true;
                tokio::spawn(replace_when_connected(Arc::clone(&self.address), Arc::clone(&self.present)));
            }
            address => {
                if let Ok(link) = Link::to(address) {
                    (present.number, present.link) = (number + 1, link);
                }
            }
        }
    }
}

#[cfg(feature = "redis-cluster")]
async fn replace_when_connected(address: Arc<Address>, present: Arc<Mutex<Present>>) {
    let Address::Cluster(nodes) = &*address else { return };
    let connection = match link::cluster(nodes) {
        Ok(client) => client.get_async_connection().await,
        Err(error) => Err(error),
    };
    let mut present = lock(&present);
    present.is_being_replaced = false;
    if let Ok(connection) = connection {
        (present.number, present.link) = (present.number + 1, Link::Cluster(connection));
    }
}

fn read<T: FromRedisValue>(value: Value) -> Result<T, Error> {
    from_redis_value(value).map_err(|error| unavailable(error.into()))
}

fn lock(present: &Mutex<Present>) -> MutexGuard<'_, Present> {
    present.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection was cut before the reply or within it; or the server has refused to write, because it is the master no
/// longer.
fn is_worth_another_try(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

/// Whether Redis has done it is unknown; what it may have claimed ends by itself.
#[allow(clippy::needless_pass_by_value, reason = "an error is mapped")]
fn unavailable(error: RedisError) -> Error {
    Error::Unavailable { reason: format!("Redis: {error}") }
}
