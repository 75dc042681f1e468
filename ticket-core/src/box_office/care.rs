//! Looking after a shop: what is checked, repaired and swept up.

use crate::audit::{AuditReport, Finding, INVARIANTS, or_damage};
use crate::doctor::{Ailment, Diagnosis, Outcome, Repair};
use crate::domain::{Fence, Hold, OfferReport, earlier};
use crate::error::Error;
use crate::storage::{ANSWERS_KEPT, RunBy};

use super::BoxOffice;

/// # Care
impl BoxOffice {
    /// Checks every invariant, those of the database on one snapshot.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// let report = box_office.audit().await?;
    /// println!("{report}"); // a line for each invariant
    /// assert!(report.is_clean());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what is found is no error.
    pub async fn audit(&self) -> Result<AuditReport, Error> {
        let mut findings = self.0.store.findings().await?;
        let ailments = or_damage(self.0.reservations.ailments(self.now()).await, Ailment::new)?;
        findings.extend(ailments.into_iter().filter(|ailment| ailment.is_broken).map(|ailment| ailment.finding));
        findings.extend(or_damage(self.0.rankings.findings(self.now()).await, Finding::new)?);
        findings.sort_by_key(|finding| finding.invariant);
        findings.dedup();
        Ok(AuditReport { checked: INVARIANTS.to_vec(), findings })
    }

    /// Finds what is wrong, and what of it can be put right without guessing. Changes nothing.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// # rusqlite::Connection::open(shop.database())?.execute("UPDATE seat SET state = 'AVAILABLE'", [])?;
    /// let diagnosis = box_office.diagnose().await?;
    /// for repair in &diagnosis.repairs {
    ///     println!("{}: {}", repair.problem, repair.action);
    /// }
    /// box_office.repair(diagnosis.repairs).await?;
    /// assert!(diagnosis.for_a_person.is_empty() && box_office.audit().await?.is_clean());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what is found is no error.
    pub async fn diagnose(&self) -> Result<Diagnosis, Error> {
        let (now, inner) = (self.now(), &self.0);
        // The plan first: what it repairs is among the findings, unless it has been put right meanwhile.
        let rows = match inner.store.diagnose(now).await {
            // What cannot be read is among the findings, and nothing of it can be repaired.
            Err(Error::Damaged { .. }) => Vec::new(),
            rows => rows?,
        };
        let findings = inner.store.findings().await?;
        Ok(Diagnosis::new(findings, rows, or_damage(inner.reservations.ailments(now).await, Ailment::new)?))
    }

    /// Carries out repairs of [`BoxOffice::diagnose`], each only if what it is for is still as it was found. Says what has
    /// become of each.
    ///
    /// ```
    /// use ticket_core::doctor::Outcome;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// # rusqlite::Connection::open(shop.database())?.execute("UPDATE seat SET state = 'AVAILABLE'", [])?;
    /// let found = box_office.diagnose().await?.repairs;
    /// for (repair, outcome) in box_office.repair(found.clone()).await? {
    ///     println!("{}: {outcome:?}", repair.action);
    ///     assert_eq!(outcome, Outcome::Repaired);
    /// }
    /// // What has been put right is left alone.
    /// assert!(box_office.repair(found).await?.iter().all(|(_, outcome)| *outcome == Outcome::Changed));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what was repaired until then stays so.
    pub async fn repair(&self, repairs: Vec<Repair>) -> Result<Vec<(Repair, Outcome)>, Error> {
        let mut outcomes = Vec::with_capacity(repairs.len());
        for repair in repairs {
            let outcome = self.0.reservations.repair(&repair, self.now()).await?;
            outcomes.push((repair, outcome));
        }
        Ok(outcomes)
    }

