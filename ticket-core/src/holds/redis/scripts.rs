use sha2::{Digest as _, Sha256};

use crate::domain::{HoldId, PerformanceId, SeatId, UserId};
use crate::redis_connection::Script;
use crate::storage::KeyScope;

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

/// What was asked for with an idempotency key. As a hash, for keys are as long as anybody likes.
pub(super) fn note_key(scope: &KeyScope) -> String {
    let KeyScope { user, route, key } = scope;
    // Neither a route nor a key has a line break.
    let hash = Sha256::digest(format!("{user}\n{route}\n{}", key.as_str()));
    format!("once:{}", hex(&hash[..16]))
}

/// As hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Matches the keys of all holds.
pub(super) const HOLD_KEYS: &str = "{perf:*}:hold:*";
/// Matches every key of a performance. What [`note_key`] names belongs to none.
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
