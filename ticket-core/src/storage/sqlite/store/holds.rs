//! Holds that live in the database, and what a hold anywhere is checked against.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::fences::RunBy;
use super::super::idempotency::{self, Ending, KeyUse};
use super::super::{accounts, bookings, catalog, holds, seats};
use super::Store;
use crate::domain::{Claim, Hold, HoldId, Performance, PerformanceId, Seat, SeatId, Show, UserId};
use crate::error::Error;
use crate::holds::Acquired;

impl Store {
    /// These seats with their performance and show, and which of its seats the user has booked or been offered. Fails
    /// with `U_001` for an account that is gone.
    pub(crate) async fn chosen(
        &self,
        ids: Vec<SeatId>,
        user: UserId,
    ) -> Result<(Vec<Seat>, Performance, Show, Vec<SeatId>), Error> {
        self.readers
            .run(move |c| {
                accounts::role(c, user)?;
                let seats = seats::chosen(c, &ids)?;
                let (performance, show, _) = catalog::performance(c, seats[0].performance)?;
                let owned = bookings::seats_owned_by(c, performance.id, user)?;
                Ok((seats, performance, show, owned))
            })
            .await
    }

    /// The seats of a performance that are on sale, held or not.
    pub(crate) async fn seats_on_sale(&self, id: PerformanceId) -> Result<Vec<SeatId>, Error> {
        self.readers.run(move |c| seats::on_sale(c, id)).await
    }

    /// A key that names the hold is noted in the same transaction.
    pub(crate) async fn acquire_hold(
        &self,
        claim: Claim,
        key: Option<Arc<KeyUse>>,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        self.writer
            .run(move |c| {
                let acquired = holds::acquire(c, &claim, now)?;
                key.as_deref().map_or(Ok(()), |used| idempotency::note(c, used, now))?;
                Ok(acquired)
            })
            .await
    }

    pub(crate) async fn change_hold(
        &self,
        claim: Claim,
        remove: Vec<SeatId>,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        self.writer.run(move |c| holds::change(c, &claim, &remove, now)).await
    }

    pub(crate) async fn extend_hold(
        &self,
        id: HoldId,
        user: UserId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Hold, Error> {
        self.writer.run(move |c| holds::extend(c, id, user, until, now)).await
    }

    pub(crate) async fn release_hold<E: Ending<()>>(
        &self,
        id: HoldId,
        user: UserId,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || holds::release(c, id, user, now))).await
    }

    pub(crate) async fn give_back_seats(&self, from: HoldId, to: Hold, now: Timestamp) -> Result<(), Error> {
        self.writer.run(move |c| holds::give_back(c, from, &to, now)).await
    }

    pub(crate) async fn hold(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
        self.readers.run(move |c| holds::live(c, id, user, now)).await
    }

    pub(crate) async fn holds_of(
        &self,
        performance: PerformanceId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Hold>, Error> {
        self.readers.run(move |c| holds::of_user(c, performance, user, now)).await
    }

    pub(crate) async fn all_holds(&self, now: Timestamp) -> Result<Vec<Hold>, Error> {
        self.readers.run(move |c| holds::all(c, now)).await
    }

    pub(crate) async fn sweep_holds(&self, by: RunBy, now: Timestamp, forget_before: Timestamp) -> Result<u64, Error> {
        self.run_job(by, move |c| holds::sweep(c, now, forget_before)).await
    }
}
