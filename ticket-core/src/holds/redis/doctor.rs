use jiff::Timestamp;

use super::{KEPT, RedisHolds, begin, end};
use crate::doctor::KeyDamage;
use crate::domain::{HoldId, HoldToken, SeatId, UserId};
use crate::error::Error;

impl RedisHolds {
    /// Does away with what is still as it was found. `false` when it is not.
    pub(super) async fn do_away_with(&self, damage: &KeyDamage, now: Timestamp) -> Result<bool, Error> {
        match damage {
            KeyDamage::Stray { key, found } | KeyDamage::Unknown { key, found, .. } => {
                let mut call = self.scripts.drop_key.call();
                call.key(key).arg(found.as_slice());
                Ok(self.connection.run(&call).await? == ["GONE"])
            }
            KeyDamage::Orphan { performance, seat, claim } => {
                let mut parts = claim.split('|');
                // Of a claim that makes no sense, nothing but the claim itself can be told.
                let token = parts.next().and_then(|token| token.parse().ok()).unwrap_or(HoldToken(0));
                let user = parts.next().and_then(|user| user.parse().ok()).unwrap_or(UserId(0));
                let hold = HoldId { performance: *performance, token };
                self.drop_claim((hold, user), *seat, ["orphan", claim], now).await
            }
            KeyDamage::Sold { hold, user, seat } => self.drop_claim((*hold, *user), *seat, ["sold", ""], now).await,
            KeyDamage::Endless { key } => self.ends_well(key, "mend", now).await.map(|_| true),
        }
    }

    async fn drop_claim(
        &self,
        (hold, user): (HoldId, UserId),
        seat: SeatId,
        why: [&str; 2],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mut call = begin(&self.scripts.drop_claim, hold, user, now, &[seat]);
        call.arg(&why);
        end(&mut call, &[seat]);
        let is_gone = self.connection.run(&call).await? == ["GONE"];
        self.changes.send_modify(|count| *count += 1);
        Ok(is_gone)
    }

    /// Whether a key ends when it should. With `how` "look" that is all; with "mend" it does so from now on.
    pub(super) async fn ends_well(&self, key: &str, how: &str, now: Timestamp) -> Result<bool, Error> {
        let mut call = self.scripts.ends.call();
        call.key(key).arg(now.as_millisecond()).arg(KEPT.as_millis().to_string()).arg(how);
        Ok(self.connection.run(&call).await? == ["FINE"])
    }
}
