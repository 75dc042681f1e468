use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Reservations;
use super::nobody::Claimed;
use crate::domain::{PerformanceId, SeatId, ShowPlan};
use crate::error::Error;
use crate::storage::{Applied, ApplyOrder, ApplyReport, TouchedSeat};

/// Seats that are claimed at once: Redis serves nobody else meanwhile.
const CLAIM_MAX: usize = 1_000;

/// How often a plan is tried anew, because other seats than before have to be changed.
const ATTEMPTS_MAX: usize = 3;

type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl Reservations {
    /// Makes a show as the plan says. With holds in the database the transaction sees these too; otherwise it is first found
    /// out which seats change, and they are claimed, as by a buyer.
    pub(crate) async fn apply(&self, plan: ShowPlan, dry_run: bool, progress: Progress) -> Result<ApplyReport, Error> {
        let plan = plan.checked()?;
        if self.holds.are_in_store() {
            return Ok(self.commit_plan(plan, dry_run, None, &progress).await?.report);
        }
        for _ in 0..ATTEMPTS_MAX {
            let draft = self.commit_plan(plan.clone(), true, None, &progress).await?;
            let mut report = draft.report;
            let held = self.held_among(&draft.touched).await?;
            report.in_the_way.extend(held.iter().map(|seat| seat.in_the_way("held")));
            report.in_the_way.sort_unstable_by_key(|seat| seat.seat_id);
            if dry_run || !report.in_the_way.is_empty() {
                return Ok(report);
            }
            let mut claimed = Claimed::default();
            let outcome = match self.claim_all(&draft.touched, &mut claimed).await {
                Ok(()) => {
                    let until = claimed.until.unwrap_or(Timestamp::MAX);
                    let claim = Some((std::mem::take(&mut claimed.seats), until));
                    self.commit_plan(plan.clone(), false, claim, &progress).await
                }
                Err(error) => Err(error),
            };
            if outcome.as_ref().err() != Some(&Error::OutcomeUnknown) {
                self.release_all(&claimed).await;
            }
            match outcome {
                // Somebody was faster; the next look names the seats.
                Err(Error::SeatsTaken { .. }) => {}
                Ok(applied) if applied.is_unclaimed => {}
                Ok(applied) => return Ok(applied.report),
                Err(error) => return Err(error),
            }
        }
        Err(Error::Unavailable { reason: "the seats to be changed are changing all the time".into() })
    }

    async fn commit_plan(
        &self,
        plan: ShowPlan,
        dry_run: bool,
        claimed: Option<(HashSet<SeatId>, Timestamp)>,
        progress: &Progress,
    ) -> Result<Applied, Error> {
        let progress = Arc::clone(progress);
        let progress = Box::new(move |done, all| progress(done, all));
        self.store.apply(ApplyOrder { plan, dry_run, claimed, progress }, Arc::clone(&self.clock)).await
    }

    /// Those of these seats that somebody holds now.
    async fn held_among<'a>(&self, touched: &'a [TouchedSeat]) -> Result<Vec<&'a TouchedSeat>, Error> {
        let mut held: HashMap<PerformanceId, HashSet<SeatId>> = HashMap::new();
        for performance in touched.iter().map(|seat| seat.performance) {
            if let Entry::Vacant(vacant) = held.entry(performance) {
                vacant.insert(self.holds.held_seats(performance, self.clock.now()).await?);
            }
        }
        Ok(touched.iter().filter(|seat| held[&seat.performance].contains(&seat.id)).collect())
    }

    async fn claim_all(&self, touched: &[TouchedSeat], claimed: &mut Claimed) -> Result<(), Error> {
        let mut by_performance: BTreeMap<PerformanceId, Vec<SeatId>> = BTreeMap::new();
        for seat in touched {
            by_performance.entry(seat.performance).or_default().push(seat.id);
        }
        for (performance, seats) in by_performance {
            for seats in seats.chunks(CLAIM_MAX) {
                self.claim_more(performance, seats, claimed).await?;
            }
        }
        Ok(())
    }
}
