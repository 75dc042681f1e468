use std::sync::Arc;

use jiff::Timestamp;

use super::{Reservations, SALE_MAX, check_distinct, check_list, without};
use crate::complaint::Complaint;
use crate::domain::{
    Claim, ClaimPurpose, HeldSeats, Hold, HoldId, HoldToken, Performance, PerformanceId, SaleWindow, Seat, SeatId,
    SeatState, Show, UserId, later,
};
use crate::error::Error;
use crate::holds::Acquired;
use crate::storage::KeyUse;

/// Seats as they are stored, at one moment, with what the rules ask about them.
pub(super) struct Chosen {
    seats: Vec<Seat>,
    pub(super) performance: Performance,
    show: Show,
    /// What the user has booked already, and what is offered to him.
    owned: Vec<SeatId>,
}

/// A hold that is to be made.
#[derive(Clone)]
pub(super) struct NewHold {
    pub(super) id: HoldId,
    pub(super) user: UserId,
    /// What names it, if not chance.
    pub(super) key: Option<Arc<KeyUse>>,
}

impl NewHold {
    pub(super) fn unkeyed(performance: PerformanceId, user: UserId) -> Self {
        Self { id: HoldId { performance, token: HoldToken(rand::random()) }, user, key: None }
    }
}

impl Reservations {
    /// Claims seats: acquire, then read again, so that a hold is answered only for seats that really can be sold.
    pub(crate) async fn hold(&self, user: UserId, seats: Vec<SeatId>, now: Timestamp) -> Result<HeldSeats, Error> {
        check_list(&seats)?;
        let chosen = self.chosen(&seats, user).await?;
        let new = NewHold::unkeyed(chosen.performance.id, user);
        self.acquire(&new, seats, &chosen, now).await
    }

    /// Claims seats of a performance as this hold.
    pub(super) async fn hold_as(&self, new: &NewHold, seats: Vec<SeatId>, now: Timestamp) -> Result<HeldSeats, Error> {
        check_list(&seats)?;
        let chosen = self.chosen(&seats, new.user).await?;
        self.acquire(new, seats, &chosen, now).await
    }

    /// Claims seats as this hold: with the id of a hold that lives already, that one is found.
    pub(super) async fn acquire(
        &self,
        new: &NewHold,
        seats: Vec<SeatId>,
        chosen: &Chosen,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        let mut acquired = self.claim_chosen(new, seats, chosen, now).await?;
        let former = std::mem::take(&mut acquired.former);
        match self.check_again(acquired, new.user).await {
            Err(error) => match self.give_up((new.id, new.user), former, now).await {
                Ok(()) | Err(Error::HoldNotFound) => Err(error),
                Err(unavailable) => Err(unavailable),
            },
            held => held,
        }
    }

    /// Undoes a claim: the user's earlier holds get back what it has taken over from them, and the rest is let go.
    pub(super) async fn give_up(
        &self,
        (id, user): (HoldId, UserId),
        former: Vec<Hold>,
        now: Timestamp,
    ) -> Result<(), Error> {
        for hold in former {
            self.holds.give_back(id, hold, now).await?;
        }
        self.holds.release(id, user, now).await
    }

    /// Claims seats that were on sale a while ago, to be sold at once, without a look at them: the transaction that sells
    /// them looks. `None` when a look is needed, because nothing is known of them, or they were refused for a reason that may
    /// be out of date.
    pub(super) async fn claim_blindly(
        &self,
        user: UserId,
        seats: &[SeatId],
        now: Timestamp,
    ) -> Result<Option<Acquired>, Error> {
        let Some((performance, show)) = self.on_sale.take(seats) else { return Ok(None) };
        if SaleWindow::of(&performance, now).check().is_err() {
            return Ok(None);
        }
        let claim = self.claim_at_once(user, seats.to_vec(), (&performance, &show), now);
        match self.claim_seats(claim, None, now).await {
            Err(Error::OverLimit { .. } | Error::HoldNotFound) => Ok(None),
            acquired => acquired.map(Some),
        }
    }

