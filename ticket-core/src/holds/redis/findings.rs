//! What must be true of the keys in Redis.

use redis::{InfoDict, Pipeline};

use super::KEPT;
use super::connection::Connection;
use super::scripts::{ALL_KEYS, SEAT_KEYS, hold_key, read_seat_key};
use crate::audit::Finding;
use crate::domain::{HoldId, HoldToken};
use crate::error::Error;

pub(super) async fn all(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let mut findings = evicted_keys(connection).await?;
    findings.extend(endless_keys(connection).await?);
    findings.extend(orphaned_claims(connection).await?);
    Ok(findings)
}

/// Invariant 11: nothing is dropped before its time to make room.
async fn evicted_keys(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let servers: Vec<InfoDict> = connection.ask_all(redis::cmd("INFO").arg("memory")).await?;
    Ok(servers.iter().filter_map(eviction_of).collect())
}

fn eviction_of(info: &InfoDict) -> Option<Finding> {
    let policy: String = info.get("maxmemory_policy").filter(|policy| policy != "noeviction")?;
    let limit: u64 = info.get("maxmemory").filter(|limit| *limit > 0)?;
    let text = format!(
        "Redis drops keys when it has {limit} bytes (maxmemory-policy {policy}), so that holds end before their time; \
         set noeviction"
    );
    Some(Finding { invariant: 11, text })
}

/// What decides the slot of a key.
fn performance_part(key: &str) -> &str {
    key.split('}').next().unwrap_or_default()
}

/// Invariant 11: nothing in Redis lives for ever, nor longer than any hold may.
async fn endless_keys(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let keys = connection.keys(ALL_KEYS).await?;
    let mut left: Vec<i64> = Vec::with_capacity(keys.len());
    // Only keys of one performance are together in a slot.
    for keys in keys.chunk_by(|one, next| performance_part(one) == performance_part(next)) {
        let mut pipeline = Pipeline::new();
        for key in keys {
            pipeline.pttl(key);
        }
        left.extend(connection.query::<Vec<i64>>(&pipeline).await?);
    }
    let explain = |(key, left): (String, i64)| {
        let problem = match left {
            -1 => "never ends".to_owned(),
            left if i128::from(left) > KEPT.as_millis() => format!("ends only in {left} ms"),
            _ => return None,
        };
        Some(Finding { invariant: 11, text: format!("Redis key {key} {problem}") })
    };
    Ok(keys.into_iter().zip(left).filter_map(explain).collect())
}

/// Invariant 12: whoever claims a seat has a hold.
async fn orphaned_claims(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for key in connection.keys(SEAT_KEYS).await? {
        let (claim,): (Option<String>,) = connection.query(Pipeline::new().get(&key)).await?;
        // Gone since the keys were listed.
        let Some(claim) = claim else { continue };
        let token: Option<HoldToken> = claim.split('|').next().and_then(|token| token.parse().ok());
        let hold = read_seat_key(&key).zip(token).map(|((performance, _), token)| HoldId { performance, token });
        let has_hold = match hold {
            Some(hold) => connection.query::<(bool,)>(Pipeline::new().exists(hold_key(hold))).await?.0,
            None => false,
        };
        if !has_hold {
            findings
                .push(Finding { invariant: 12, text: format!("Redis key {key} claims a seat for no hold: {claim}") });
        }
    }
    Ok(findings)
}
