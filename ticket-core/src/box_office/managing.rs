//! What an admin changes while servers sell.

use jiff::Timestamp;

use crate::domain::{
    CanceledPerformance, Changed, Email, MovedTicket, NewPerformance, NewShow, NewUser, Obstacle, Performance,
    PerformanceEdit, PerformanceId, PriceReport, PricedSeats, SeatId, Show, ShowEdit, ShowId, Standing, User, UserEdit,
    UserFilter, UserId, Venue, VenueEdit, VenueId, VenuePlan,
};
use crate::error::Error;

use super::BoxOffice;

/// What an admin changes, each in transactions that are short enough for servers to go on selling. A dry run finds what the
/// change would find, and changes nothing.
impl BoxOffice {
    /// Every venue, by id.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn venues(&self) -> Result<Vec<Venue>, Error> {
        self.0.store.venues().await
    }

    /// One venue.
    ///
    /// # Errors
    ///
    /// `S_001` when there is none with this id.
    pub async fn venue(&self, id: VenueId) -> Result<Venue, Error> {
        self.0.store.venue(id).await
    }

    /// Adds a venue. Another one of the name stands in the way.
    ///
    /// # Errors
    ///
    /// `G_001` for what is outside of the [`limits`](crate::domain::limits).
    pub async fn add_venue(&self, venue: VenuePlan, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.add_venue(venue, dry_run).await
    }

    /// Changes a venue.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::venue`] and [`BoxOffice::add_venue`].
    pub async fn edit_venue(&self, id: VenueId, edit: VenueEdit, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.edit_venue(id, edit, dry_run).await
    }

    /// Deletes a venue. Shows that play there stand in the way.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::venue`].
    pub async fn delete_venue(&self, id: VenueId, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.delete_venue(id, dry_run).await
    }

    /// Adds a show without performances; [`BoxOffice::apply`] makes one with all that belongs to it.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such venue, `G_001` for what is outside of the [`limits`](crate::domain::limits).
    pub async fn add_show(&self, show: NewShow, dry_run: bool) -> Result<Changed<Show>, Error> {
        self.0.store.add_show(show, dry_run).await
    }

    /// Changes a show. Users who have more seats than would be allowed stand in the way of a lower limit.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::show`] and [`BoxOffice::add_show`].
    pub async fn edit_show(&self, id: ShowId, edit: ShowEdit, dry_run: bool) -> Result<Changed<Show>, Error> {
        self.0.store.edit_show(id, edit, dry_run).await
    }

    /// Deletes a show with its performances. Whatever stands in the way of [`BoxOffice::delete_performance`] for one of them
    /// stands in the way of all.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::show`].
    pub async fn delete_show(&self, id: ShowId, dry_run: bool) -> Result<Changed<Show>, Error> {
        let performances: Vec<PerformanceId> =
            self.all_performances(id).await?.into_iter().map(|(performance, _)| performance.id).collect();
        let mut held = Vec::new();
        for performance in &performances {
            held.extend(self.held_elsewhere(*performance).await?);
        }
        if !held.is_empty() {
            return Ok(Changed::InTheWay(held));
        }
        let changed = self.0.store.delete_show(id, dry_run, self.now()).await?;
        self.forget_deleted(&performances, &changed, dry_run).await?;
        Ok(changed)
    }

    /// Adds a performance to a show, which may be on sale, with the seats, grades and prices of another one. All its seats
    /// are on sale.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, NewPerformance, ShowId};
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let box_office = &shop.box_office;
    /// let matinee = NewPerformance {
    ///     show: ShowId(1),
    ///     date: "2027-03-02".parse()?,
    ///     round: None,
    ///     start_time: "14:00:00".parse()?,
    ///     sale_opens_at: None,
    ///     sale_closes_at: None,
    ///     seats_of: None,
    /// };
    /// let Changed::Done(change) = box_office.add_performance(matinee, false).await? else { panic!("in the way") };
    /// let added = change.after.map(|performance| performance.id);
    /// assert_eq!(box_office.performances(ShowId(1)).await?[1].1, 5, "seats are left");
    /// # assert_eq!(added, Some(box_office.performances(ShowId(1)).await?[1].0.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001`, `S_005` when there is no such show or performance, `G_001` for a value that makes no sense.
    pub async fn add_performance(
        &self,
        performance: NewPerformance,
        dry_run: bool,
    ) -> Result<Changed<Performance>, Error> {
        self.0.store.add_performance(performance, dry_run).await
    }

    /// Changes when a performance is, or when it is sold. What is sold and held stays so; outside of the new sale no hold is
    /// confirmed any more.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance, `G_001` for a value that makes no sense.
    pub async fn edit_performance(
        &self,
        id: PerformanceId,
        edit: PerformanceEdit,
        dry_run: bool,
    ) -> Result<Changed<Performance>, Error> {
        self.0.store.edit_performance(id, edit, dry_run).await
    }

    /// Deletes a performance in which nothing has happened. Bookings, holds, the waitlist and seats that were blocked once
    /// stand in the way; [`BoxOffice::cancel_performance`] keeps them.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn delete_performance(&self, id: PerformanceId, dry_run: bool) -> Result<Changed<Performance>, Error> {
        let held = self.held_elsewhere(id).await?;
        if held.is_some() {
            return Ok(Changed::InTheWay(held.into_iter().collect()));
        }
        let changed = self.0.store.delete_performance(id, dry_run, self.now()).await?;
        self.forget_deleted(&[id], &changed, dry_run).await?;
        Ok(changed)
    }

    /// What of a performance is sold, held and waited for. Looks at everything, so it is for admins.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn standing(&self, id: PerformanceId) -> Result<Standing, Error> {
        self.0.reservations.standing(id).await
    }

    /// Cancels a performance, for ever: nothing of it is sold any more, its holds and the entries of its waitlist end, its
    /// bookings are cancelled, and their buyers are told by mail. It is not listed any more, but is kept with its history.
    ///
    /// The first transaction ends the sale, and many small ones do the rest, so that sales of other performances go on
    /// meanwhile. Whatever ends this early, the next call goes on; again, it changes nothing. `made_progress` is told what
    /// is undone so far.
    ///
    /// ```
    /// use ticket_core::Error;
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    /// # let performance = shop.performance(0).await;
    /// box_office.book(mina, seats[..2].to_vec()).await?;
    /// let canceled = box_office.cancel_performance(performance, &|_| {}).await?;
    /// assert_eq!((canceled.undone.bookings, canceled.undone.tickets), (1, 2));
    /// let refused = box_office.book(mina, vec![seats[4]]).await;
    /// assert!(matches!(refused, Err(Error::PerformanceCanceled { .. })));
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance; `D_001` when it could not be finished: then call it again.
    pub async fn cancel_performance(
        &self,
        id: PerformanceId,
        made_progress: &(dyn Fn(&Standing) + Sync),
    ) -> Result<CanceledPerformance, Error> {
        self.0.reservations.cancel_performance(id, made_progress).await
    }

    /// Gives seats of a performance another price, in minor units, all at once. What is sold keeps the price that was paid.
    /// Seats that are held or offered keep theirs, because somebody was told it, and are named: asking again changes them
    /// when they are not held any more.
    ///
    /// # Errors
    ///
    /// `S_005`, `S_007` when there is no such performance or it is cancelled, `B_001`, `B_002` for a list that makes no sense,
    /// `G_001` for a price outside of [`limits::PRICE`](crate::domain::limits::PRICE), or for none.
    pub async fn change_prices(&self, prices: PricedSeats, dry_run: bool) -> Result<PriceReport, Error> {
        self.0.reservations.change_prices(prices, dry_run).await
    }

    /// Moves the ticket of one seat to another seat of the performance, that is free or blocked. The ticket keeps its id and
    /// what was paid for it, whatever the other seat costs; its buyer is told by mail. The seat that it leaves goes to those
    /// who wait for it, and then on sale.
    ///
    /// ```
    /// # use ticket_core::{Error, HoldBackend};
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(2, 5).build()).await;
    /// # let (box_office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let moved = box_office.move_ticket(seats[0], seats[7], false).await?;
    /// assert_eq!((moved.ticket, moved.to.id), (booking.tickets[0].id, seats[7]));
    /// assert_eq!(moved.booking.total_price(), booking.total_price());
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `B_002` when nobody has a ticket for the one seat, or the two are not of one performance; `B_003` when the other is
    /// sold, held, offered or cancelled; `S_007` when the performance is cancelled.
    pub async fn move_ticket(&self, from: SeatId, to: SeatId, dry_run: bool) -> Result<MovedTicket, Error> {
        self.0.reservations.move_ticket(from, to, dry_run).await
    }

    /// Accounts, the newest first, each with when it joined.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn users(&self, filter: UserFilter) -> Result<Vec<(User, Timestamp)>, Error> {
        self.0.store.users(filter).await
    }

    /// The account of an email, in any case.
    ///
    /// # Errors
    ///
    /// `U_001` when there is none.
    pub async fn user_of_email(&self, email: Email) -> Result<User, Error> {
        let account = self.0.store.account(email.clone()).await?;
        account.map(|account| account.user).ok_or(Error::EmailUnknown(email))
    }

    /// Makes an account; without a password nobody can log in to it, until it gets one.
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn add_user(
        &self,
        user: NewUser,
        password: Option<String>,
        dry_run: bool,
    ) -> Result<Changed<User>, Error> {
        self.0.accounts.add_one(user, password, dry_run, self.now()).await
    }

    /// Changes an account. Another password, and another role, end every session.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account, `G_001` when a field is not as it must be.
    pub async fn edit_user(
        &self,
        id: UserId,
        edit: UserEdit,
        password: Option<String>,
        dry_run: bool,
    ) -> Result<Changed<User>, Error> {
        self.0.accounts.edit(id, edit, password, dry_run, self.now()).await
    }

    /// Deletes an account: its email, name, password, sessions, likes and keys are gone, its waiting ends, and its holds do. What
    /// it has booked in the past stays, without a name. Valid tickets for what is to come stand in the way.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn delete_user(&self, id: UserId, dry_run: bool) -> Result<Changed<User>, Error> {
        let changed = self.0.store.delete_user(id, dry_run, self.now()).await?;
        if !dry_run && matches!(changed, Changed::Done(_)) {
            let holds = &self.0.reservations.holds;
            for hold in holds.all(self.now()).await?.iter().filter(|hold| hold.user == id) {
                match holds.release(hold.id, id, self.now()).await {
                    Ok(()) | Err(Error::HoldNotFound | Error::HoldExpired) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(changed)
    }

    /// Clears up where the holds of performances were.
    async fn forget_deleted<T>(
        &self,
        performances: &[PerformanceId],
        changed: &Changed<T>,
        dry_run: bool,
    ) -> Result<(), Error> {
        if dry_run || matches!(changed, Changed::InTheWay(_)) || self.0.reservations.holds.are_in_store() {
            return Ok(());
        }
        for performance in performances {
            self.0.reservations.forget_deleted(*performance, self.now()).await?;
        }
        Ok(())
    }

    /// What the transaction that deletes a performance does not see.
    async fn held_elsewhere(&self, performance: PerformanceId) -> Result<Option<Obstacle>, Error> {
        let holds = &self.0.reservations.holds;
        if holds.are_in_store() {
            return Ok(None);
        }
        let held = holds.all(self.now()).await?;
        let holds = held.iter().filter(|hold| hold.id.performance == performance).count() as u64;
        Ok((holds > 0).then_some(Obstacle::Holds { performance, holds }))
    }
}
