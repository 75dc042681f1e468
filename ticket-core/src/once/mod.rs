//! Writes that take place once, however often they are asked for.
//!
//! A request that carries an idempotency key comes through [`Once`] before anything else about it is looked at. Three
//! things see to it that it takes effect once: its answer is kept, and found by whoever comes later; while it runs, a
//! second one in this process is refused ([`running`]); and when a second one runs in another process, the unique index
//! over the keys lets one of them commit, and the other answers what that one has answered.

mod running;

use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::api::Like;
use crate::box_office::BoxOffice;
use crate::domain::{
    Booking, BookingId, EntryId, HeldSeats, HoldId, PerformanceId, SeatId, SeatWish, ShowId, TicketId, UserId,
    WaitlistEntry, WaitlistWish,
};
use crate::error::Error;
use crate::reservation::Reservations;
use crate::storage::{CancelBy, KeptAnswer, KeyScope, KeyUse, Keyed};
use running::Running;
pub(crate) use running::RunningKeys;

/// Whether a request with an idempotency key has been answered before: see
/// [`BoxOffice::once`](crate::BoxOffice::once).
#[derive(Debug)]
#[must_use]
pub enum Once {
    /// It has, with this. There is nothing left to do but to answer it again.
    Before(KeptAnswer),
    /// It has not.
    First(Turn),
}

impl Once {
    pub(crate) async fn begin(box_office: &BoxOffice, scope: KeyScope, request: &[&[u8]]) -> Result<Self, Error> {
        let used = Arc::new(KeyUse { scope, request: digest(request) });
        if let Some(answer) = box_office.0.store.kept_answer(Arc::clone(&used)).await? {
            return Ok(Self::Before(answer));
        }
        let running = box_office.0.running.begin(Arc::clone(&used))?;
        Ok(Self::First(Turn { box_office: box_office.clone(), used, _running: running }))
    }
}

/// The right to do what a key stands for. While it is kept, others that come with the same key are told that it is still
/// running (`I_002`).
///
/// What is done with it is answered with what `answer` makes of it, and that is kept in the same transaction. A refusal is
/// not kept: the key may be used again. When another process has been faster with the same key, its answer is given.
pub struct Turn {
    box_office: BoxOffice,
    used: Arc<KeyUse>,
    _running: Running,
}

impl Turn {
    /// As [`BoxOffice::book`](crate::BoxOffice::book).
    ///
    /// # Errors
    ///
    /// As there; `I_001` when the key was used for another request meanwhile; those of `answer`, and nothing is booked.
    pub async fn book(
        &self,
        seats: Vec<SeatId>,
        answer: impl Fn(&Booking) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let ending = self.kept(answer);
        let booked = self.box_office.0.reservations.book(self.user(), seats, ending, self.now()).await;
        failpoint!("before-reply");
        self.box_office.0.counters.booking(self.or_first(booked).await)
    }

