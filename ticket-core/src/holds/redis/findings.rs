//! What must be true of the keys in Redis.

use jiff::Timestamp;
use redis::{InfoDict, Pipeline, Value, from_redis_value};

use super::scripts::{ALL_KEYS, hold_key, read_hold_key, read_performance, read_seat_key, seat_key};
use super::{KEPT, RedisHolds, read_instant, read_seats};
use crate::doctor::{Ailment, KeyDamage};
use crate::domain::{HoldId, HoldToken, PerformanceId, SeatId};
use crate::error::Error;

impl RedisHolds {
    pub(super) async fn find_ailments(&self, unknown: &[PerformanceId], now: Timestamp) -> Result<Vec<Ailment>, Error> {
        let mut ailments = self.evictions().await?;
        let (keys, of_nobody): (Vec<_>, Vec<_>) = self
            .connection
            .keys(ALL_KEYS)
            .await?
            .into_iter()
            .partition(|key| read_performance(key).is_some_and(|performance| !unknown.contains(&performance)));
        ailments.extend(self.of_nobody(of_nobody).await?);
        ailments.extend(self.endless(&keys, now).await?);
        for key in &keys {
            ailments.extend(match (read_seat_key(key), read_hold_key(key)) {
                (Some((performance, seat)), _) => self.wrong_claim(key, performance, seat).await?,
                (None, Some(hold)) => self.wrong_hold(key, hold, now).await?,
                (None, None) if key.contains("}:hold:") => self.stray(key, "names no hold").await?,
                (None, None) if key.contains("}:seat:") => self.stray(key, "names no seat").await?,
                (None, None) => None,
            });
        }
        Ok(ailments)
    }

    /// Invariant 11: nothing is dropped before its time to make room.
    async fn evictions(&self) -> Result<Vec<Ailment>, Error> {
        let servers: Vec<InfoDict> = self.connection.ask_all(redis::cmd("INFO").arg("memory")).await?;
        Ok(servers.iter().filter_map(eviction_of).collect())
    }

    /// Invariant 12: a performance that is not there holds no seats.
    async fn of_nobody(&self, keys: Vec<String>) -> Result<Vec<Ailment>, Error> {
        let mut ailments = Vec::new();
        for key in keys {
            let text = format!("Redis key {key} is of a performance that is not there");
            let ailment = Ailment::new(12, text);
            ailments.extend(match (read_performance(&key), self.dump(&key).await?) {
                (_, None) => None,
                (None, Some(_)) => Some(ailment),
                (Some(performance), Some(found)) => {
                    Some(ailment.cured_by("delete it", KeyDamage::Unknown { performance, key, found }))
                }
            });
        }
        Ok(ailments)
    }

    /// Invariant 11: nothing in Redis lives for ever, nor longer than any hold may.
    async fn endless(&self, keys: &[String], now: Timestamp) -> Result<Vec<Ailment>, Error> {
        let mut left: Vec<i64> = Vec::with_capacity(keys.len());
        // Only keys of one performance are together in a slot.
        for keys in keys.chunk_by(|one, next| read_performance(one) == read_performance(next)) {
            let mut pipeline = Pipeline::new();
            for key in keys {
                pipeline.pttl(key);
            }
            left.extend(self.connection.query::<Vec<i64>>(&pipeline).await?);
        }
        let mut ailments = Vec::new();
        for (key, left) in keys.iter().zip(left) {
            let problem = match left {
                -1 => "never ends".to_owned(),
                left if i128::from(left) > KEPT.as_millis() => format!("ends only in {left} ms"),
                _ => continue,
            };
            // The key of a hold that may live long does so too.
            if !self.ends_well(key, "look", now).await? {
                let text = format!("Redis key {key} {problem}");
                let damage = KeyDamage::Endless { key: key.clone() };
                ailments.push(Ailment::new(11, text).cured_by("let it end by itself", damage));
            }
        }
        Ok(ailments)
    }

    /// Invariant 12: whoever claims a seat has a hold that names it.
    async fn wrong_claim(&self, key: &str, performance: PerformanceId, seat: SeatId) -> Result<Option<Ailment>, Error> {
        let Some(claim) = self.text_of(key).await? else {
            return self.stray(key, "should claim a seat, and is something else").await;
        };
        // Gone since the keys were listed.
        if claim.is_empty() {
            return Ok(None);
        }
        let token: Option<HoldToken> = claim.split('|').next().and_then(|token| token.parse().ok());
        let named = match token {
            Some(token) => self.seats_named(HoldId { performance, token }).await?,
            None => Vec::new(),
        };
        // A hold that ended, or let the seat go, between the two looks has taken this claim along.
        if named.contains(&seat) || self.text_of(key).await?.as_ref() != Some(&claim) {
            return Ok(None);
        }
        let text = format!("Redis key {key} claims a seat for no hold: {claim}");
        let damage = KeyDamage::Orphan { performance, seat, claim };
        Ok(Some(Ailment::new(12, text).cured_by("free the seat", damage)))
    }

