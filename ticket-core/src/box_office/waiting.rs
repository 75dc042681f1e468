//! The waitlist.

use crate::api::Page;
use crate::domain::{Booking, EntryId, UserId, WaiterBefore, WaitlistEntry, WaitlistFilter, WaitlistWish};
use crate::error::Error;
use crate::storage::Unkeyed;

use super::{BoxOffice, offset};

/// # The waitlist
impl BoxOffice {
    /// Waits for seats that are taken. Whoever has joined first is offered first what is cancelled, and has 6 hours to book
    /// it, at most until the sale closes.
    ///
    /// ```
    /// use ticket_core::domain::{WaitlistState, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// let sold = box_office.book(mina, seats.clone()).await?;
    /// // One of the first two seats would do.
    /// let wish = WaitlistWish { seat_count: 1, seats: seats[..2].to_vec() };
    /// let entry = box_office.join_waitlist(joon, wish).await?;
    ///
    /// box_office.cancel(mina, sold.id, None).await?;
    /// box_office.run_job("waitlist-offer", false).await?;
    /// assert_eq!(box_office.waitlist_entry(joon, entry).await?.state, WaitlistState::Activation);
    /// assert_eq!(box_office.book_offer(joon, entry).await?.tickets[0].seat.id, seats[0]);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `W_001`, `W_002`, `W_003` for a wish that is none, `B_002` for seats that cannot be waited for, `W_006` naming those
    /// that are free, `B_007` when the seats would put the user over his limit, `W_008` when he waits five times already,
    /// `S_006`, `S_007` outside of the sale.
    pub async fn join_waitlist(&self, user: UserId, wish: WaitlistWish) -> Result<EntryId, Error> {
        self.0.waitlist.join(user, wish, Unkeyed, self.now()).await
    }

    /// Gives up waiting, or the seats that are offered, which then go to whoever waits next. Doing it again changes
    /// nothing.
    ///
    /// ```
    /// use ticket_core::domain::{WaitlistState, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # box_office.book(mina, seats.clone()).await?;
    /// let entry = box_office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats }).await?;
    /// let left = box_office.leave_waitlist(joon, entry).await?;
    /// assert_eq!(left.state, WaitlistState::Withdrawn);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `W_005` when the user has no such entry, `W_007` when its offer has ended, `W_009` when it is booked.
    pub async fn leave_waitlist(&self, user: UserId, entry: EntryId) -> Result<WaitlistEntry, Error> {
        self.0.waitlist.leave(user, entry, Unkeyed).await
    }

    /// Books the seats that are offered to an entry. Again for the same entry, it answers the same booking.
    ///
    /// Neither the user's limit nor the end of the sale can stand in the way: the limit has counted the seats since they
    /// were offered, and an offer ends with the sale.
    ///
    /// ```
    /// use ticket_core::Error;
    /// use ticket_core::domain::{WaitlistState, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # let sold = box_office.book(mina, vec![seats[0]]).await?;
    /// # let wish = WaitlistWish { seat_count: 1, seats: vec![seats[0]] };
    /// # let entry = box_office.join_waitlist(joon, wish).await?;
    /// let nothing_yet = box_office.book_offer(joon, entry).await;
    /// assert_eq!(nothing_yet, Err(Error::NothingOffered { state: WaitlistState::Waiting }));
    ///
    /// box_office.cancel(mina, sold.id, None).await?;
    /// box_office.run_job("waitlist-offer", false).await?;
    /// let booking = box_office.book_offer(joon, entry).await?;
    /// assert_eq!(booking.tickets[0].seat.id, seats[0]);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `W_005` when the user has no such entry, `W_007` when the offer has ended, `W_009` when there is none.
    pub async fn book_offer(&self, user: UserId, entry: EntryId) -> Result<Booking, Error> {
        let booking = self.0.reservations.book_offer(user, entry, Unkeyed).await;
        failpoint!("before-reply");
        self.0.counters.booking(booking)
    }

