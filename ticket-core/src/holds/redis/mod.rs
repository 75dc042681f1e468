//! Holds in Redis: for several servers on one database.
//!
//! Each operation is one Lua script; they share `prelude.lua`, which explains the keys. Those that concern a hold need
//! the keys of its seats, so its seats are looked up first; a script that finds others answers so, and it is done again.

mod doctor;
mod findings;
mod reply;
mod scripts;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use redis::Pipeline;
use tokio::sync::watch;

use super::{Acquired, Claims, HoldStore, Pin};
use crate::doctor::{Ailment, KeyDamage};
use crate::domain::{Claim, ClaimPurpose, Hold, HoldId, PerformanceId, SeatId, UserId};
use crate::error::Error;
use crate::redis_connection::{Call, Connection, Script};
use crate::storage::{ANSWERS_KEPT, KeyUse, OpenError, RunBy};
use reply::{Reply, read_claims, read_instant, read_seats};
use scripts::{
    ALL_KEYS, HOLD_KEYS, Scripts, claims_key, hex, hold_key, note_key, read_hold_key, read_performance, seat_key,
    user_key, version_key,
};

/// How long after now keys are kept at least, so that the owner of a hold that has ended is told so. Keys of a hold that is
/// configured to live longer are kept longer.
const KEPT: SignedDuration = SignedDuration::from_mins(25);

/// How often an operation is done again because the hold was changed meanwhile.
const ATTEMPTS: usize = 5;

/// Holds whose seats are remembered at a time.
const REMEMBERED_MAX: usize = 10_000;

/// Holds in Redis.
pub(crate) struct RedisHolds {
    connection: Connection,
    scripts: Scripts,
    /// The seats of holds that this process has seen lately, which spares their look-up. Wrong or forgotten, they cost only
    /// that look-up: a script refuses to work on other seats than those of the hold.
    remembered: Mutex<HashMap<HoldId, Vec<SeatId>>>,
    changes: watch::Sender<u64>,
}

