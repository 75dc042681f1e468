//! Holding, booking, cancelling.

use crate::api::BookingHistory;
use crate::complaint::Complaint;
use crate::domain::{
    Booking, BookingId, HeldSeats, HoldId, IdempotencyKey, PerformanceId, SeatId, SeatWish, TicketId, UserId, earlier,
};
use crate::error::Error;
use crate::once::Once;
use crate::storage::{BookingFilter, BookingRow, CancelBy, KeyScope, Unkeyed};
use jiff::SignedDuration;

use super::{BoxOffice, offset};

/// # Holding, booking, cancelling
impl BoxOffice {
    /// Claims seats of one performance for a limited time ([`Config::hold_ttl`](crate::Config::hold_ttl)), all or none.
    /// Seats that the user holds already move over to the new hold and bring their clock along, so that holding again
    /// wins no time.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0], seats[1]]).await?;
    /// println!("{} for you until {}", held.currency.format(held.total_price()), held.hold.expires_at);
    ///
    /// // Joon gets nothing at all, and is told why.
    /// let refused = box_office.hold(joon, vec![seats[1], seats[2]]).await;
    /// assert_eq!(refused, Err(Error::SeatsTaken { seats: vec![seats[1]] }));
    ///
    /// let booking = box_office.confirm(mina, held.hold.id).await?;
    /// assert_eq!(booking.tickets.len(), 2);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_001`, `B_002` for a list that makes no sense, `B_003` naming the seats that cannot be had, `B_007` over the
    /// limit, `S_006`, `S_007` outside of the sale.
    pub async fn hold(&self, user: UserId, seats: Vec<SeatId>) -> Result<HeldSeats, Error> {
        let held = self.0.reservations.hold(user, seats, self.now()).await;
        failpoint!("before-reply");
        self.0.counters.hold(held)
    }

    /// Chooses the best free seats that fulfil a wish, and claims them for a limited time: see
    /// [`seat_choice`](crate::seat_choice) for what is best. Seats that are taken meanwhile are replaced by others.
    ///
    /// ```
    /// use ticket_core::domain::{Grade, SeatWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, performance, .. }| {
    /// let wish = SeatWish { grade: Some(Grade::R), max_price: Some(100_000), ..SeatWish::together(2) };
    /// let held = box_office.hold_best(mina, performance, wish).await?;
    /// let [left, right] = &held.seats[..] else { panic!("two seats") };
    /// assert_eq!(left.position.number + 1, right.position.number);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_001` for a wish for no seat, `B_003` when no such seats are left, `B_007` over the limit, `G_001` for a grade or
    /// sector that the performance does not have, `S_005`, `S_006`, `S_007` as they say.
    pub async fn hold_best(
        &self,
        user: UserId,
        performance: PerformanceId,
        wish: SeatWish,
    ) -> Result<HeldSeats, Error> {
        self.0.counters.hold(self.0.best_seats.hold(user, performance, wish, self.now()).await)
    }

