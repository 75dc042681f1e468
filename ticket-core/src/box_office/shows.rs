//! Shows, their performances and seats.

use std::sync::Arc;

use crate::api::{Layout, LayoutHeader, Like, Page, SeatStates, SeatUpdate, ShowSummary};
use crate::domain::{
    Category, Performance, PerformanceId, Ranking, RankingPeriod, Seat, SeatChange, SeatId, Show, ShowId, ShowPlan,
    UserId, Venue,
};
use crate::error::Error;
use crate::live::SeatFeed;
use crate::storage::{ApplyReport, ShowQuery, Unkeyed};
use jiff::civil::Date;

use super::{BoxOffice, offset};

/// # Shows and their seats
impl BoxOffice {
    /// Makes a show as the plan says it should be; changes nothing when it is so already. Sold and held seats are never
    /// touched: with any of them in the way, nothing is written, and the report names them. With `dry_run`, the report says what
    /// would be done, and nothing is. Performances that the plan does not name, or that are cancelled, stay as they are:
    /// [`ApplyReport::left_alone`].
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// let mut plan = box_office.show_plan(show).await?;
    /// plan.name = "The Winter's Tale".into(); // another show at this venue
    /// let report = box_office.apply(plan.clone(), false).await?;
    /// for change in &report.changes {
    ///     println!("{}: {}", change.subject, change.action);
    /// }
    /// assert!(report.applied && report.show.is_some());
    ///
    /// let again = box_office.apply(plan, false).await?;
    /// assert!(again.changes.is_empty(), "it is so already");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` for a plan without performances, or with what is outside of the [`limits`](crate::domain::limits).
    pub async fn apply(&self, plan: ShowPlan, dry_run: bool) -> Result<ApplyReport, Error> {
        self.apply_watched(plan, dry_run, |_, _| {}).await
    }

    /// The same, telling now and then how many seats of how many have been looked at. It may begin again. When
    /// everything is written, and nothing left but to commit it, both numbers are that of all seats.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// # let plan = box_office.show_plan(show).await?;
    /// let show_progress = |done, all| eprint!("\r{done} of {all} seats");
    /// let report = box_office.apply_watched(plan, true, show_progress).await?;
    /// assert!(report.in_the_way.is_empty() && report.changes.is_empty());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::apply`].
    pub async fn apply_watched(
        &self,
        plan: ShowPlan,
        dry_run: bool,
        progress: impl Fn(u64, u64) + Send + Sync + 'static,
    ) -> Result<ApplyReport, Error> {
        self.0.reservations.apply(plan, dry_run, Arc::new(progress)).await
    }