impl RedisHolds {
    /// Connects with the first call.
    pub(crate) fn open(url: &str) -> Result<Self, OpenError> {
        Ok(Self {
            connection: Connection::open(url)?,
            scripts: Scripts::new(),
            remembered: Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    async fn run(&self, call: &Call<'_>, (id, user, limit): (HoldId, UserId, u32)) -> Result<Reply, Error> {
        let words = self.connection.run(call).await?;
        let reply = Reply::read(&words, id, user, limit)?;
        match &reply {
            Reply::Held(acquired) => self.remember(&acquired.hold),
            Reply::Gone | Reply::Changed => drop(self.remembered().remove(&id)),
        }
        self.changes.send_modify(|count| *count += 1);
        Ok(reply)
    }

    /// Runs a script on a hold with its seats; `arguments` come between what all scripts are told and the seats.
    async fn on_hold(
        &self,
        script: &Script,
        id: HoldId,
        user: UserId,
        now: Timestamp,
        arguments: &[String],
    ) -> Result<Reply, Error> {
        self.run_as_believed((id, user, 0), |believed, seats| {
            let mut call = begin(script, id, user, now, &seats);
            call.arg(believed).arg(arguments);
            end(&mut call, &seats);
            call
        })
        .await
    }

    /// Runs a call that is made for the seats that a hold is believed to have, as they are written in it and as ids; again
    /// when it has others.
    async fn run_as_believed<'a>(
        &self,
        (id, user, limit): (HoldId, UserId, u32),
        call: impl Fn(&str, Vec<SeatId>) -> Call<'a>,
    ) -> Result<Reply, Error> {
        for _ in 0..ATTEMPTS {
            let believed = self.believed_seats(id).await?;
            let call = call(&believed, read_seats(&believed)?);
            match self.run(&call, (id, user, limit)).await? {
                Reply::Changed => {}
                reply => return Ok(reply),
            }
        }
        Err(Error::Unavailable { reason: "the hold is being changed all the time".into() })
    }

    /// The seats of a hold, as they are written in it.
    async fn believed_seats(&self, id: HoldId) -> Result<String, Error> {
        if let Some(seats) = self.remembered().get(&id) {
            return Ok(join(seats));
        }
        let (seats,): (Option<String>,) = self.connection.query(Pipeline::new().hget(hold_key(id), "seats")).await?;
        seats.ok_or(Error::HoldNotFound)
    }

    fn remember(&self, hold: &Hold) {
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED_MAX {
            // Most of them have ended long ago; the others are looked up again.
            remembered.clear();
        }
        remembered.insert(hold.id, hold.seats.clone());
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<HoldId, Vec<SeatId>>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl HoldStore for RedisHolds {
    /// The key was noted before.
    async fn acquire(&self, mut claim: Claim, _: Option<Arc<KeyUse>>, now: Timestamp) -> Result<Acquired, Error> {
        // A hold is written as it is remembered: in the order of seat ids.
        claim.seats.sort_unstable();
        let mut call = begin(&self.scripts.acquire, claim.id, claim.user, now, &claim.seats);
        call.arg(claim.expires_at.as_millisecond()).arg(claim.extendable_until.as_millisecond()).arg(claim.limit);
        call.arg(match claim.purpose {
            ClaimPurpose::Hold => "hold",
            ClaimPurpose::Sale => "sale",
            ClaimPurpose::BlindSale => "blind",
        });
        call.arg(ids(&claim.owned));
        end(&mut call, &claim.seats);
        acquired(self.run(&call, (claim.id, claim.user, claim.limit)).await?)
    }

    /// It is a key of its own, in a slot of its own, for it does not belong to any performance.
    async fn note(&self, used: &KeyUse) -> Result<bool, Error> {
        let (key, request) = (note_key(&used.scope), hex(&used.request));
        let mut note = Pipeline::new();
        // What was asked for is known as long as an answer would be.
        note.cmd("SET").arg(&key).arg(&request).arg("NX").arg("PX").arg(ANSWERS_KEPT.as_millis().to_string());
        note.cmd("GET").arg(&key);
        let (set, noted): (Option<String>, Option<String>) = self.connection.query(&note).await?;
        // It may have run out in between.
        match noted {
            Some(noted) if noted != request => Err(Error::KeyReused),
            _ => Ok(set.is_some()),
        }
    }

    async fn forget(&self, used: Arc<KeyUse>) -> Result<(), Error> {
        let (_deleted,): (u64,) = self.connection.query(Pipeline::new().del(note_key(&used.scope))).await?;
        Ok(())
    }

    async fn change(&self, mut claim: Claim, remove: Vec<SeatId>, now: Timestamp) -> Result<Acquired, Error> {
        claim.seats.sort_unstable();
        let reply = self.run_as_believed((claim.id, claim.user, claim.limit), |believed, present| {
            let seats: Vec<SeatId> = remove.iter().chain(&claim.seats).copied().chain(present).collect();
            let mut call = begin(&self.scripts.change, claim.id, claim.user, now, &seats);
            call.arg(believed).arg(claim.limit).arg(remove.len()).arg(claim.seats.len()).arg(ids(&claim.owned));
            end(&mut call, &seats);
            call
        });
        acquired(reply.await?)
    }

    async fn extend(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Hold, Error> {
        let arguments = [until.as_millisecond().to_string(), "capped".to_owned()];
        held(self.on_hold(&self.scripts.prolong, id, user, now, &arguments).await?)
    }

    async fn pin(&self, id: HoldId, user: UserId, until: Timestamp, now: Timestamp) -> Result<Pin, Error> {
        let arguments = [until.as_millisecond().to_string(), "pinned".to_owned()];
        held(self.on_hold(&self.scripts.prolong, id, user, now, &arguments).await?).map(Pin::Pinned)
    }

    async fn release(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error> {
        self.on_hold(&self.scripts.release, id, user, now, &[]).await.map(drop)
    }

    async fn give_back(&self, from: HoldId, to: Hold, now: Timestamp) -> Result<(), Error> {
        let mut call = begin(&self.scripts.give_back, to.id, to.user, now, &to.seats);
        call.arg(from.token.to_string());
        end(&mut call, &to.seats);
        self.run(&call, (to.id, to.user, 0)).await.map(drop)
    }

    async fn find(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
        held(self.on_hold(&self.scripts.find, id, user, now, &[]).await?)
    }

    async fn of_user(&self, performance: PerformanceId, user: UserId, now: Timestamp) -> Result<Vec<Hold>, Error> {
        let (seats,): (Vec<i64>,) = self
            .connection
            .query(Pipeline::new().zrangebyscore(user_key(performance, user), after(now), "+inf"))
            .await?;
        if seats.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<String> = seats.iter().map(|seat| seat_key(performance, SeatId(*seat))).collect();
        let (claims,): (Vec<Option<String>>,) = self.connection.query(Pipeline::new().mget(keys)).await?;
        let mut holds: BTreeMap<String, Hold> = BTreeMap::new();
        for (seat, claim) in seats.into_iter().zip(claims) {
            let Some(hold) = claim.as_deref().and_then(|claim| read_claim(claim, performance, user)) else { continue };
            if hold.expires_at > now {
                holds.entry(hold.id.to_string()).or_insert(hold).seats.push(SeatId(seat));
            }
        }
        let mut holds: Vec<Hold> = holds.into_values().collect();
        holds.iter_mut().for_each(|hold| hold.seats.sort_unstable());
        holds.sort_by_key(|hold| hold.expires_at);
        Ok(holds)
    }

    async fn all(&self, now: Timestamp) -> Result<Vec<Hold>, Error> {
        let mut holds = Vec::new();
        for key in self.connection.hashes(HOLD_KEYS).await? {
            let Some(id) = read_hold_key(&key) else { continue };
            let (user,): (Option<String>,) = self.connection.query(Pipeline::new().hget(&key, "user")).await?;
            match self.find(id, UserId(user.and_then(|user| user.parse().ok()).unwrap_or_default()), now).await {
                Ok(hold) => holds.push(hold),
                // It has ended meanwhile.
                Err(Error::HoldNotFound | Error::HoldExpired) => {}
                Err(error) => return Err(error),
            }
        }
        holds.sort_by_key(|hold| hold.expires_at);
        Ok(holds)
    }

    async fn ailments(&self, unknown: &[PerformanceId], now: Timestamp) -> Result<Vec<Ailment>, Error> {
        self.find_ailments(unknown, now).await
    }

    async fn performances(&self) -> Result<Vec<PerformanceId>, Error> {
        let mut performances: Vec<PerformanceId> =
            self.connection.keys(ALL_KEYS).await?.iter().filter_map(|key| read_performance(key)).collect();
        performances.sort_unstable();
        performances.dedup();
        Ok(performances)
    }

    async fn cure(&self, damage: &KeyDamage, now: Timestamp) -> Result<bool, Error> {
        self.do_away_with(damage, now).await
    }

    /// Redis drops what has run out by itself, and every script prunes the set of claims.
    async fn sweep(&self, _: RunBy, _: Timestamp) -> Result<u64, Error> {
        Ok(0)
    }

    async fn claims(
        &self,
        performance: PerformanceId,
        known: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Claims>, Error> {
        let (version,): (Option<String>,) =
            self.connection.query(Pipeline::new().get(version_key(performance))).await?;
        if known.is_some_and(|known| known == version.as_deref().unwrap_or_default()) {
            return Ok(None);
        }
        let mut call = self.scripts.claims.call();
        call.key(claims_key(performance)).key(version_key(performance)).arg(now.as_millisecond());
        read_claims(&self.connection.run(&call).await?).map(Some)
    }

    async fn check(&self) -> Result<(), Error> {
        let (_pong,): (String,) = self.connection.query(Pipeline::new().cmd("PING")).await?;
        Ok(())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn are_in_store(&self) -> bool {
        false
    }
}

/// What every script is told first.
fn begin<'a>(script: &'a Script, id: HoldId, user: UserId, now: Timestamp, seats: &[SeatId]) -> Call<'a> {
    let mut call = script.call();
    call.key(hold_key(id)).key(user_key(id.performance, user));
    call.key(claims_key(id.performance)).key(version_key(id.performance));
    for seat in seats {
        call.key(seat_key(id.performance, *seat));
    }
    call.arg(id.token.to_string()).arg(user.0).arg(now.as_millisecond()).arg(KEPT.as_millis().to_string());
    call
}

/// And last.
fn end(call: &mut Call<'_>, seats: &[SeatId]) {
    call.arg(ids(seats));
}

/// As the scripts write them.
fn join(seats: &[SeatId]) -> String {
    seats.iter().map(SeatId::to_string).collect::<Vec<_>>().join(",")
}

fn ids(seats: &[SeatId]) -> Vec<i64> {
    seats.iter().map(|seat| seat.0).collect()
}

/// The least score that is later than now.
fn after(now: Timestamp) -> String {
    format!("({}", now.as_millisecond())
}

fn held(reply: Reply) -> Result<Hold, Error> {
    acquired(reply).map(|acquired| acquired.hold)
}

fn acquired(reply: Reply) -> Result<Acquired, Error> {
    match reply {
        Reply::Held(acquired) => Ok(acquired),
        Reply::Gone | Reply::Changed => Err(Error::HoldNotFound),
    }
}

/// A seat's value, as the hold that has claimed it, without its seats.
fn read_claim(text: &str, performance: PerformanceId, user: UserId) -> Option<Hold> {
    let mut parts = text.split('|');
    let token = parts.next()?.parse().ok()?;
    let owner: UserId = parts.next()?.parse().ok()?;
    let expires_at = read_instant(parts.next()?).ok()?;
    let extendable_until = read_instant(parts.next()?).ok()?;
    let id = HoldId { performance, token };
    (owner == user).then_some(Hold { id, user, seats: Vec::new(), expires_at, extendable_until })
}