    /// Claims seats that could be sold a moment ago, to be sold at once.
    pub(super) async fn claim_to_sell(
        &self,
        user: UserId,
        seats: Vec<SeatId>,
        chosen: Chosen,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        SaleWindow::of(&chosen.performance, now).check()?;
        chosen.check_sellable()?;
        let id = chosen.performance.id;
        if self.on_sale.begin(&chosen.performance, &chosen.show) {
            self.on_sale.put(id, self.store.seats_on_sale(id).await?);
        }
        self.on_sale.put(id, seats.iter().copied());
        let claim = self.claim_at_once(user, seats, (&chosen.performance, &chosen.show), now);
        self.claim_seats(Claim { owned: chosen.owned, purpose: ClaimPurpose::Sale, ..claim }, None, now).await
    }

    /// Claims seats that could be sold a moment ago. Whoever answers them must look again.
    async fn claim_chosen(
        &self,
        new: &NewHold,
        seats: Vec<SeatId>,
        chosen: &Chosen,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        SaleWindow::of(&chosen.performance, now).check()?;
        chosen.check_sellable()?;
        self.claim_seats(self.claim(new.id, new.user, seats, chosen, now), new.key.clone(), now).await
    }

    async fn claim_seats(&self, claim: Claim, key: Option<Arc<KeyUse>>, now: Timestamp) -> Result<Acquired, Error> {
        failpoint!("before-claim");
        let acquired = self.holds.acquire(claim, key, now).await?;
        failpoint!("after-claim");
        Ok(acquired)
    }

    /// Adds and drops seats, all or nothing; the clock stays. The same change again answers the same.
    pub(crate) async fn change_hold(
        &self,
        user: UserId,
        id: HoldId,
        (add, remove): (Vec<SeatId>, Vec<SeatId>),
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        let named = [add.as_slice(), &remove].concat();
        check_list(&named)?;
        check_distinct(&named)?;
        let before = self.own_hold(id, user, now).await?;
        // What is not in the hold need not be dropped: the same change again changes nothing more.
        let remove: Vec<SeatId> = remove.into_iter().filter(|seat| before.seats.contains(seat)).collect();
        let added = without(&add, &before.seats);
        let mut wanted = without(&before.seats, &remove);
        wanted.extend(&added);
        if wanted.is_empty() {
            let problem = Complaint::new(
                "takes the last seat; release the hold instead",
                "마지막 좌석까지 빼게 됩니다. 대신 선점을 해제하세요",
            );
            return Err(Error::Invalid { field: "remove", problem });
        }
        let chosen = self.chosen(&wanted, user).await?;
        SaleWindow::of(&chosen.performance, now).check()?;
        chosen.check_sellable()?;
        let claim = self.claim(id, user, wanted, &chosen, now);
        let back = Claim { seats: before.seats, ..claim.clone() };
        let mut acquired = self.holds.change(claim, remove, now).await?;
        let former = std::mem::take(&mut acquired.former);
        match self.check_again(acquired, user).await {
            Err(error) => {
                let mut added = added;
                for hold in former {
                    added.retain(|seat| !hold.seats.contains(seat));
                    self.holds.give_back(id, hold, now).await?;
                }
                self.holds.change(back, added, now).await?;
                Err(error)
            }
            held => held,
        }
    }

    /// Starts the clock of a hold anew, up to its cap.
    pub(crate) async fn extend_hold(&self, user: UserId, id: HoldId, now: Timestamp) -> Result<HeldSeats, Error> {
        let hold = self.own_hold(id, user, now).await?;
        let chosen = self.chosen(&hold.seats, user).await?;
        chosen.performance.check_not_canceled()?;
        let until = later(now, self.hold_ttl).min(chosen.performance.sale_closes_at);
        let hold = self.holds.extend(id, user, until, now).await?;
        Ok(chosen.held(hold))
    }

    /// Lets the seats of a hold go.
    pub(crate) async fn release_hold(&self, user: UserId, id: HoldId, now: Timestamp) -> Result<(), Error> {
        self.store.check_user(user).await?;
        self.holds.release(id, user, now).await
    }