    /// A hold that makes no sense breaks invariant 12. One on whose seats the user has no claim may be what is left when
    /// another hold of his has taken them over, and has ended: it ends by itself, and nobody misses it before.
    async fn wrong_hold(&self, key: &str, hold: HoldId, now: Timestamp) -> Result<Option<Ailment>, Error> {
        let fields: Value = self.connection.query(Pipeline::new().cmd("TYPE").arg(key)).await?;
        if from_redis_value::<(String,)>(fields).is_ok_and(|(kind,)| kind != "hash" && kind != "none") {
            return self.stray(key, "should be a hold, and is something else").await;
        }
        let (fields,): (Vec<Option<String>>,) =
            self.connection.query(Pipeline::new().hmget(key, &["user", "seats", "expires", "cap"])).await?;
        if fields.iter().all(Option::is_none) {
            return Ok(None);
        }
        let [Some(user), Some(seats), Some(expires), Some(cap)] = &fields[..] else {
            return self.stray(key, "is a hold with parts missing").await;
        };
        let (Ok(_), Ok(seats), Ok(expires), Ok(_)) =
            (user.parse::<i64>(), read_seats(seats), read_instant(expires), read_instant(cap))
        else {
            return self.stray(key, "is a hold that makes no sense").await;
        };
        if expires <= now || self.has_claim(hold.performance, user, &seats).await? {
            return Ok(None);
        }
        let untidy = self.stray(key, "is a hold that claims no seat any more").await?;
        Ok(untidy.map(|ailment| Ailment { is_broken: false, ..ailment }))
    }

    async fn has_claim(&self, performance: PerformanceId, user: &str, seats: &[SeatId]) -> Result<bool, Error> {
        let mut pipeline = Pipeline::new();
        for seat in seats {
            pipeline.get(seat_key(performance, *seat));
        }
        let claims: Vec<Option<String>> =
            if seats.is_empty() { Vec::new() } else { self.connection.query(&pipeline).await? };
        Ok(claims.iter().flatten().any(|claim| claim.split('|').nth(1) == Some(user)))
    }

    /// A key that nobody needs; nothing when it is gone.
    async fn stray(&self, key: &str, problem: &str) -> Result<Option<Ailment>, Error> {
        let ailment = Ailment::new(12, format!("Redis key {key} {problem}"));
        let found = self.dump(key).await?;
        Ok(found.map(|found| ailment.cured_by("delete it", KeyDamage::Stray { key: key.to_owned(), found })))
    }

    async fn dump(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let (dump,): (Option<Vec<u8>>,) = self.connection.query(Pipeline::new().cmd("DUMP").arg(key)).await?;
        Ok(dump)
    }

    /// What a key says: empty when it is gone, nothing when it is no text.
    async fn text_of(&self, key: &str) -> Result<Option<String>, Error> {
        let (kind,): (String,) = self.connection.query(Pipeline::new().cmd("TYPE").arg(key)).await?;
        if kind != "string" {
            return Ok((kind == "none").then(String::new));
        }
        let (text,): (Option<Vec<u8>>,) = self.connection.query(Pipeline::new().get(key)).await?;
        Ok(String::from_utf8(text.unwrap_or_default()).ok())
    }

    async fn seats_named(&self, hold: HoldId) -> Result<Vec<SeatId>, Error> {
        let (seats,): (Option<String>,) = self.connection.query(Pipeline::new().hget(hold_key(hold), "seats")).await?;
        read_seats(&seats.unwrap_or_default())
    }
}

fn eviction_of(info: &InfoDict) -> Option<Ailment> {
    let policy: String = info.get("maxmemory_policy").filter(|policy| policy != "noeviction")?;
    let limit: u64 = info.get("maxmemory").filter(|limit| *limit > 0)?;
    let text = format!(
        "Redis drops keys when it has {limit} bytes (maxmemory-policy {policy}), so that holds end before their time; \
         set noeviction"
    );
    Some(Ailment::new(11, text))
}
