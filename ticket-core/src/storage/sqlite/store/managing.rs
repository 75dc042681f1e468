//! What the store does for admins.

use std::sync::Arc;

use jiff::Timestamp;

use super::super::accounts::NewAccount;
use super::super::edits::{self, attempt, undone_if};
use super::super::moves::MoveOrder;
use super::super::prices::PriceOrder;
use super::super::{cancellation, moves, prices};
use super::Store;
use crate::clock::Clock;
use crate::domain::{
    BookingId, Changed, MovedTicket, NewPerformance, NewShow, Performance, PerformanceEdit, PerformanceId, PriceReport,
    SeatId, Show, ShowEdit, ShowId, Standing, User, UserEdit, UserFilter, UserId, Venue, VenueEdit, VenueId, VenuePlan,
};
use crate::error::Error;

impl Store {
    // Venues.

    pub(crate) async fn venues(&self) -> Result<Vec<Venue>, Error> {
        self.readers.run(edits::venues).await
    }

    pub(crate) async fn venue(&self, id: VenueId) -> Result<Venue, Error> {
        self.readers.run(move |c| edits::venue(c, id)).await
    }

    pub(crate) async fn add_venue(&self, venue: VenuePlan, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::add_venue(c, &venue))).await
    }

    pub(crate) async fn edit_venue(
        &self,
        id: VenueId,
        edit: VenueEdit,
        dry_run: bool,
    ) -> Result<Changed<Venue>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::edit_venue(c, id, &edit))).await
    }

    pub(crate) async fn delete_venue(&self, id: VenueId, dry_run: bool) -> Result<Changed<Venue>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::delete_venue(c, id))).await
    }

    // Shows.

    pub(crate) async fn add_show(&self, show: NewShow, dry_run: bool) -> Result<Changed<Show>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::add_show(c, &show))).await
    }

    pub(crate) async fn edit_show(&self, id: ShowId, edit: ShowEdit, dry_run: bool) -> Result<Changed<Show>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::edit_show(c, id, &edit))).await
    }

    pub(crate) async fn delete_show(&self, id: ShowId, dry_run: bool, now: Timestamp) -> Result<Changed<Show>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::delete_show(c, id, now))).await
    }

    // Performances.

    pub(crate) async fn add_performance(
        &self,
        performance: NewPerformance,
        dry_run: bool,
    ) -> Result<Changed<Performance>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::add_performance(c, &performance))).await
    }

    pub(crate) async fn edit_performance(
        &self,
        id: PerformanceId,
        edit: PerformanceEdit,
        dry_run: bool,
    ) -> Result<Changed<Performance>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::edit_performance(c, id, &edit))).await
    }

    pub(crate) async fn delete_performance(
        &self,
        id: PerformanceId,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<Changed<Performance>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::delete_performance(c, id, now))).await
    }

    /// What of a performance is sold, and waited for; its holds are counted where they are.
    pub(crate) async fn standing(&self, id: PerformanceId) -> Result<Standing, Error> {
        self.readers.run(move |c| cancellation::standing(c, id)).await
    }

    /// From now on nothing of the performance is sold. `false` when that was so before.
    pub(crate) async fn begin_cancellation(&self, id: PerformanceId, clock: Arc<dyn Clock>) -> Result<bool, Error> {
        self.writer.run(move |c| cancellation::begin(c, id, clock.now())).await
    }

    /// Ends some of what is left of a cancelled performance, of its bookings those after this one. Tells what, and up
    /// to which booking; nothing when all is ended.
    pub(crate) async fn go_on_canceling(
        &self,
        id: PerformanceId,
        after: BookingId,
        clock: Arc<dyn Clock>,
    ) -> Result<(Standing, BookingId), Error> {
        self.writer.run(move |c| cancellation::step(c, id, after, clock.now())).await
    }

    // Seats.

    /// The seats of an order that are on sale.
    pub(crate) async fn seats_to_price(&self, order: PriceOrder) -> Result<Vec<SeatId>, Error> {
        self.readers.run(move |c| prices::on_sale(c, &order)).await
    }

    pub(crate) async fn change_prices(
        &self,
        order: PriceOrder,
        dry_run: bool,
        clock: Arc<dyn Clock>,
    ) -> Result<PriceReport, Error> {
        self.writer.run(move |c| undone_if(c, || prices::change(c, &order, clock.now()), |_| dry_run)).await
    }

    pub(crate) async fn move_ticket(
        &self,
        order: MoveOrder,
        dry_run: bool,
        clock: Arc<dyn Clock>,
    ) -> Result<MovedTicket, Error> {
        self.writer.run(move |c| undone_if(c, || moves::move_ticket(c, &order, clock.now()), |_| dry_run)).await
    }

    // Accounts.

    pub(crate) async fn users(&self, filter: UserFilter) -> Result<Vec<(User, Timestamp)>, Error> {
        self.readers.run(move |c| edits::list_users(c, &filter)).await
    }

    pub(crate) async fn add_user(
        &self,
        account: NewAccount,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<Changed<User>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::add_user(c, &account, now))).await
    }

    pub(crate) async fn edit_user(
        &self,
        id: UserId,
        (edit, password_hash): (UserEdit, Option<String>),
        dry_run: bool,
        now: Timestamp,
    ) -> Result<Changed<User>, Error> {
        self.writer
            .run(move |c| attempt(c, dry_run, || edits::edit_user(c, id, &edit, password_hash.as_deref(), now)))
            .await
    }

    pub(crate) async fn delete_user(&self, id: UserId, dry_run: bool, now: Timestamp) -> Result<Changed<User>, Error> {
        self.writer.run(move |c| attempt(c, dry_run, || edits::delete_user(c, id, now))).await
    }
}
