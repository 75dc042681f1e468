//! What must be true of the keys in Redis.

use redis::Pipeline;

use super::KEPT;
use super::scripts::{ALL_KEYS, SEAT_KEYS, hold_key, read_seat_key};
use crate::audit::Finding;
use crate::domain::{HoldId, HoldToken};
use crate::error::Error;
use crate::redis_connection::Connection;

pub(super) async fn all(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let mut findings = endless_keys(connection).await?;
    findings.extend(orphaned_claims(connection).await?);
    Ok(findings)
}

/// Invariant 11: nothing in Redis lives for ever, nor longer than any hold may.
async fn endless_keys(connection: &Connection) -> Result<Vec<Finding>, Error> {
    let keys = connection.keys(ALL_KEYS).await?;
    let mut pipeline = Pipeline::new();
    for key in &keys {
        pipeline.pttl(key);
    }
    let left: Vec<i64> = if keys.is_empty() { Vec::new() } else { connection.query(&pipeline).await? };
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