    /// The user's live holds in a performance, soonest end first.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, performance, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0]]).await?;
    /// assert_eq!(box_office.holds(mina, performance).await?, [held]);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn holds(&self, user: UserId, performance: PerformanceId) -> Result<Vec<HeldSeats>, Error> {
        self.0.reservations.holds_of(user, performance, self.now()).await
    }

    /// Adds seats to a hold and drops others, all or nothing; its clock stays. The same change again changes nothing more.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0], seats[1]]).await?;
    /// let changed = box_office.change_hold(mina, held.hold.id, vec![seats[2]], vec![seats[0]]).await?;
    /// assert_eq!(changed.hold.seats, [seats[1], seats[2]]);
    /// assert_eq!(changed.hold.expires_at, held.hold.expires_at);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::hold`] and [`BoxOffice::extend_hold`]; `B_002` also for a seat that is to be added and
    /// dropped, `G_001` when no seat would be left.
    pub async fn change_hold(
        &self,
        user: UserId,
        hold: HoldId,
        add: Vec<SeatId>,
        remove: Vec<SeatId>,
    ) -> Result<HeldSeats, Error> {
        self.0.reservations.change_hold(user, hold, (add, remove), self.now()).await
    }

    /// Starts the clock of a hold anew, up to its cap.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0]]).await?;
    /// # shop.clock.advance(Duration::from_mins(5));
    /// // Five minutes later:
    /// let extended = box_office.extend_hold(mina, held.hold.id).await?;
    /// assert_eq!(extended.hold.expires_at, held.hold.expires_at + Duration::from_mins(5));
    /// assert!(extended.hold.expires_at <= held.hold.extendable_until);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `H_001` when the user has no such hold, `H_002` when it has ended.
    pub async fn extend_hold(&self, user: UserId, hold: HoldId) -> Result<HeldSeats, Error> {
        self.0.reservations.extend_hold(user, hold, self.now()).await
    }

    /// Lets the seats of a hold go: at once, they are free for others.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0]]).await?;
    /// box_office.release_hold(mina, held.hold.id).await?;
    /// assert!(box_office.hold(joon, vec![seats[0]]).await.is_ok());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `H_001` when the user has no such hold, `H_002` when it has ended.
    pub async fn release_hold(&self, user: UserId, hold: HoldId) -> Result<(), Error> {
        self.0.reservations.release_hold(user, hold, self.now()).await
    }

    /// Books seats of one performance at once, all or none. Seats that the user holds are taken over from the hold; those
    /// that are offered to him from the waitlist are booked as by [`BoxOffice::book_offer`].
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// assert_eq!(booking.show.currency.format(booking.total_price()), "300,000 KRW");
    /// for ticket in &booking.tickets {
    ///     println!("ticket {}: row {} seat {}", ticket.id, ticket.seat.position.row, ticket.seat.position.label);
    /// }
    ///
    /// let too_late = box_office.book(joon, vec![seats[1]]).await;
    /// assert_eq!(too_late, Err(Error::SeatsTaken { seats: vec![seats[1]] }));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::hold`]; `W_004` for a part of what is offered, or more than that; `W_007` when the offer has
    /// ended.
    pub async fn book(&self, user: UserId, seats: Vec<SeatId>) -> Result<Booking, Error> {
        let booking = self.0.reservations.book(user, seats, Unkeyed, self.now()).await;
        failpoint!("before-reply");
        self.0.counters.booking(booking)
    }

    /// Books the seats of a hold. Again for the same hold, it answers the same booking.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// let held = box_office.hold(mina, vec![seats[0]]).await?;
    /// let booking = box_office.confirm(mina, held.hold.id).await?;
    /// assert_eq!(box_office.confirm(mina, held.hold.id).await?.id, booking.id);
    ///
    /// // Who takes too long loses the seats.
    /// let held = box_office.hold(mina, vec![seats[1]]).await?;
    /// # shop.clock.advance(std::time::Duration::from_mins(7));
    /// assert_eq!(box_office.confirm(mina, held.hold.id).await, Err(Error::HoldExpired));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `H_001`, `H_002` when there is no such hold any more, and as for [`BoxOffice::book`].
    pub async fn confirm(&self, user: UserId, hold: HoldId) -> Result<Booking, Error> {
        let booking = self.0.reservations.confirm(user, hold, Unkeyed, self.now()).await;
        failpoint!("before-reply");
        self.0.counters.booking(booking)
    }

    /// Cancels these tickets of a booking, or all that are valid. Returns the booking as it is now, and the tickets that
    /// this call cancelled. Their seats are offered to those who wait for them, and otherwise on sale again when the job
    /// `waitlist-offer` has run.
    ///
    /// An account with the role ADMIN, as it is stored now, cancels anybody's booking in this way, as by
    /// [`BoxOffice::cancel_as_admin`].
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// let one = vec![booking.tickets[0].id];
    /// let (booking, canceled) = box_office.cancel(mina, booking.id, Some(one)).await?;
    /// assert_eq!((canceled.len(), booking.valid_tickets().count()), (1, 1));
    ///
    /// let (booking, _) = box_office.cancel(mina, booking.id, None).await?;
    /// assert_eq!(booking.total_price(), 0);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_004` when the user has no such booking, `B_006` when it is cancelled already, `B_008` for a ticket of another
    /// booking, or one that is named twice, `B_009` when it is too late, `G_001` for none or more than 50.
    pub async fn cancel(
        &self,
        user: UserId,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        self.cancel_by(CancelBy::Account(user), booking, tickets).await
    }

    /// Begins something that must not be done twice, although it may be asked for again because an answer was lost. The
    /// key belongs to the user and to `route`, which says what is done; `request` says what is asked for, in parts. The
    /// answer is kept for a day.
    ///
    /// ```
    /// use ticket_core::{KeptAnswer, Once};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let seat = seats[0];
    /// let mut answers = Vec::new();
    /// for _attempt in 0..2 {
    ///     let request = format!("seat {seat}");
    ///     answers.push(match box_office.once(mina, "book", "order-4711".parse()?, &[request.as_bytes()]).await? {
    ///         Once::First(turn) => turn.book(vec![seat], |booking| KeptAnswer::json(&booking.id)).await?,
    ///         Once::Before(answer) => answer,
    ///     });
    /// }
    /// assert_eq!(answers[0], answers[1]);
    /// assert_eq!(box_office.bookings(mina, 1, 0, 10).await?.total_items, 1);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `I_001` when the key was used for another request, `I_002` while the first one is running in this process.
    pub async fn once(&self, user: UserId, route: &str, key: IdempotencyKey, request: &[&[u8]]) -> Result<Once, Error> {
        let scope = KeyScope { user, route: route.to_owned(), key };
        Once::begin(self, scope, request).await
    }

    /// One booking of the user; with the role ADMIN, anybody's.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// assert_eq!(box_office.booking(mina, booking.id).await?, booking);
    /// assert_eq!(box_office.booking(joon, booking.id).await, Err(Error::BookingNotFound));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_004` when the user has none with this id.
    pub async fn booking(&self, user: UserId, booking: BookingId) -> Result<Booking, Error> {
        self.0.store.booking(booking, user).await
    }

    /// A page of the user's bookings of the last `days` (1 to 3650), newest first; `page` counts from 0, `size` is 1 to
    /// 100.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// let history = box_office.bookings(mina, 30, 0, 10).await?;
    /// for booking in &history.booking_list {
    ///     println!("{}: {} seats", booking.show_info.show_name, booking.ticket_number);
    /// }
    /// assert_eq!((history.total_items, history.booking_list[0].ticket_number), (1, 2));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when a number is out of bounds.
    pub async fn bookings(&self, user: UserId, days: u32, page: u64, size: u64) -> Result<BookingHistory, Error> {
        if !(1..=3650).contains(&days) {
            let problem = Complaint::new(
                format!("is {days}; allowed are 1 to 3650 days"),
                format!("{days}입니다. 1~3650일이어야 합니다"),
            );
            return Err(Error::Invalid { field: "duration", problem });
        }
        let offset = offset(page, size)?;
        let since = earlier(self.now(), SignedDuration::from_hours(24 * i64::from(days)));
        let (booking_list, total_items) = self.0.store.bookings_of(user, since, (offset, size)).await?;
        let total_pages = total_items.div_ceil(size);
        Ok(BookingHistory { booking_list, total_pages, total_items, current_page: page, page_size: size })
    }

    /// One booking, whoever has bought it, for admins.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// # let id = box_office.book(mina, vec![seats[0]]).await?.id;
    /// let booking = box_office.booking_of_anybody(id).await?;
    /// let buyer = box_office.user(booking.user).await?;
    /// assert_eq!(buyer.email.as_str(), "mina@example.com");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_004` when there is none with this id.
    pub async fn booking_of_anybody(&self, booking: BookingId) -> Result<Booking, Error> {
        self.0.store.booking_of_anybody(booking).await
    }

    /// Cancels these tickets of anybody's booking, or all that are valid, also when it is too late for the buyer, who
    /// is told by mail as usual. For programs that know themselves that an admin asks.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let until_start = booking.performance.starts_at.duration_since(box_office.clock().now());
    /// # shop.clock.advance(until_start.unsigned_abs());
    /// assert!(matches!(box_office.cancel(mina, booking.id, None).await, Err(Error::TooLateToCancel { .. })));
    /// let (booking, canceled) = box_office.cancel_as_admin(booking.id, None, false).await?;
    /// assert_eq!((booking.user, canceled.len()), (mina, 1));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::cancel`], but never `B_009`. A dry run finds the same, and changes nothing.
    pub async fn cancel_as_admin(
        &self,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
        dry_run: bool,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        if dry_run {
            return self.0.reservations.try_to_cancel(booking, tickets, self.now()).await;
        }
        self.cancel_by(CancelBy::Admin, booking, tickets).await
    }

    /// The newest bookings of all users, for admins.
    ///
    /// ```
    /// use ticket_core::BookingFilter;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// # box_office.book(joon, vec![seats[1], seats[2]]).await?;
    /// let filter = BookingFilter { email: Some("joon@example.com".into()), ..BookingFilter::default() };
    /// let bookings = box_office.list_bookings(filter).await?;
    /// assert_eq!((bookings.len(), bookings[0].tickets, bookings[0].total_price), (1, 2, 300_000));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_bookings(&self, filter: BookingFilter) -> Result<Vec<BookingRow>, Error> {
        self.0.store.list_bookings(filter).await
    }

    async fn cancel_by(
        &self,
        by: CancelBy,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        let canceled = self.0.reservations.cancel(booking, by, tickets, Unkeyed, self.now()).await;
        self.0.counters.cancellation(canceled)
    }
}