    /// As [`BoxOffice::confirm`](crate::BoxOffice::confirm).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn confirm(
        &self,
        hold: HoldId,
        answer: impl Fn(&Booking) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let ending = self.kept(answer);
        let booked = self.box_office.0.reservations.confirm(self.user(), hold, ending, self.now()).await;
        failpoint!("before-reply");
        self.box_office.0.counters.booking(self.or_first(booked).await)
    }

    /// As [`BoxOffice::cancel`](crate::BoxOffice::cancel). `answer` is told the booking as it is now, and what was
    /// cancelled.
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn cancel(
        &self,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
        answer: impl Fn(&Booking, &[TicketId]) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let answer = move |(booking, canceled): &(Booking, Vec<TicketId>)| answer(booking, canceled);
        let ending = self.kept(answer);
        let by = CancelBy::Account(self.user());
        let canceled = self.box_office.0.reservations.cancel(booking, by, tickets, ending, self.now()).await;
        self.box_office.0.counters.cancellation(self.or_first(canceled).await)
    }

    /// As [`BoxOffice::join_waitlist`](crate::BoxOffice::join_waitlist).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn join_waitlist(
        &self,
        wish: WaitlistWish,
        answer: impl Fn(&EntryId) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let ending = self.kept(answer);
        let joined = self.box_office.0.waitlist.join(self.user(), wish, ending, self.now()).await;
        self.or_first(joined).await
    }

    /// As [`BoxOffice::leave_waitlist`](crate::BoxOffice::leave_waitlist).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn leave_waitlist(
        &self,
        entry: EntryId,
        answer: impl Fn(&WaitlistEntry) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let ending = self.kept(answer);
        let left = self.box_office.0.waitlist.leave(self.user(), entry, ending).await;
        self.or_first(left).await
    }

    /// As [`BoxOffice::book_offer`](crate::BoxOffice::book_offer).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn book_offer(
        &self,
        entry: EntryId,
        answer: impl Fn(&Booking) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let ending = self.kept(answer);
        let booked = self.box_office.0.reservations.book_offer(self.user(), entry, ending).await;
        failpoint!("before-reply");
        self.or_first(booked).await
    }

    /// As [`BoxOffice::set_like`](crate::BoxOffice::set_like).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn set_like(
        &self,
        show: ShowId,
        liked: bool,
        answer: impl Fn(&Like) -> Result<KeptAnswer, Error> + Send + 'static,
    ) -> Result<KeptAnswer, Error> {
        let answer = move |likes: &u64| answer(&Like { liked, likes: *likes });
        let ending = self.kept(answer);
        let set = self.box_office.0.store.set_like(self.user(), (show, liked), ending, self.now()).await;
        self.or_first(set).await
    }

    /// As [`BoxOffice::change_hold`](crate::BoxOffice::change_hold). The answer is kept after the change: if the
    /// process dies in between, the same change again changes nothing more.
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn change_hold(
        &self,
        hold: HoldId,
        add: Vec<SeatId>,
        remove: Vec<SeatId>,
        answer: impl Fn(&HeldSeats) -> Result<KeptAnswer, Error>,
    ) -> Result<KeptAnswer, Error> {
        let changed = self.box_office.change_hold(self.user(), hold, add, remove).await;
        let kept = self.keep(changed.and_then(|held| answer(&held))).await;
        self.or_first(kept).await
    }

    /// As [`BoxOffice::extend_hold`](crate::BoxOffice::extend_hold). The answer is kept afterwards: if the process dies in
    /// between, the clock is started once more.
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn extend_hold(
        &self,
        hold: HoldId,
        answer: impl Fn(&HeldSeats) -> Result<KeptAnswer, Error>,
    ) -> Result<KeptAnswer, Error> {
        let extended = self.box_office.extend_hold(self.user(), hold).await;
        let kept = self.keep(extended.and_then(|held| answer(&held))).await;
        self.or_first(kept).await
    }

    /// As [`BoxOffice::release_hold`](crate::BoxOffice::release_hold). Where holds are in Redis, `answer` is kept
    /// afterwards: if the process dies in between, the hold is said to be gone (`H_001`).
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::book`].
    pub async fn release_hold(&self, hold: HoldId, answer: KeptAnswer) -> Result<KeptAnswer, Error> {
        let Reservations { holds, store, .. } = &self.box_office.0.reservations;
        let now = self.now();
        let released = if holds.are_in_store() {
            let ending = self.kept(move |(): &()| Ok(answer.clone()));
            store.release_hold(hold, self.user(), ending, now).await
        } else {
            let released = holds.release(hold, self.user(), now).await;
            self.keep(released.map(|()| answer)).await
        };
        self.or_first(released).await
    }

    /// Keeps the answer to what is done by now, so that nobody may be told that nothing was.
    async fn keep(&self, answer: Result<KeptAnswer, Error>) -> Result<KeptAnswer, Error> {
        let now = self.now();
        match self.box_office.0.store.keep_answer(Arc::clone(&self.used), answer?, now).await {
            Err(Error::Unavailable { reason }) => {
                tracing::warn!(reason, "an answer is not kept");
                Err(Error::OutcomeUnknown)
            }
            kept => kept,
        }
    }

    /// As [`BoxOffice::hold`](crate::BoxOffice::hold), but no answer is kept: the token of the hold is derived from the key,
    /// so that asking again finds the same hold as it is then.
    ///
    /// # Errors
    ///
    /// As there; `I_001` when the key was used for another request; `H_002` when the hold has run out, `H_001` when it was
    /// confirmed.
    pub async fn hold(&self, seats: Vec<SeatId>) -> Result<HeldSeats, Error> {
        let held = self.box_office.0.reservations.hold_once(&self.used, seats, self.now()).await;
        failpoint!("before-reply");
        self.box_office.0.counters.hold(held)
    }

    /// As [`BoxOffice::hold_best`](crate::BoxOffice::hold_best), once as [`Turn::hold`].
    ///
    /// # Errors
    ///
    /// As there, and as for [`Turn::hold`].
    pub async fn hold_best(&self, performance: PerformanceId, wish: SeatWish) -> Result<HeldSeats, Error> {
        let held = self.box_office.0.best_seats.hold_once(&self.used, performance, wish, self.now()).await;
        self.box_office.0.counters.hold(held)
    }

    fn user(&self) -> UserId {
        self.used.scope.user
    }

    fn now(&self) -> Timestamp {
        self.box_office.clock().now()
    }

    /// The end of a write that is answered with what `answer` makes of it, which is kept.
    fn kept<F>(&self, answer: F) -> Keyed<F> {
        Keyed { used: Arc::clone(&self.used), answer }
    }

    /// A refusal may be the doing of another process that was faster with the same key: the seats are taken because it has
    /// sold them. Then its answer counts. It also tells how a commit ended whose outcome was unknown.
    async fn or_first(&self, result: Result<KeptAnswer, Error>) -> Result<KeptAnswer, Error> {
        let Err(refusal) = result else { return result };
        match self.box_office.0.store.kept_answer(Arc::clone(&self.used)).await {
            Ok(Some(first)) => Ok(first),
            Err(Error::KeyReused) => Err(Error::KeyReused),
            Ok(None) | Err(_) => Err(refusal),
        }
    }
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Turn").field(&self.used.scope).finish()
    }
}

/// Each part with its length, so that none of them can pass for the beginning of the next.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart_part_by_part() {
        assert_eq!(digest(&[b"ab", b"c"]), digest(&[b"ab", b"c"]));
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_ne!(digest(&[b"ab"]), digest(&[b"ab", b""]));
    }
}
