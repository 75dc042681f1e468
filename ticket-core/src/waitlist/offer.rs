//! A pass over what was cancelled: first come, first served; the rest goes back on sale.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{MadeProgress, Waitlist};
use crate::domain::{
    Claim, ClaimPurpose, EntryId, Fence, Hold, HoldId, HoldToken, OfferReport, PerformanceId, SaleWindow, SeatId, later,
};
use crate::error::Error;
use crate::holds::Acquired;
use crate::reservation::SALE_MAX;
use crate::storage::{Candidate, OfferOrder, OfferOutcome, ReturnOrder};

/// Seats that one transaction puts on sale again at most, so that no sale waits for long behind it.
const RETURNED_AT_ONCE: usize = 200;

/// A pass in one performance.
struct Pass<'a> {
    waitlist: &'a Waitlist,
    fence: &'a Fence,
    made_progress: MadeProgress<'a>,
    /// The last transition of a seat before the pass: what has changed since is left alone.
    history: i64,
    performance: PerformanceId,
    /// What was cancelled before the pass, and is not given to anybody yet.
    left: BTreeSet<SeatId>,
    report: OfferReport,
}

impl Waitlist {
    /// Offers the seats that are CANCELED now to those who wait for them, and puts on sale what is left. What is cancelled
    /// meanwhile waits for the next pass.
    ///
    /// Each offer is a transaction of its own, and each checks the fence.
    pub(crate) async fn offer_canceled_seats(
        &self,
        fence: &Fence,
        made_progress: MadeProgress<'_>,
    ) -> Result<OfferReport, Error> {
        let snapshot = self.store.canceled_seats().await?;
        failpoint!("offer-snapshot");
        let mut all = OfferReport::default();
        for (performance, seats) in snapshot.seats {
            let left = seats.into_iter().collect();
            let report = OfferReport::default();
            let history = snapshot.history;
            let mut pass = Pass { waitlist: self, fence, made_progress, history, performance, left, report };
            pass.run().await?;
            all.offered += pass.report.offered;
            all.passed_over += pass.report.passed_over;
            all.returned += pass.report.returned;
        }
        Ok(all)
    }
}