    /// A live hold of the user, whom whoever goes on with it looks up. Where there is none, that is done here.
    async fn own_hold(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
        let found = self.holds.find(id, user, now).await;
        if found.is_err() {
            self.store.check_user(user).await?;
        }
        found
    }

    /// The user's live holds in a performance, soonest end first.
    pub(crate) async fn holds_of(
        &self,
        user: UserId,
        performance: PerformanceId,
        now: Timestamp,
    ) -> Result<Vec<HeldSeats>, Error> {
        self.store.check_user(user).await?;
        let mut held = Vec::new();
        for hold in self.holds.of_user(performance, user, now).await? {
            held.push(self.chosen(&hold.seats, user).await?.held(hold));
        }
        Ok(held)
    }

    /// Between the look at the seats and the claim, a seat may have been sold, the performance may have been cancelled, or
    /// the user may have booked or been offered others. Who books after the claim sees it; who booked before it is seen
    /// here. On an error the claim must be undone.
    pub(super) async fn check_again(&self, acquired: Acquired, user: UserId) -> Result<HeldSeats, Error> {
        let Acquired { hold, held: mut all, .. } = acquired;
        let chosen = self.chosen(&hold.seats, user).await?;
        if is_left_out!("second look") {
            return Ok(chosen.held(hold));
        }
        chosen.performance.check_not_canceled()?;
        chosen.check_sellable()?;
        all.extend(&without(&chosen.owned, &all));
        if all.len() > chosen.show.max_seats_per_user as usize {
            return Err(Error::OverLimit { limit: chosen.show.max_seats_per_user });
        }
        Ok(chosen.held(hold))
    }

    pub(super) async fn chosen(&self, seats: &[SeatId], user: UserId) -> Result<Chosen, Error> {
        let (seats, performance, show, owned) = self.store.chosen(seats.to_vec(), user).await?;
        Ok(Chosen { seats, performance, show, owned })
    }

    fn claim(&self, id: HoldId, user: UserId, seats: Vec<SeatId>, chosen: &Chosen, now: Timestamp) -> Claim {
        let closes_at = chosen.performance.sale_closes_at;
        Claim {
            id,
            user,
            seats,
            limit: chosen.show.max_seats_per_user,
            owned: chosen.owned.clone(),
            purpose: ClaimPurpose::Hold,
            // Nothing can be confirmed after the sale has closed, so no hold pretends that it could.
            expires_at: later(now, self.hold_ttl).min(closes_at),
            extendable_until: later(now, self.hold_cap).min(closes_at),
        }
    }

    /// A claim that lives for as long as a sale may take, by somebody who has not looked.
    fn claim_at_once(
        &self,
        user: UserId,
        seats: Vec<SeatId>,
        (performance, show): (&Performance, &Show),
        now: Timestamp,
    ) -> Claim {
        let id = HoldId { performance: performance.id, token: HoldToken(rand::random()) };
        let ends_at = later(now, SALE_MAX).min(performance.sale_closes_at);
        let limit = show.max_seats_per_user;
        let (owned, purpose) = (Vec::new(), ClaimPurpose::BlindSale);
        Claim { id, user, seats, limit, owned, purpose, expires_at: ends_at, extendable_until: ends_at }
    }
}

impl Chosen {
    fn check_sellable(&self) -> Result<(), Error> {
        let seats: Vec<SeatId> =
            self.seats.iter().filter(|seat| seat.state != SeatState::Available).map(|seat| seat.id).collect();
        if seats.is_empty() { Ok(()) } else { Err(Error::SeatsTaken { seats }) }
    }

    /// Whether any of them is offered to a waiter.
    pub(super) fn has_offered(&self) -> bool {
        self.seats.iter().any(|seat| seat.state == SeatState::Waiting)
    }

    pub(super) fn held(self, hold: Hold) -> HeldSeats {
        HeldSeats { hold, seats: self.seats, currency: self.show.currency }
    }
}
