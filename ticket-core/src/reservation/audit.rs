use std::time::Duration;

use jiff::Timestamp;

use super::Reservations;
use crate::audit::Finding;
use crate::domain::{Hold, SeatId, SeatState};
use crate::error::Error;

/// A sale lets its hold go right after it is committed; what is claimed this long after it was sold has been forgotten.
const SALE_TAKES: Duration = Duration::from_millis(500);

impl Reservations {
    /// What is wrong between holds and the states of seats, where they live apart.
    pub(crate) async fn findings(&self, now: Timestamp) -> Result<Vec<Finding>, Error> {
        let mut findings = self.holds.findings(now).await?;
        if !self.holds.are_in_store() {
            findings.extend(self.held_and_sold(now).await?);
        }
        Ok(findings)
    }

    async fn held_and_sold(&self, now: Timestamp) -> Result<Vec<Finding>, Error> {
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

fn explain((seat, state, hold): (SeatId, SeatState, Hold)) -> Finding {
    let text = format!(
        "seat {seat} is held and {state} at once; the hold of user {} ends by itself at {}",
        hold.user, hold.expires_at
    );
    Finding { invariant: 12, text }
}
