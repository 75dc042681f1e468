//! The waitlist.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::fences::RunBy;
use super::super::idempotency::Ending;
use super::super::waitlist::{self, Candidates, JoinOrder, OfferOrder, OfferOutcome, PassSnapshot, ReturnOrder};
use super::super::{accounts, bookings, catalog};
use super::Store;
use crate::clock::Clock;
use crate::domain::{EntryId, Fence, PerformanceId, SeatId, UserId, WaiterBefore, WaitlistEntry, WaitlistFilter};
use crate::error::Error;

impl Store {
    pub(crate) async fn join_waitlist<E: Ending<EntryId>>(
        &self,
        order: JoinOrder,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || waitlist::join(c, &order, now))).await
    }

    pub(crate) async fn leave_waitlist<E: Ending<WaitlistEntry>>(
        &self,
        id: EntryId,
        user: UserId,
        ending: E,
        clock: Arc<dyn Clock>,
    ) -> Result<E::Answer, Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                accounts::role(c, user)?;
                ending.write(c, now, || waitlist::leave(c, id, user, now))
            })
            .await
    }

    pub(crate) async fn waitlist_entry(
        &self,
        id: EntryId,
        user: UserId,
        now: Timestamp,
    ) -> Result<WaitlistEntry, Error> {
        self.for_buyer(user, move |c| waitlist::by_id(c, id, user, now)).await
    }

    pub(crate) async fn waitlist_of(
        &self,
        user: UserId,
        page: (u64, u64),
        now: Timestamp,
    ) -> Result<(Vec<WaitlistEntry>, u64), Error> {
        self.for_buyer(user, move |c| waitlist::of_user(c, user, page, now)).await
    }

    pub(crate) async fn list_waitlist(
        &self,
        filter: WaitlistFilter,
        now: Timestamp,
    ) -> Result<Vec<(WaitlistEntry, String)>, Error> {
        self.readers.run(move |c| waitlist::list(c, &filter, now)).await
    }

    /// An entry, the email of its user, and who is before it.
    pub(crate) async fn explain_entry(
        &self,
        id: EntryId,
        now: Timestamp,
    ) -> Result<(WaitlistEntry, String, Vec<WaiterBefore>), Error> {
        self.readers
            .run(move |c| {
                let (entry, email) = waitlist::by_id_for_admin(c, id, now)?;
                Ok((entry, email, waitlist::before(c, id)?))
            })
            .await
    }

    /// The entry of the user to which exactly these seats are offered; none when no seat of them is offered to him.
    pub(crate) async fn offer_on(
        &self,
        seats: Vec<SeatId>,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<EntryId>, Error> {
        self.readers.run(move |c| waitlist::offer_on(c, &seats, user, now)).await
    }

    /// What was cancelled and waits to be offered.
    pub(crate) async fn canceled_seats(&self) -> Result<PassSnapshot, Error> {
        self.readers.run(waitlist::snapshot).await
    }

    /// The queue for these seats, behind `after`.
    pub(crate) async fn candidates(
        &self,
        performance: PerformanceId,
        seats: Vec<SeatId>,
        after: EntryId,
    ) -> Result<Candidates, Error> {
        self.readers.run(move |c| waitlist::candidates(c, performance, &seats, after)).await
    }

    /// What the user has booked or been offered of a performance, and how many seats he may have.
    pub(crate) async fn owned_seats(
        &self,
        performance: PerformanceId,
        user: UserId,
    ) -> Result<(Vec<SeatId>, u32), Error> {
        self.readers
            .run(move |c| {
                let (_, show, _) = catalog::performance(c, performance)?;
                Ok((bookings::seats_owned_by(c, performance, user)?, show.max_seats_per_user))
            })
            .await
    }

    pub(crate) async fn offer(
        &self,
        fence: &Fence,
        order: OfferOrder,
        clock: Arc<dyn Clock>,
    ) -> Result<OfferOutcome, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::offer(c, &order, clock.now())).await
    }

    pub(crate) async fn pass_over(&self, fence: &Fence, entry: EntryId, now: Timestamp) -> Result<(), Error> {
        let pass = fence.number;
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::pass_over(c, entry, pass, now)).await
    }

    pub(crate) async fn return_seats(
        &self,
        fence: &Fence,
        order: ReturnOrder,
        now: Timestamp,
    ) -> Result<Option<u64>, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::return_seats(c, &order, now)).await
    }

    /// Offers whose deadline is over, some of them.
    pub(crate) async fn overdue_offers(&self, now: Timestamp) -> Result<Vec<EntryId>, Error> {
        self.readers.run(move |c| waitlist::overdue(c, now)).await
    }

    pub(crate) async fn expire_offer(&self, fence: &Fence, id: EntryId, now: Timestamp) -> Result<bool, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::expire(c, id, now)).await
    }
}