impl Pass<'_> {
    async fn run(&mut self) -> Result<(), Error> {
        let (performance, ..) = self.waitlist.store.performance(self.performance).await?;
        match SaleWindow::of(&performance, self.waitlist.clock.now()) {
            SaleWindow::Open => self.serve_queue().await,
            // Nobody can buy them, so nobody is asked.
            SaleWindow::Closed { .. } => self.return_left(None).await.map(drop),
            SaleWindow::NotYet { .. } | SaleWindow::Canceled { .. } => Ok(()),
        }
    }

    /// Goes through the queue until nobody is left in it, or no seat; who joins meanwhile is in it too.
    async fn serve_queue(&mut self) -> Result<(), Error> {
        let mut reached = EntryId(0);
        while !self.left.is_empty() {
            let left = self.left.iter().copied().collect();
            let queue = self.waitlist.store.candidates(self.performance, left, reached).await?;
            for candidate in &queue.found {
                self.serve(candidate).await?;
                (self.made_progress)()?;
            }
            reached = queue.reached;
            if queue.is_end && self.return_left(Some(reached)).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Offers a waiter the first of his seats that are left, if there are enough.
    async fn serve(&mut self, candidate: &Candidate) -> Result<(), Error> {
        loop {
            let left = candidate.seats.iter().copied().filter(|seat| self.left.contains(seat));
            let seats: Vec<SeatId> = left.take(candidate.seat_count).collect();
            if seats.len() < candidate.seat_count {
                return Ok(());
            }
            match self.offer(candidate, seats.clone()).await? {
                OfferOutcome::Offered => {
                    self.report.offered += 1;
                    return self.give_away(&seats);
                }
                OfferOutcome::OverLimit => {
                    self.report.passed_over += 1;
                    return Ok(());
                }
                OfferOutcome::Void => return Ok(()),
                // Whoever comes next does not get them either, and nor does the public, before the next pass.
                OfferOutcome::Changed(seats) => self.give_away(&seats)?,
            }
        }
    }

    fn give_away(&mut self, seats: &[SeatId]) -> Result<(), Error> {
        let before = self.left.len();
        self.left.retain(|seat| !seats.contains(seat));
        if self.left.len() < before {
            return Ok(());
        }
        Err(Error::Internal { reason: format!("a pass would not end: seats {seats:?} were not left") })
    }

    /// With holds in the database, the transaction sees what the waiter holds. Otherwise the seats are claimed for him
    /// first, as for any buyer, so that he cannot hold others at the same moment and get past his limit.
    async fn offer(&self, candidate: &Candidate, seats: Vec<SeatId>) -> Result<OfferOutcome, Error> {
        if self.waitlist.holds.are_in_store() {
            return self.commit(candidate.entry, seats, None).await;
        }
        let now = self.waitlist.clock.now();
        let claimed = match self.claim(candidate, seats.clone(), now).await {
            Ok(claimed) => claimed,
            Err(Error::OverLimit { .. }) => {
                self.waitlist.store.pass_over(self.fence, candidate.entry, now).await?;
                return Ok(OfferOutcome::OverLimit);
            }
            // A hold that is left over from a sale, and ends by itself.
            Err(Error::SeatsTaken { seats }) => return Ok(OfferOutcome::Changed(seats)),
            Err(error) => return Err(error),
        };
        failpoint!("offer-claimed");
        let Acquired { hold, held, .. } = claimed;
        let outcome = self.commit(candidate.entry, seats, Some((held, hold.expires_at))).await;
        failpoint!("offer-committed");
        self.release(&hold).await;
        outcome
    }

    async fn claim(&self, candidate: &Candidate, seats: Vec<SeatId>, now: Timestamp) -> Result<Acquired, Error> {
        let (owned, limit) = self.waitlist.store.owned_seats(self.performance, candidate.user).await?;
        let id = HoldId { performance: self.performance, token: HoldToken(rand::random()) };
        let ends = later(now, SALE_MAX);
        let (user, purpose) = (candidate.user, ClaimPurpose::Sale);
        let claim = Claim { id, user, seats, limit, owned, purpose, expires_at: ends, extendable_until: ends };
        self.waitlist.holds.acquire(claim, None, now).await
    }

    async fn release(&self, hold: &Hold) {
        if let Err(error) = self.waitlist.holds.release(hold.id, hold.user, self.waitlist.clock.now()).await {
            tracing::debug!(error.code = %error.code(), "the claim of an offer ends by itself");
        }
    }

    async fn commit(
        &self,
        entry: EntryId,
        seats: Vec<SeatId>,
        held: Option<(Vec<SeatId>, Timestamp)>,
    ) -> Result<OfferOutcome, Error> {
        let order = OfferOrder { entry, seats, pass: self.fence.number, history: self.history, held };
        self.waitlist.store.offer(self.fence, order, self.waitlist.clock.clone()).await
    }

    /// Puts on sale what is left. `false` when somebody has joined behind `seen`, and must be asked first.
    async fn return_left(&mut self, seen: Option<EntryId>) -> Result<bool, Error> {
        while !self.left.is_empty() {
            let seats: Vec<SeatId> = self.left.iter().copied().take(RETURNED_AT_ONCE).collect();
            let order =
                ReturnOrder { performance: self.performance, seats: seats.clone(), history: self.history, seen };
            let now = self.waitlist.clock.now();
            let Some(returned) = self.waitlist.store.return_seats(self.fence, order, now).await? else {
                return Ok(false);
            };
            self.report.returned += returned;
            self.give_away(&seats)?;
            (self.made_progress)()?;
        }
        Ok(true)
    }
}