    /// The live holds of all users, soonest end first, for admins.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0]]).await?;
    /// assert_eq!(box_office.list_holds().await?, [held.hold]);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_holds(&self) -> Result<Vec<Hold>, Error> {
        self.0.reservations.holds.all(self.now()).await
    }

    /// Clears holds that have run out, as the job `hold-sweep` does. Returns how many.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// box_office.hold(mina, vec![seats[0]]).await?;
    /// assert_eq!(box_office.sweep_holds().await?, 0);
    /// # shop.clock.advance(std::time::Duration::from_mins(7));
    /// // Seven minutes later:
    /// assert_eq!(box_office.sweep_holds().await?, 1);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn sweep_holds(&self) -> Result<u64, Error> {
        self.0.reservations.holds.sweep(RunBy::Hand("hold-sweep"), self.now()).await
    }

    /// The next fence of a job: whoever has an older one writes nothing any more.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let first = box_office.next_fence("ranking-refresh").await?;
    /// let second = box_office.next_fence("ranking-refresh").await?;
    /// assert!(first.number < second.number);
    /// // Whoever has the first one has been overtaken.
    /// assert!(matches!(box_office.refresh_rankings(&first).await, Err(Error::LockLost { .. })));
    /// assert!(box_office.refresh_rankings(&second).await.is_ok());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn next_fence(&self, job: &str) -> Result<Fence, Error> {
        self.0.store.next_fence(job.to_owned()).await
    }

    /// As the job `waitlist-offer` does, which [`BoxOffice::run_job`] runs under its lock: offers the seats that are
    /// cancelled now to those who wait for them, strictly first come first served, and puts on sale what nobody waits
    /// for. What is cancelled meanwhile waits for the next pass. Each offer is one transaction, so whatever ends the
    /// pass early, the next one goes on where it was.
    ///
    /// ```
    /// use ticket_core::domain::WaitlistWish;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # let sold = box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// box_office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[0]] }).await?;
    /// box_office.cancel(mina, sold.id, None).await?;
    ///
    /// let fence = box_office.next_fence("waitlist-offer").await?;
    /// let report = box_office.offer_canceled_seats(&fence).await?;
    /// assert_eq!((report.offered, report.returned), (1, 1), "nobody waits for the second seat");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest: another runner has taken over.
    pub async fn offer_canceled_seats(&self, fence: &Fence) -> Result<OfferReport, Error> {
        self.0.waitlist.offer_canceled_seats(fence, &|| Ok(())).await
    }

    /// As the job `waitlist-expire` does: ends the offers whose deadline is over, so that the next waiter is asked before the
    /// public. Returns how many.
    ///
    /// ```
    /// use ticket_core::domain::{WaitlistState, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, joon, seats, .. }| {
    /// # let sold = box_office.book(mina, vec![seats[0]]).await?;
    /// # let wish = WaitlistWish { seat_count: 1, seats: vec![seats[0]] };
    /// # let entry = box_office.join_waitlist(joon, wish).await?;
    /// # box_office.cancel(mina, sold.id, None).await?;
    /// # box_office.run_job("waitlist-offer", false).await?;
    /// # shop.clock.advance(std::time::Duration::from_hours(6));
    /// // Six hours after a seat was offered to Joon:
    /// let fence = box_office.next_fence("waitlist-expire").await?;
    /// assert_eq!(box_office.expire_offers(&fence).await?, 1);
    /// assert_eq!(box_office.waitlist_entry(joon, entry).await?.state, WaitlistState::Expired);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::offer_canceled_seats`].
    pub async fn expire_offers(&self, fence: &Fence) -> Result<u64, Error> {
        self.0.waitlist.expire_offers(fence, &|| Ok(())).await
    }

    /// Computes every ranking anew, and keeps it for [`BoxOffice::ranking`]. Returns how many.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let fence = box_office.next_fence("ranking-refresh").await?;
    /// assert_eq!(box_office.refresh_rankings(&fence).await?, 9, "three categories, three periods");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest of its job any more, or when the cache cannot be reached.
    pub async fn refresh_rankings(&self, fence: &Fence) -> Result<u64, Error> {
        self.0.rankings.refresh(fence, self.now()).await
    }

    /// Forgets the answers to requests with an idempotency key that are more than a day old, as the job `housekeeping`
    /// does. Returns how many.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// assert_eq!(box_office.prune_answers().await?, 0, "nothing is that old");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn prune_answers(&self) -> Result<u64, Error> {
        let before = earlier(self.now(), ANSWERS_KEPT);
        let mut all = 0;
        loop {
            match self.0.store.prune_answers(RunBy::Hand("housekeeping"), before).await? {
                0 => return Ok(all),
                some => all += some,
            }
        }
    }
}