    /// A show as a plan: what [`BoxOffice::apply`] would leave as it is. What most performances have is told once; those that
    /// were cancelled are not told.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// let mut plan = box_office.show_plan(show).await?;
    /// plan.max_seats_per_user = 2;
    /// let report = box_office.apply(plan, false).await?;
    /// assert_eq!(report.changes[0].fields[0].to_string(), "max-seats-per-user 10 -> 2");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn show_plan(&self, id: ShowId) -> Result<ShowPlan, Error> {
        self.0.store.show_plan(id).await
    }

    /// A page of shows, newest first; `page` counts from 0, `size` is 1 to 100.
    ///
    /// ```
    /// use ticket_core::domain::Category;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let page = box_office.shows(Some(Category::Play), Some("tempest".into()), 0, 20).await?;
    /// for show in &page.content {
    ///     println!("{} at {}, until {}", show.show_name, show.place_name, show.show_end_date);
    /// }
    /// assert_eq!((page.total_items, page.content[0].show_name.as_str()), (1, "The Tempest"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when `size` is not 1 to 100.
    pub async fn shows(
        &self,
        category: Option<Category>,
        name_contains: Option<String>,
        page: u64,
        size: u64,
    ) -> Result<Page<ShowSummary>, Error> {
        let offset = offset(page, size)?;
        let query = ShowQuery { category, name_contains, offset, limit: size };
        let found = self.0.store.shows(query).await?;
        Ok(show_page(found, page, size))
    }

    /// One show with its venue.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, .. }| {
    /// let (show, venue) = box_office.show(show).await?;
    /// assert_eq!((show.name.as_str(), venue.name.as_str()), ("The Tempest", "Small Hall"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is none with this id.
    pub async fn show(&self, id: ShowId) -> Result<(Show, Venue), Error> {
        self.0.store.show(id).await
    }

    /// The shows of a category by tickets sold in a period up to now, as it was at most 70 minutes ago: it comes from a cache.
    /// Only valid tickets count, on the day of their sale; shows without sales do not appear.
    ///
    /// ```
    /// use ticket_core::domain::{Category, RankingPeriod};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// let ranking = box_office.ranking(Category::Play, RankingPeriod::Week).await?;
    /// for (place, show) in (1..).zip(&ranking.shows) {
    ///     println!("{place}. {}: {} tickets since {}", show.name, show.tickets, ranking.window.first_day);
    /// }
    /// # assert_eq!(ranking.shows[0].tickets, 1);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call. A cache that does not work is none: the ranking is computed then.
    pub async fn ranking(&self, category: Category, period: RankingPeriod) -> Result<Ranking, Error> {
        self.0.rankings.cached(category, period, self.now()).await
    }

    /// The same as it is now, without the cache. It takes a few milliseconds, and does not depend on how many bookings there
    /// have ever been.
    ///
    /// ```
    /// use ticket_core::domain::{Category, RankingPeriod};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// let ranking = box_office.ranking_now(Category::Play, RankingPeriod::Day).await?;
    /// assert_eq!(ranking.shows[0].tickets, 1);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn ranking_now(&self, category: Category, period: RankingPeriod) -> Result<Ranking, Error> {
        self.0.rankings.compute(category, period, self.now()).await
    }

    /// How many users like a show.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, joon, .. }| {
    /// for user in [mina, joon] {
    ///     box_office.set_like(user, show, true).await?;
    /// }
    /// assert_eq!(box_office.likes(show).await?, 2);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn likes(&self, id: ShowId) -> Result<u64, Error> {
        self.0.store.likes(id).await
    }

    /// Makes a show one of those that the user likes, or no longer. Again, it changes nothing.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, .. }| {
    /// let like = box_office.set_like(mina, show, true).await?;
    /// assert_eq!((like.liked, like.likes), (true, 1));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn set_like(&self, user: UserId, show: ShowId, liked: bool) -> Result<Like, Error> {
        let likes = self.0.store.set_like(user, (show, liked), Unkeyed, self.now()).await?;
        Ok(Like { liked, likes })
    }

    /// A page of the shows that the user likes, the last liked first; `page` counts from 0, `size` is 1 to 100.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, .. }| {
    /// box_office.set_like(mina, show, true).await?;
    /// assert_eq!(box_office.liked_by(mina, 0, 20).await?.content[0].show_id, show);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `G_001` when `size` is not 1 to 100.
    pub async fn liked_by(&self, user: UserId, page: u64, size: u64) -> Result<Page<ShowSummary>, Error> {
        let found = self.0.store.liked_by(user, (offset(page, size)?, size)).await?;
        Ok(show_page(found, page, size))
    }

    /// The performances of a show by date and round, each with the number of seats that can be booked now; without those that
    /// are cancelled.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// for (performance, seats_left) in box_office.performances(show).await? {
    ///     println!("{}, round {}: {seats_left} left", performance.date, performance.round);
    ///     assert_eq!(seats_left, 9);
    /// }
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn performances(&self, id: ShowId) -> Result<Vec<(Performance, u64)>, Error> {
        let mut performances = self.0.store.performances(id, self.now()).await?;
        performances.retain(|(performance, _)| performance.canceled_at.is_none());
        Ok(performances)
    }

    /// The same with those that are cancelled, for admins.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, performance, .. }| {
    /// box_office.cancel_performance(performance, &|_| {}).await?;
    /// assert!(box_office.performances(show).await?.is_empty());
    /// let (canceled, _seats_left) = &box_office.all_performances(show).await?[0];
    /// assert!(canceled.canceled_at.is_some());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::performances`].
    pub async fn all_performances(&self, id: ShowId) -> Result<Vec<(Performance, u64)>, Error> {
        self.0.store.performances(id, self.now()).await
    }

    /// One performance with its show and venue.
    ///
    /// ```
    /// use ticket_core::domain::SaleWindow;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, .. }| {
    /// let (performance, show, venue) = box_office.performance(performance).await?;
    /// println!("{} at {}: {}", show.name, venue.name, performance.date);
    /// let window = SaleWindow::of(&performance, box_office.clock().now());
    /// assert_eq!(window, SaleWindow::Open);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is none with this id.
    pub async fn performance(&self, id: PerformanceId) -> Result<(Performance, Show, Venue), Error> {
        self.0.store.performance(id).await
    }

    /// The seats of one round of a show with whether they are held now, highest id first; none for an unknown or cancelled round.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, show, mina, seats, .. }| {
    /// box_office.hold(mina, vec![seats[0]]).await?;
    /// let round = box_office.seats_of_round(show, "2027-03-01".parse()?, 1).await?;
    /// let held: Vec<_> = round.iter().filter(|(_, is_held)| *is_held).map(|(seat, _)| seat.id).collect();
    /// assert_eq!((round.len(), held), (10, vec![seats[0]]));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn seats_of_round(&self, id: ShowId, date: Date, round: u32) -> Result<Vec<(Seat, bool)>, Error> {
        self.0.store.seats_of_round(id, date, round, self.now()).await
    }

    /// Everything about the seats of a performance but their state.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// let layout = box_office.layout(performance).await?;
    /// let map = box_office.seat_states(performance).await?;
    /// // The n-th seat of the layout is the n-th letter of the states.
    /// for (seat, state) in layout.seats().zip(map.states.chars()) {
    ///     println!("{} {}-{} at {}, {}: {state}", seat.sector, seat.row, seat.number, seat.x, seat.y);
    /// }
    /// # assert_eq!((layout.seats().count(), map.states.as_str()), (10, "BAAAAAAAAA"));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance, `S_007` when it is cancelled.
    pub async fn layout(&self, id: PerformanceId) -> Result<Layout, Error> {
        let (performance, ..) = self.0.store.performance(id).await?;
        performance.check_not_canceled()?;
        self.layout_of_any(id).await
    }

    /// The same also of a cancelled performance, for admins.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, .. }| {
    /// box_office.cancel_performance(performance, &|_| {}).await?;
    /// assert!(box_office.layout(performance).await.is_err());
    /// assert_eq!(box_office.layout_of_any(performance).await?.seats().count(), 10);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn layout_of_any(&self, id: PerformanceId) -> Result<Layout, Error> {
        let (performance, show, venue, seats) = self.0.store.layout(id).await?;
        Ok(Layout::new(LayoutHeader::new(performance, show, venue), &seats))
    }

    /// What every seat looks like now, in layout order.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// box_office.hold(mina, vec![seats[1]]).await?;
    /// assert_eq!(box_office.seat_states(performance).await?.states, "BHAAAAAAAA");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_states(&self, id: PerformanceId) -> Result<SeatStates, Error> {
        self.0.live.states(id).await
    }

    /// What has changed since a revision of this process; of another, it asks to read all again.
    ///
    /// ```
    /// use ticket_core::api::SeatUpdate;
    /// use ticket_core::domain::SeatStatus;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// let map = box_office.seat_states(performance).await?;
    /// box_office.book(mina, vec![seats[3]]).await?;
    /// match box_office.seat_changes(performance, &map.revision).await? {
    ///     // By index in the order of the layout.
    ///     SeatUpdate::Changes(update) => assert_eq!(update.changes, [(3, SeatStatus::Booked)]),
    ///     SeatUpdate::Reset { .. } => unreachable!("the revision is of this process"),
    /// }
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_changes(&self, id: PerformanceId, since: &str) -> Result<SeatUpdate, Error> {
        self.0.live.changes(id, since).await
    }

    /// The changes of a performance as they happen, after `since` (a revision) or from now on. They are those of all
    /// processes, those of others a few hundredths of a second later.
    ///
    /// ```
    /// use ticket_core::SeatFeedEvent;
    /// use ticket_core::domain::SeatStatus;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, mina, seats, .. }| {
    /// let map = box_office.seat_states(performance).await?;
    /// let mut feed = box_office.subscribe(performance, Some(&map.revision)).await?;
    /// box_office.hold(mina, vec![seats[2]]).await?;
    /// match feed.next().await {
    ///     // By index in the order of the layout.
    ///     SeatFeedEvent::Changes(update) => assert_eq!(update.changes, [(2, SeatStatus::Held)]),
    ///     SeatFeedEvent::Reset { .. } => unreachable!("the revision is of this process"),
    /// }
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn subscribe(&self, id: PerformanceId, since: Option<&str>) -> Result<SeatFeed, Error> {
        self.0.live.subscribe(id, since).await
    }

    /// The stored transitions of one seat, oldest first, with bookings and buyers. For admins.
    ///
    /// ```
    /// use ticket_core::domain::SeatState;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// box_office.cancel(mina, booking.id, None).await?;
    /// let changes = box_office.seat_history(seats[0]).await?;
    /// assert_eq!((changes[0].state, changes[0].booking), (SeatState::Booked, Some(booking.id)));
    /// assert_eq!(changes[1].state, SeatState::Canceled);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn seat_history(&self, seat: SeatId) -> Result<Vec<SeatChange>, Error> {
        self.0.store.seat_history(seat).await
    }

    /// These seats of one performance, in the order of their ids.
    ///
    /// ```
    /// use ticket_core::domain::Grade;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, seats, .. }| {
    /// let found = box_office.seats(vec![seats[6], seats[0]]).await?;
    /// assert_eq!((found[0].grade, found[1].grade), (Grade::Vip, Grade::R));
    /// assert_eq!((found[1].position.row.as_str(), found[1].price), ("B", 90_000));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_001`, `B_002` for a list that makes no sense.
    pub async fn seats(&self, ids: Vec<SeatId>) -> Result<Vec<Seat>, Error> {
        self.0.store.chosen_seats(ids).await
    }

    /// Takes free seats of one performance out of sale, all or none; also cancelled ones, which nobody is offered then. Returns
    /// those that were not blocked before.
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.block_seats(vec![seats[0], seats[1]]).await?;
    /// let sold = box_office.book(mina, vec![seats[0]]).await;
    /// assert_eq!(sold, Err(Error::SeatsTaken { seats: vec![seats[0]] }));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_003` naming the seats that are sold, held or offered to a waiter; `B_001`, `B_002` for a list that makes no sense;
    /// `S_007` when the performance is cancelled.
    pub async fn block_seats(&self, seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        self.0.reservations.block(seats).await
    }

    /// Puts blocked seats of one performance back into the state that they were in before: on sale, or cancelled, so that
    /// those who wait for them are asked before the public. Returns those that were blocked.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.block_seats(vec![seats[0]]).await?;
    /// assert_eq!(box_office.unblock_seats(vec![seats[0], seats[1]]).await?, [seats[0]]);
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `B_001`, `B_002` for a list that makes no sense.
    pub async fn unblock_seats(&self, seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        self.0.store.unblock_seats(seats, self.now()).await
    }
}

fn show_page((shows, total_items): (Vec<(Show, Venue)>, u64), page: u64, size: u64) -> Page<ShowSummary> {
    let content = shows.iter().map(|(show, venue)| ShowSummary::new(show, venue)).collect();
    Page { content, total_pages: total_items.div_ceil(size), total_items, current_page: page, page_size: size }
}
