//! Shows and their seats, and who likes them.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::apply::{self, Applied, ApplyOrder};
use super::super::blocks::{self, BlockOrder};
use super::super::catalog::{self, ShowQuery};
use super::super::changes::{self, ChangeCursor, Changes, SeatMapSnapshot};
use super::super::idempotency::Ending;
use super::super::{accounts, likes, seats, show_plan};
use super::Store;
use crate::clock::Clock;
use crate::domain::{Performance, PerformanceId, Seat, SeatChange, SeatId, Show, ShowId, ShowPlan, UserId, Venue};
use crate::error::Error;

impl Store {
    pub(crate) async fn shows(&self, query: ShowQuery) -> Result<(Vec<(Show, Venue)>, u64), Error> {
        self.readers.run(move |c| catalog::shows(c, &query)).await
    }

    pub(crate) async fn show(&self, id: ShowId) -> Result<(Show, Venue), Error> {
        self.readers.run(move |c| catalog::show(c, id)).await
    }

    pub(crate) async fn performances(&self, id: ShowId, now: Timestamp) -> Result<Vec<(Performance, u64)>, Error> {
        self.readers.run(move |c| catalog::performances(c, id, now)).await
    }

    pub(crate) async fn performance(&self, id: PerformanceId) -> Result<(Performance, Show, Venue), Error> {
        self.readers.run(move |c| catalog::performance(c, id)).await
    }

    /// The same for an account that asks for seats of it.
    pub(crate) async fn performance_for(
        &self,
        user: UserId,
        id: PerformanceId,
    ) -> Result<(Performance, Show, Venue), Error> {
        self.for_buyer(user, move |c| catalog::performance(c, id)).await
    }

    /// Fails with `S_001` for an unknown show; an unknown round has no seats.
    pub(crate) async fn seats_of_round(
        &self,
        show: ShowId,
        date: Date,
        round: u32,
        now: Timestamp,
    ) -> Result<Vec<(Seat, bool)>, Error> {
        self.readers
            .run(move |c| {
                catalog::show(c, show)?;
                seats::of_round(c, show, date, round, now)
            })
            .await
    }

    pub(crate) async fn layout(&self, id: PerformanceId) -> Result<(Performance, Show, Venue, Vec<Seat>), Error> {
        self.readers
            .run(move |c| {
                let (performance, show, venue) = catalog::performance(c, id)?;
                Ok((performance, show, venue, seats::of_performance(c, id)?))
            })
            .await
    }

    pub(crate) async fn apply(&self, order: ApplyOrder, clock: Arc<dyn Clock>) -> Result<Applied, Error> {
        self.writer
            .run(move |c| {
                c.forget_performances();
                apply::apply(c, &order, clock.now())
            })
            .await
    }

    pub(crate) async fn show_plan(&self, id: ShowId) -> Result<ShowPlan, Error> {
        self.readers.run(move |c| show_plan::of_show(c, id)).await
    }

    pub(crate) async fn seat_map(&self, id: PerformanceId, now: Timestamp) -> Result<SeatMapSnapshot, Error> {
        self.readers.run(move |c| changes::snapshot(c, id, now)).await
    }

    pub(crate) async fn changes_since(
        &self,
        cursor: ChangeCursor,
        watched: Vec<PerformanceId>,
    ) -> Result<Changes, Error> {
        self.readers.run(move |c| changes::since(c, cursor, &watched)).await
    }

    pub(crate) async fn seat_history(&self, seat: SeatId) -> Result<Vec<SeatChange>, Error> {
        self.readers.run(move |c| changes::history_of(c, seat)).await
    }

    /// These seats, in the order of their ids; they must be distinct real seats of one performance.
    pub(crate) async fn chosen_seats(&self, ids: Vec<SeatId>) -> Result<Vec<Seat>, Error> {
        self.readers.run(move |c| seats::chosen(c, &ids)).await
    }

    pub(crate) async fn block_seats(&self, order: BlockOrder, clock: Arc<dyn Clock>) -> Result<Vec<SeatId>, Error> {
        self.writer.run(move |c| blocks::block(c, &order, clock.now())).await
    }

    pub(crate) async fn unblock_seats(&self, ids: Vec<SeatId>, now: Timestamp) -> Result<Vec<SeatId>, Error> {
        self.writer.run(move |c| blocks::unblock(c, &ids, now)).await
    }

    pub(crate) async fn set_like<E: Ending<u64>>(
        &self,
        user: UserId,
        (show, liked): (ShowId, bool),
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer
            .run(move |c| {
                ending.write(c, now, || {
                    accounts::role(c, user)?;
                    likes::set(c, user, show, liked, now)
                })
            })
            .await
    }

    pub(crate) async fn likes(&self, show: ShowId) -> Result<u64, Error> {
        self.readers.run(move |c| likes::count(c, show)).await
    }

    pub(crate) async fn liked_by(&self, user: UserId, page: (u64, u64)) -> Result<(Vec<(Show, Venue)>, u64), Error> {
        self.for_buyer(user, move |c| likes::of_user(c, user, page)).await
    }
}
