use redis::aio::ConnectionLike;
use redis::{ErrorKind, RedisResult, ServerErrorKind, ToRedisArgs};

use crate::domain::{HoldId, PerformanceId, SeatId, UserId};

/// The operations, each one round trip.
pub(super) struct Scripts {
    pub(super) acquire: Script,
    pub(super) find: Script,
    pub(super) change: Script,
    pub(super) prolong: Script,
    pub(super) release: Script,
    pub(super) give_back: Script,
    pub(super) claims: Script,
    pub(super) ends: Script,
    pub(super) drop_key: Script,
    pub(super) drop_claim: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            acquire: script(include_str!("acquire.lua")),
            find: script(include_str!("find.lua")),
            change: script(include_str!("change.lua")),
            prolong: script(include_str!("prolong.lua")),
            release: script(include_str!("release.lua")),
            give_back: script(include_str!("give_back.lua")),
            claims: Script::new(include_str!("claims.lua").to_owned()),
            ends: Script::new(include_str!("ends.lua").to_owned()),
            drop_key: Script::new(include_str!("drop_key.lua").to_owned()),
            drop_claim: script(include_str!("drop_claim.lua")),
        }
    }
}

fn script(body: &str) -> Script {
    Script::new(format!("{}\n{body}", include_str!("prelude.lua")))
}

/// A script, and the digest that Redis knows it by.
pub(super) struct Script {
    source: String,
    digest: String,
}

impl Script {
    fn new(source: String) -> Self {
        Self { digest: redis::Script::new(&source).get_hash().to_owned(), source }
    }

    pub(super) fn call(&self) -> Call<'_> {
        Call { script: self, keys: Vec::new(), arguments: Vec::new() }
    }
}

/// A script with what it is told.
pub(super) struct Call<'a> {
    script: &'a Script,
    keys: Vec<Vec<u8>>,
    arguments: Vec<Vec<u8>>,
}

impl Call<'_> {
    pub(super) fn key(&mut self, key: impl ToRedisArgs) -> &mut Self {
        key.write_redis_args(&mut self.keys);
        self
    }

    pub(super) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        argument.write_redis_args(&mut self.arguments);
        self
    }

    /// By its digest; a server that does not know it is sent all of it. (The crate would load it into every node of a
    /// cluster, which fails while one of them is down.)
    pub(super) async fn run(&self, connection: &mut impl ConnectionLike) -> RedisResult<Vec<String>> {
        let known = self.command("EVALSHA", &self.script.digest).query_async(connection).await;
        match known {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.command("EVAL", &self.script.source).query_async(connection).await
            }
            answer => answer,
        }
    }

    fn command(&self, name: &str, script: &str) -> redis::Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}

/// The names of the keys. What is in braces decides the slot, so that a performance is in one.
pub(super) fn hold_key(id: HoldId) -> String {
    format!("{{perf:{}}}:hold:{}", id.performance, id.token)
}

pub(super) fn user_key(performance: PerformanceId, user: UserId) -> String {
    format!("{{perf:{performance}}}:user:{user}")
}

pub(super) fn claims_key(performance: PerformanceId) -> String {
    format!("{{perf:{performance}}}:claims")
}

pub(super) fn version_key(performance: PerformanceId) -> String {
    format!("{{perf:{performance}}}:version")
}

pub(super) fn seat_key(performance: PerformanceId, seat: SeatId) -> String {
    format!("{{perf:{performance}}}:seat:{seat}")
}

/// Matches the keys of all holds.
pub(super) const HOLD_KEYS: &str = "{perf:*}:hold:*";
/// Matches every key of ours.
pub(super) const ALL_KEYS: &str = "{perf:*}:*";

/// The performance that a key is of.
pub(super) fn read_performance(key: &str) -> Option<PerformanceId> {
    key.strip_prefix("{perf:")?.split_once('}')?.0.parse().ok()
}

/// The hold that a key is of.
pub(super) fn read_hold_key(key: &str) -> Option<HoldId> {
    let (performance, token) = key.strip_prefix("{perf:")?.split_once("}:hold:")?;
    Some(HoldId { performance: performance.parse().ok()?, token: token.parse().ok()? })
}

/// The seat that a key is of, with its performance.
pub(super) fn read_seat_key(key: &str) -> Option<(PerformanceId, SeatId)> {
    let (performance, seat) = key.strip_prefix("{perf:")?.split_once("}:seat:")?;
    Some((performance.parse().ok()?, seat.parse().ok()?))
}
