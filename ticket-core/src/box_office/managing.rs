//! What an admin changes while servers sell.

use jiff::Timestamp;

use crate::domain::{
    CanceledPerformance, Changed, Email, MovedTicket, NewPerformance, NewShow, NewUser, Obstacle, Performance,
    PerformanceEdit, PerformanceId, PriceReport, PricedSeats, SeatId, Show, ShowEdit, ShowId, Standing, User, UserEdit,
    UserFilter, UserId, Venue, VenueEdit, VenueId, VenuePlan,
};
use crate::error::Error;

use super::BoxOffice;

/// # What an admin changes
///
/// Each in transactions that are short enough for servers to go on selling. A dry run finds what the
/// change would find, and changes nothing.
impl BoxOffice {
    /// Every venue, by id.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// for venue in box_office.venues().await? {
    ///     println!("{}: {}, {}", venue.id, venue.name, venue.address);
    /// }
    /// # assert_eq!(box_office.venues().await?[0].name, "Small Hall");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn venues(&self) -> Result<Vec<Venue>, Error> {
        self.0.store.venues().await
    }

    /// One venue.
    ///
    /// ```
    /// use ticket_core::domain::VenueId;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let venue = box_office.venue(VenueId(1)).await?;
    /// assert_eq!((venue.name.as_str(), venue.contact.as_str()), ("Small Hall", "02-123-4567"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is none with this id.
    pub async fn venue(&self, id: VenueId) -> Result<Venue, Error> {
        self.0.store.venue(id).await
    }

    /// Adds a venue. Another one of the name stands in the way.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, Obstacle, VenuePlan};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let studio = VenuePlan {
    ///     name: "Studio".into(),
    ///     contact: "02-765-4321".into(),
    ///     address: "2 Hall Street, Seoul".into(),
    ///     url: "https://studio.example".into(),
    /// };
    /// let Changed::Done(change) = box_office.add_venue(studio.clone(), false).await? else { panic!("in the way") };
    /// assert_eq!(change.after.map(|venue| venue.name), Some("Studio".into()));
    ///
    /// let twice = box_office.add_venue(studio, false).await?;
    /// assert_eq!(twice, Changed::InTheWay(vec![Obstacle::NameTaken("Studio".into())]));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` for what is outside of the [`limits`](crate::domain::limits).
    pub async fn add_venue(&self, venue: VenuePlan, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.add_venue(venue, dry_run).await
    }

    /// Changes a venue.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, VenueEdit, VenueId};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let edit = VenueEdit { contact: Some("02-765-4321".into()), ..VenueEdit::default() };
    /// let Changed::Done(change) = box_office.edit_venue(VenueId(1), edit, false).await? else { panic!("in the way") };
    /// assert_eq!(change.before.map(|venue| venue.contact), Some("02-123-4567".into()));
    /// assert_eq!(change.after.map(|venue| venue.contact), Some("02-765-4321".into()));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::venue`] and [`BoxOffice::add_venue`].
    pub async fn edit_venue(&self, id: VenueId, edit: VenueEdit, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.edit_venue(id, edit, dry_run).await
    }

    /// Deletes a venue. Shows that play there stand in the way.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, Obstacle, VenueId};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let refused = box_office.delete_venue(VenueId(1), false).await?;
    /// assert_eq!(refused, Changed::InTheWay(vec![Obstacle::Shows(1)]));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::venue`].
    pub async fn delete_venue(&self, id: VenueId, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.0.store.delete_venue(id, dry_run).await
    }

    /// Adds a show without performances; [`BoxOffice::apply`] makes one with all that belongs to it.
    ///
    /// ```
    /// use ticket_core::domain::{Category, Changed, Currency, NewShow, VenueId};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let macbeth = NewShow {
    ///     venue: VenueId(1),
    ///     name: "Macbeth".into(),
    ///     category: Category::Play,
    ///     run: ("2027-04-01".parse()?, "2027-04-30".parse()?),
    ///     running_minutes: 130,
    ///     intermission_minutes: 20,
    ///     age_limit: "12+".into(),
    ///     currency: Currency::KRW,
    ///     max_seats_per_user: 4,
    ///     cancel_until_hours: 24,
    /// };
    /// let Changed::Done(change) = box_office.add_show(macbeth, false).await? else { panic!("in the way") };
    /// let show = change.after.ok_or("it is there now")?;
    /// assert!(box_office.performances(show.id).await?.is_empty());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such venue, `G_001` for what is outside of the [`limits`](crate::domain::limits).
    pub async fn add_show(&self, show: NewShow, dry_run: bool) -> Result<Changed<Show>, Error> {
        self.0.store.add_show(show, dry_run).await
    }

    /// Changes a show. Users who have more seats than would be allowed stand in the way of a lower limit.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, Obstacle, ShowEdit};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, seats, performance, .. }| {
    /// box_office.book(mina, seats[..3].to_vec()).await?;
    /// let limit = |seats| ShowEdit { max_seats_per_user: Some(seats), ..ShowEdit::default() };
    /// let refused = box_office.edit_show(show, limit(2), false).await?;
    /// assert_eq!(refused, Changed::InTheWay(vec![Obstacle::OverLimit { performance, users: 1, seats: 3 }]));
    /// assert!(matches!(box_office.edit_show(show, limit(3), false).await?, Changed::Done(_)));
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::domain::Changed;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// // Nothing of it has been sold yet.
    /// let Changed::Done(change) = box_office.delete_show(show, false).await? else { panic!("in the way") };
    /// assert_eq!(change.before.map(|show| show.name), Some("The Tempest".into()));
    /// assert_eq!(box_office.show(show).await, Err(Error::ShowNotFound(show)));
    /// # Ok(())
    /// # });
    /// ```
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
    /// use ticket_core::domain::{Changed, NewPerformance};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// let matinee = NewPerformance {
    ///     show,
    ///     date: "2027-03-02".parse()?,
    ///     round: None,
    ///     start_time: "14:00:00".parse()?,
    ///     sale_opens_at: None,
    ///     sale_closes_at: None,
    ///     seats_of: None,
    /// };
    /// let Changed::Done(change) = box_office.add_performance(matinee, false).await? else { panic!("in the way") };
    /// let added = change.after.ok_or("it is there now")?;
    /// let (latest, seats_left) = box_office.performances(show).await?.pop().ok_or("it is listed")?;
    /// assert_eq!((latest.id, seats_left), (added.id, 10));
    /// # Ok(())
    /// # });
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
    /// ```
    /// use ticket_core::domain::{Changed, PerformanceEdit};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, .. }| {
    /// let later = PerformanceEdit { start_time: Some("20:00:00".parse()?), ..PerformanceEdit::default() };
    /// // What would come of it?
    /// let Changed::Done(change) = box_office.edit_performance(performance, later.clone(), true).await? else {
    ///     panic!("in the way")
    /// };
    /// let times = (change.before, change.after);
    /// println!("from {:?} to {:?}", times.0.map(|p| p.start_time), times.1.map(|p| p.start_time));
    /// assert!(matches!(box_office.edit_performance(performance, later, false).await?, Changed::Done(_)));
    /// assert_eq!(box_office.performance(performance).await?.0.start_time.to_string(), "20:00:00");
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::domain::{Changed, Obstacle};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let Changed::InTheWay(obstacles) = box_office.delete_performance(performance, false).await? else {
    ///     panic!("something has happened in it")
    /// };
    /// assert_eq!(obstacles, [Obstacle::Bookings { performance, bookings: 1, tickets: 1 }]);
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, joon, seats, .. }| {
    /// box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// box_office.hold(joon, vec![seats[2]]).await?;
    /// let standing = box_office.standing(performance).await?;
    /// assert_eq!((standing.tickets, standing.total_price, standing.holds), (2, 300_000, 1));
    /// # Ok(())
    /// # });
    /// ```
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
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// box_office.book(mina, seats[..2].to_vec()).await?;
    /// let canceled = box_office.cancel_performance(performance, &|_| {}).await?;
    /// assert_eq!((canceled.undone.bookings, canceled.undone.tickets), (1, 2));
    /// let refused = box_office.book(mina, vec![seats[4]]).await;
    /// assert!(matches!(refused, Err(Error::PerformanceCanceled { .. })));
    /// # Ok(())
    /// # });
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
    /// ```
    /// use ticket_core::domain::{Grade, PricedSeats};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, joon, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// box_office.hold(joon, vec![seats[1]]).await?;
    /// let prices = PricedSeats::Grades(performance, [(Grade::Vip, 160_000), (Grade::R, 80_000)].into());
    /// let report = box_office.change_prices(prices, false).await?;
    /// let changes: Vec<_> = report.changes.iter().map(|change| (change.before, change.after, change.seats)).collect();
    /// assert_eq!(changes, [(150_000, 160_000, 4), (90_000, 80_000, 5)]);
    /// assert_eq!(report.kept, [seats[1]], "Joon was told its price");
    /// assert_eq!(box_office.booking(mina, booking.id).await?.total_price(), 150_000, "what was paid was paid");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005`, `S_007` when there is no such performance or it is cancelled, `B_001`, `B_002` for a list that makes no
    /// sense, `G_001` for a price outside of [`limits::PRICE`](crate::domain::limits::PRICE), for none, or for a grade
    /// that no seat has.
    pub async fn change_prices(&self, prices: PricedSeats, dry_run: bool) -> Result<PriceReport, Error> {
        self.0.reservations.change_prices(prices, dry_run).await
    }

    /// Moves the ticket of one seat to another seat of the performance, that is free or blocked. The ticket keeps its id and
    /// what was paid for it, whatever the other seat costs; its buyer is told by mail. The seat that it leaves goes to those
    /// who wait for it, and then on sale.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let moved = box_office.move_ticket(seats[0], seats[7], false).await?;
    /// assert_eq!((moved.ticket, moved.to.id), (booking.tickets[0].id, seats[7]));
    /// assert_eq!(moved.booking.total_price(), booking.total_price());
    /// # Ok(())
    /// # });
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
    /// ```
    /// use ticket_core::domain::UserFilter;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let filter = UserFilter { contains: Some("MINA".into()), ..UserFilter::default() };
    /// let found = box_office.users(filter).await?;
    /// let (user, joined_at) = &found[0];
    /// println!("{} joined at {joined_at}", user.email);
    /// # assert_eq!((found.len(), user.email.as_str()), (1, "mina@example.com"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn users(&self, filter: UserFilter) -> Result<Vec<(User, Timestamp)>, Error> {
        self.0.store.users(filter).await
    }

    /// The account of an email, in any case.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// assert_eq!(box_office.user_of_email("Mina@Example.com".parse()?).await?.id, mina);
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::domain::{Changed, Language, NewUser, Role};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let hana = NewUser {
    ///     email: "hana@example.com".parse()?,
    ///     name: "Hana".into(),
    ///     role: Role::Seller,
    ///     language: Language::Korean,
    /// };
    /// let password = Some("correct horse battery".into());
    /// let Changed::Done(change) = box_office.add_user(hana, password, false).await? else { panic!("in the way") };
    /// assert_eq!(change.after.map(|user| user.role), Some(Role::Seller));
    /// # Ok(())
    /// # });
    /// ```
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
    /// ```
    /// use ticket_core::domain::{Changed, Role, UserEdit};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, .. }| {
    /// let seller = UserEdit { role: Some(Role::Seller), ..UserEdit::default() };
    /// let Changed::Done(change) = box_office.edit_user(mina, seller, None, false).await? else { panic!("in the way") };
    /// assert_eq!(change.before.map(|user| user.role), Some(Role::Buyer));
    /// assert_eq!(change.after.map(|user| user.role), Some(Role::Seller));
    /// # Ok(())
    /// # });
    /// ```
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

    /// Deletes an account: its email, name, password, sessions, likes and keys are gone, its waiting ends, and its
    /// holds do. What it has booked in the past stays, without a name. Valid tickets for what is to come stand in the
    /// way.
    ///
    /// ```
    /// use ticket_core::domain::{Changed, Obstacle};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let refused = box_office.delete_user(mina, false).await?;
    /// assert_eq!(refused, Changed::InTheWay(vec![Obstacle::ComingBooking { booking: booking.id, tickets: 1 }]));
    ///
    /// box_office.cancel(mina, booking.id, None).await?;
    /// assert!(matches!(box_office.delete_user(mina, false).await?, Changed::Done(_)));
    /// # Ok(())
    /// # });
    /// ```
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
