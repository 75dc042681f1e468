use std::time::Duration;

use jiff::Timestamp;

use super::Reservations;
use crate::doctor::{Ailment, Damage, KeyDamage, Outcome, Repair};
use crate::domain::{Hold, PerformanceId, SeatId, SeatState};
use crate::error::Error;

/// A sale lets its hold go right after it is committed; what is claimed this long after it was sold has been forgotten.
const SALE_TAKES: Duration = Duration::from_millis(500);

impl Reservations {
    /// What is wrong with holds, and between them and the states of seats, where they live apart.
    pub(crate) async fn ailments(&self, now: Timestamp) -> Result<Vec<Ailment>, Error> {
        // In this order: a performance is there before anything of it is held.
        let kept = self.holds.performances().await?;
        let unknown = self.store.unknown_performances(kept).await?;
        let mut ailments = self.holds.ailments(&unknown, now).await?;
        if !self.holds.are_in_store() {
            ailments.extend(self.held_and_sold(now).await?);
        }
        Ok(ailments)
    }

    /// Repairs what is still as it was found.
    pub(crate) async fn repair(&self, repair: &Repair, now: Timestamp) -> Result<Outcome, Error> {
        let is_repaired = match &repair.damage {
            Damage::Row(damage) => self.store.repair(damage.clone(), now).await?,
            Damage::Key(damage) => self.is_still_so(damage).await? && self.holds.cure(damage, now).await?,
        };
        Ok(if is_repaired { Outcome::Repaired } else { Outcome::Changed })
    }

    /// Forgets whatever is kept outside of the database for a performance that was deleted there.
    pub(crate) async fn forget_deleted(&self, id: PerformanceId, now: Timestamp) -> Result<(), Error> {
        for ailment in self.holds.ailments(&[id], now).await? {
            if let Some((_, damage @ KeyDamage::Unknown { .. })) = ailment.cure {
                self.holds.cure(&damage, now).await?;
            }
        }
        Ok(())
    }

    /// What the database says about it.
    async fn is_still_so(&self, damage: &KeyDamage) -> Result<bool, Error> {
        Ok(match damage {
            KeyDamage::Sold { seat, .. } => !self.store.not_available(vec![*seat]).await?.is_empty(),
            KeyDamage::Unknown { performance, .. } => {
                !self.store.unknown_performances(vec![*performance]).await?.is_empty()
            }
            KeyDamage::Stray { .. } | KeyDamage::Orphan { .. } | KeyDamage::Endless { .. } => true,
        })
    }

    async fn held_and_sold(&self, now: Timestamp) -> Result<Vec<Ailment>, Error> {
        let suspects = self.suspects(now).await?;
        if suspects.is_empty() {
            return Ok(Vec::new());
        }
        tokio::time::sleep(SALE_TAKES).await;
        let still = self.suspects(now).await?;
        Ok(suspects.into_iter().filter(|suspect| still.contains(suspect)).map(explain).collect())
    }

    /// Seats that are held and not on sale, at this moment.
    async fn suspects(&self, now: Timestamp) -> Result<Vec<(SeatId, SeatState, Hold)>, Error> {
        let mut suspects = Vec::new();
        for hold in self.holds.all(now).await? {
            for (seat, state) in self.store.not_available(hold.seats.clone()).await? {
                suspects.push((seat, state, hold.clone()));
            }
        }
        Ok(suspects)
    }
}

fn explain((seat, state, hold): (SeatId, SeatState, Hold)) -> Ailment {
    let text = format!(
        "seat {seat} is held and {state} at once; the hold of user {} ends by itself at {}",
        hold.user, hold.expires_at
    );
    let damage = KeyDamage::Sold { hold: hold.id, user: hold.user, seat };
    Ailment::new(12, text).cured_by("take it out of the hold", damage)
}
