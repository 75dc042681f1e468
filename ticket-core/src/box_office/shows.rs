//! Shows, their performances and seats.

use std::sync::Arc;

use crate::api::{Layout, LayoutHeader, Like, Page, SeatStates, SeatUpdate, ShowSummary};
use crate::domain::{
    Category, Performance, PerformanceId, Ranking, RankingPeriod, Seat, SeatId, SeatState, Show, ShowId, ShowPlan,
    UserId, Venue,
};
use crate::error::Error;
use crate::live::SeatFeed;
use crate::storage::{ApplyReport, ShowQuery, Unkeyed};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{BoxOffice, offset};

/// # Shows and their seats
impl BoxOffice {
    /// Makes a show as the plan says it should be; changes nothing when it is so already. Sold and held seats are never
    /// touched: with any of them in the way, nothing is written, and the report names them. With `dry_run`, the report says what
    /// would be done, and nothing is.
    ///
    /// ```
    /// use ticket_core::testing::PlanBuilder;
    /// # use ticket_core::{HoldBackend, testing::TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::open(HoldBackend::Embedded);
    /// # let box_office = &shop.box_office;
    /// let plan = PlanBuilder::hall(10, 20).build();
    /// let report = box_office.apply(plan.clone(), false).await?;
    /// for change in &report.changes {
    ///     println!("{} {}", change.subject, change.action);
    /// }
    /// assert!(box_office.apply(plan, false).await?.changes.is_empty(), "it is so already");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn apply(&self, plan: ShowPlan, dry_run: bool) -> Result<ApplyReport, Error> {
        self.apply_watched(plan, dry_run, |_, _| {}).await
    }

    /// The same, telling now and then how many seats of how many have been looked at. It may begin again.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
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
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::domain::ShowId;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let box_office = &shop.box_office;
    /// let mut plan = box_office.show_plan(ShowId(1)).await?;
    /// plan.max_seats_per_user = 2;
    /// let report = box_office.apply(plan, false).await?;
    /// assert_eq!(report.changes[0].fields[0].to_string(), "max-seats-per-user 10 -> 2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
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
    /// # use ticket_core::{BoxOffice, Error};
    /// use ticket_core::domain::{Category, RankingPeriod};
    ///
    /// # async fn example(box_office: BoxOffice) -> Result<(), Error> {
    /// let ranking = box_office.ranking(Category::Musical, RankingPeriod::Week).await?;
    /// for (place, show) in (1..).zip(&ranking.shows) {
    ///     println!("{place}. {}: {} tickets since {}", show.name, show.tickets, ranking.window.first_day);
    /// }
    /// # Ok(())
    /// # }
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
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn ranking_now(&self, category: Category, period: RankingPeriod) -> Result<Ranking, Error> {
        self.0.rankings.compute(category, period, self.now()).await
    }

    /// How many users like a show.
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
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::domain::ShowId;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 1).build()).await;
    /// # let (box_office, mina) = (&shop.box_office, shop.join("mina").await);
    /// let like = box_office.set_like(mina, ShowId(1), true).await?;
    /// assert_eq!((like.liked, like.likes), (true, 1));
    /// assert_eq!(box_office.liked_by(mina, 0, 20).await?.content[0].show_id, ShowId(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
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
    /// # Errors
    ///
    /// As for [`BoxOffice::performances`].
    pub async fn all_performances(&self, id: ShowId) -> Result<Vec<(Performance, u64)>, Error> {
        self.0.store.performances(id, self.now()).await
    }

    /// One performance with its show and venue.
    ///
    /// # Errors
    ///
    /// `S_005` when there is none with this id.
    pub async fn performance(&self, id: PerformanceId) -> Result<(Performance, Show, Venue), Error> {
        self.0.store.performance(id).await
    }

    /// The seats of one round of a show with whether they are held now, highest id first; none for an unknown or cancelled round.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn seats_of_round(&self, id: ShowId, date: Date, round: u32) -> Result<Vec<(Seat, bool)>, Error> {
        self.0.store.seats_of_round(id, date, round, self.now()).await
    }

    /// Everything about the seats of a performance but their state.
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
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn layout_of_any(&self, id: PerformanceId) -> Result<Layout, Error> {
        let (performance, show, venue, seats) = self.0.store.layout(id).await?;
        Ok(Layout::new(LayoutHeader::new(performance, show, venue), &seats))
    }

    /// What every seat looks like now, in layout order.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_states(&self, id: PerformanceId) -> Result<SeatStates, Error> {
        self.0.live.states(id).await
    }

    /// What has changed since a revision of this process; of another, it asks to read all again.
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
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    /// # let performance = shop.performance(0).await;
    /// let map = box_office.seat_states(performance).await?;
    /// let mut feed = box_office.subscribe(performance, Some(&map.revision)).await?;
    /// box_office.hold(mina, vec![seats[2]]).await?;
    /// match feed.next().await {
    ///     // By index in the order of the layout.
    ///     SeatFeedEvent::Changes(update) => assert_eq!(update.changes, [(2, SeatStatus::Held)]),
    ///     SeatFeedEvent::Reset { .. } => unreachable!("the revision is of this process"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn subscribe(&self, id: PerformanceId, since: Option<&str>) -> Result<SeatFeed, Error> {
        self.0.live.subscribe(id, since).await
    }

    /// The stored transitions of one seat, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn seat_history(&self, seat: SeatId) -> Result<Vec<(SeatState, Timestamp)>, Error> {
        self.0.store.seat_history(seat).await
    }

    /// These seats of one performance, in the order of their ids.
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
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    /// box_office.block_seats(vec![seats[0], seats[1]]).await?;
    /// let sold = box_office.book(mina, vec![seats[0]]).await;
    /// assert_eq!(sold.map(drop), Err(Error::SeatsTaken { seats: vec![seats[0]] }));
    ///
    /// box_office.unblock_seats(vec![seats[0]]).await?;
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `B_003` naming the seats that are sold, held or offered to a waiter; `B_001`, `B_002` for a list that makes no sense.
    pub async fn block_seats(&self, seats: Vec<SeatId>) -> Result<Vec<SeatId>, Error> {
        self.0.reservations.block(seats).await
    }

    /// Puts blocked seats of one performance back into the state that they were in before: on sale, or cancelled, so that
    /// those who wait for them are asked before the public. Returns those that were blocked.
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