    /// One entry of the user, with its place in the queue and why it has not been served yet.
    ///
    /// ```
    /// use ticket_core::domain::{WaitingReason, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # box_office.book(mina, seats.clone()).await?;
    /// let id = box_office.join_waitlist(joon, WaitlistWish { seat_count: 2, seats }).await?;
    /// let entry = box_office.waitlist_entry(joon, id).await?;
    /// let waiting = entry.waiting.ok_or("it does not wait any more")?;
    /// assert_eq!((waiting.position, waiting.reason), (1, WaitingReason::SeatsTaken));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `W_005` when the user has none with this id.
    pub async fn waitlist_entry(&self, user: UserId, entry: EntryId) -> Result<WaitlistEntry, Error> {
        self.0.waitlist.entry(entry, user, self.now()).await
    }

    /// A page of the user's entries, newest first; `page` counts from 0, `size` is 1 to 100.
    ///
    /// ```
    /// use ticket_core::domain::WaitlistWish;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # box_office.book(mina, seats.clone()).await?;
    /// box_office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[4]] }).await?;
    /// for entry in box_office.waitlist(joon, 0, 20).await?.content {
    ///     println!("{}: {} of {} seats", entry.show.name, entry.seat_count, entry.seats.len());
    /// }
    /// # assert_eq!(box_office.waitlist(joon, 0, 20).await?.total_items, 1);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when a number is out of bounds.
    pub async fn waitlist(&self, user: UserId, page: u64, size: u64) -> Result<Page<WaitlistEntry>, Error> {
        let offset = offset(page, size)?;
        let (content, total_items) = self.0.waitlist.of_user(user, (offset, size), self.now()).await?;
        Ok(Page { content, total_pages: total_items.div_ceil(size), total_items, current_page: page, page_size: size })
    }

    /// The entries of all users in the order of the queue, each with the email of its user, for admins.
    ///
    /// ```
    /// use ticket_core::domain::{WaitlistFilter, WaitlistWish};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, performance, .. }| {
    /// # box_office.book(mina, seats.clone()).await?;
    /// # box_office.join_waitlist(joon, WaitlistWish { seat_count: 1, seats: vec![seats[4]] }).await?;
    /// let filter = WaitlistFilter { performance: Some(performance), ..WaitlistFilter::default() };
    /// let queue = box_office.list_waitlist(filter).await?;
    /// let (entry, email) = &queue[0];
    /// assert_eq!((entry.seat_count, email.as_str()), (1, "joon@example.com"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_waitlist(&self, filter: WaitlistFilter) -> Result<Vec<(WaitlistEntry, String)>, Error> {
        self.0.waitlist.list(filter, self.now()).await
    }

    /// An entry, the email of its user, and who is before it, for admins.
    ///
    /// ```
    /// use ticket_core::domain::WaitlistWish;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// # let hana = box_office.add_users(vec![ticket_core::domain::NewUser {
    /// #     email: "hana@example.com".parse()?, name: "Hana".into(),
    /// #     role: ticket_core::domain::Role::Buyer, language: Default::default(),
    /// # }]).await?[0];
    /// # box_office.book(mina, seats.clone()).await?;
    /// box_office.join_waitlist(joon, WaitlistWish { seat_count: 2, seats: seats[..3].to_vec() }).await?;
    /// let entry = box_office.join_waitlist(hana, WaitlistWish { seat_count: 1, seats: seats[2..].to_vec() }).await?;
    ///
    /// let (entry, email, before) = box_office.explain_entry(entry).await?;
    /// assert_eq!((email.as_str(), entry.waiting.map(|waiting| waiting.position)), ("hana@example.com", Some(2)));
    /// // Who comes first, and which seats both want.
    /// assert_eq!((before[0].email.as_str(), &before[0].shared[..]), ("joon@example.com", &seats[2..3]));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `W_005` when there is none with this id.
    pub async fn explain_entry(&self, entry: EntryId) -> Result<(WaitlistEntry, String, Vec<WaiterBefore>), Error> {
        self.0.waitlist.explain(entry, self.now()).await
    }
}
