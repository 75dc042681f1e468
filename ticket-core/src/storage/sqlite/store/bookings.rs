//! Bookings, and the answers that are kept under idempotency keys.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::bookings::{self, BookOrder, BookingFilter, BookingRow, CancelBy};
use super::super::edits;
use super::super::fences::RunBy;
use super::super::idempotency::{self, Ending, KeptAnswer, KeyUse};
use super::super::writer::Transaction;
use super::Store;
use crate::api::BookingHistoryItem;
use crate::clock::Clock;
use crate::domain::{Booking, BookingId, HoldId, TicketId, UserId};
use crate::error::Error;

impl Store {
    /// By the clock of the moment at which it is written, and not of that at which it was asked for: a hold may end
    /// meanwhile.
    pub(crate) async fn book<E: Ending<Booking>>(
        &self,
        order: BookOrder,
        ending: E,
        clock: Arc<dyn Clock>,
    ) -> Result<E::Answer, Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                ending.write(c, now, || bookings::book(c, &order, now))
            })
            .await
    }

    /// The hold that a booking has come of, and whose both are.
    pub(crate) async fn hold_of_booking(&self, id: BookingId) -> Result<Option<(HoldId, UserId)>, Error> {
        self.readers.run(move |c| bookings::hold_of(c, id)).await
    }

    pub(crate) async fn booking_of_hold(&self, hold: HoldId, user: UserId) -> Result<Option<Booking>, Error> {
        self.for_buyer(user, move |c| bookings::of_hold(c, hold, user)).await
    }

    pub(crate) async fn cancel<E: Ending<(Booking, Vec<TicketId>)>>(
        &self,
        id: BookingId,
        by: CancelBy,
        tickets: Option<Vec<TicketId>>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || bookings::cancel(c, id, by, tickets.as_deref(), now))).await
    }

    /// What an admin would cancel, which is undone again.
    pub(crate) async fn try_to_cancel(
        &self,
        id: BookingId,
        tickets: Option<Vec<TicketId>>,
        now: Timestamp,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        let cancel = move |c: &Transaction| bookings::cancel(c, id, CancelBy::Admin, tickets.as_deref(), now);
        self.writer.run(move |c| edits::undone_if(c, || cancel(c), |_| true)).await
    }

    /// The answer that was given before to this use of a key.
    pub(crate) async fn kept_answer(&self, used: Arc<KeyUse>) -> Result<Option<KeptAnswer>, Error> {
        self.for_buyer(used.scope.user, move |c| idempotency::find(c, &used)).await
    }

    /// Keeps the answer to something that was not done in the database, or not in one transaction. Refuses when another was
    /// kept meanwhile.
    pub(crate) async fn keep_answer(
        &self,
        used: Arc<KeyUse>,
        answer: KeptAnswer,
        now: Timestamp,
    ) -> Result<KeptAnswer, Error> {
        self.writer.run(move |c| idempotency::keep(c, &used, &answer, now).map(|()| answer.clone())).await
    }

    /// Forgets what was asked for with a key that was to name a hold.
    pub(crate) async fn forget_note(&self, used: Arc<KeyUse>) -> Result<(), Error> {
        let looked_for = Arc::clone(&used);
        if self.readers.run(move |c| idempotency::is_noted(c, &looked_for)).await? {
            self.writer.run(move |c| idempotency::forget(c, &used)).await?;
        }
        Ok(())
    }

    /// Forgets some answers that are older than `before`. Returns how many; 0 when none are left.
    pub(crate) async fn prune_answers(&self, by: RunBy, before: Timestamp) -> Result<u64, Error> {
        self.run_job(by, move |c| idempotency::prune(c, before)).await
    }

    /// A booking that this account may see.
    pub(crate) async fn booking(&self, id: BookingId, user: UserId) -> Result<Booking, Error> {
        self.readers.run(move |c| bookings::seen_by(c, id, user)).await
    }

    pub(crate) async fn booking_of_anybody(&self, id: BookingId) -> Result<Booking, Error> {
        self.readers.run(move |c| bookings::of_anybody(c, id)).await
    }

    pub(crate) async fn bookings_of(
        &self,
        user: UserId,
        since: Timestamp,
        page: (u64, u64),
    ) -> Result<(Vec<BookingHistoryItem>, u64), Error> {
        self.for_buyer(user, move |c| bookings::of_user(c, user, since, page)).await
    }

    pub(crate) async fn list_bookings(&self, filter: BookingFilter) -> Result<Vec<BookingRow>, Error> {
        self.readers.run(move |c| bookings::list(c, &filter)).await
    }
}
