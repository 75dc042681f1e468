use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::accounts::{self, AccountRow, NewAccount, NewRefreshToken, RefreshUse};
use super::apply::{self, ApplyReport};
use super::bookings::{self, BookOrder, BookingFilter, BookingRow};
use super::catalog::{self, ShowQuery};
use super::changes::{self, ChangeCursor, Changes, SeatMapSnapshot};
use super::doctor::{self, RowDamage};
use super::holds;
use super::idempotency::{self, Ending, KeptAnswer, KeyUse};
use super::readers::Readers;
use super::schema::{self, HoldBackend};
use super::writer::Writer;
use super::{findings, seats};
use crate::api::BookingHistoryItem;
use crate::audit::Finding;
use crate::clock::Clock;
use crate::doctor::Repair;
use crate::domain::{
    Booking, BookingId, Claim, Email, Hold, HoldId, Performance, PerformanceId, Seat, SeatId, SeatState, Show, ShowId,
    ShowPlan, TicketId, User, UserId, Venue,
};
use crate::error::Error;
use crate::holds::Acquired;
use crate::storage::OpenError;

/// Everything that is kept. One method is one transaction; what writes is answered when it is on the disk.
#[derive(Clone)]
pub(crate) struct Store {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    time_zone: TimeZone,
}

impl Store {
    /// Creates an empty database; an existing file is not touched.
    pub(crate) fn create(path: &Path, time_zone: &TimeZone, holds: HoldBackend) -> Result<(), OpenError> {
        schema::create(path, time_zone, holds)
    }

    /// Brings an older database to today's shape. Returns the versions before and after.
    pub(crate) fn migrate(path: &Path) -> Result<(u32, u32), OpenError> {
        schema::migrate(path)
    }

    /// The schema version of a database, and the one that this program needs.
    pub(crate) fn schema_versions(path: &Path) -> Result<(u32, u32), OpenError> {
        Ok((schema::version_of(path)?, schema::version_known()))
    }

    /// Opens a database that has today's shape and keeps its holds where this process expects them.
    pub(crate) fn open(path: &Path, holds: HoldBackend, readers_max: usize) -> Result<Self, OpenError> {
        let time_zone = schema::check(path, holds)?;
        let writer = Writer::start(path.to_owned())
            .map_err(|error| OpenError::Io { path: path.to_owned(), problem: format!("{error:?}") })?;
        let readers = Readers::new(path.to_owned(), readers_max);
        Ok(Self { writer: Arc::new(writer), readers, time_zone })
    }

    /// The business time zone.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Changes with every commit of this process.
    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    /// Commits what is queued and closes the database. Blocks.
    pub(crate) fn close(&self) {
        self.readers.close();
        self.writer.stop();
    }

    // Shows.

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

    pub(crate) async fn apply(&self, plan: ShowPlan, dry_run: bool, now: Timestamp) -> Result<ApplyReport, Error> {
        self.writer
            .run(move |c| {
                c.forget_performances();
                apply::apply(c, &plan, dry_run, now)
            })
            .await
    }

    // Seats as they change.

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

    pub(crate) async fn seat_history(&self, seat: SeatId) -> Result<Vec<(SeatState, Timestamp)>, Error> {
        self.readers.run(move |c| changes::history_of(c, seat)).await
    }

    /// Puts cancelled seats on sale again. Returns how many.
    pub(crate) async fn return_canceled(&self, now: Timestamp) -> Result<u64, Error> {
        self.writer.run(move |c| seats::return_canceled(c, now)).await
    }

    // Holds.

    /// These seats with their performance and show, and which of its seats the user has booked.
    pub(crate) async fn chosen(
        &self,
        ids: Vec<SeatId>,
        user: UserId,
    ) -> Result<(Vec<Seat>, Performance, Show, Vec<SeatId>), Error> {
        self.readers
            .run(move |c| {
                let seats = seats::chosen(c, &ids)?;
                let (performance, show, _) = catalog::performance(c, seats[0].performance)?;
                let booked = bookings::seats_of_user(c, performance.id, user)?;
                Ok((seats, performance, show, booked))
            })
            .await
    }

    pub(crate) async fn acquire_hold(&self, claim: Claim, now: Timestamp) -> Result<Acquired, Error> {
        self.writer.run(move |c| holds::acquire(c, &claim, now)).await
    }

    pub(crate) async fn change_hold(
        &self,
        claim: Claim,
        remove: Vec<SeatId>,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        self.writer.run(move |c| holds::change(c, &claim, &remove, now)).await
    }

    pub(crate) async fn extend_hold(
        &self,
        id: HoldId,
        user: UserId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Hold, Error> {
        self.writer.run(move |c| holds::extend(c, id, user, until, now)).await
    }

    pub(crate) async fn release_hold(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<(), Error> {
        self.writer.run(move |c| holds::release(c, id, user, now)).await
    }

    pub(crate) async fn give_back_seats(&self, from: HoldId, to: Hold, now: Timestamp) -> Result<(), Error> {
        self.writer.run(move |c| holds::give_back(c, from, &to, now)).await
    }

    pub(crate) async fn hold(&self, id: HoldId, user: UserId, now: Timestamp) -> Result<Hold, Error> {
        self.readers.run(move |c| holds::live(c, id, user, now)).await
    }

    pub(crate) async fn holds_of(
        &self,
        performance: PerformanceId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Hold>, Error> {
        self.readers.run(move |c| holds::of_user(c, performance, user, now)).await
    }

    pub(crate) async fn all_holds(&self, now: Timestamp) -> Result<Vec<Hold>, Error> {
        self.readers.run(move |c| holds::all(c, now)).await
    }

    pub(crate) async fn sweep_holds(&self, now: Timestamp, forget_before: Timestamp) -> Result<u64, Error> {
        self.writer.run(move |c| holds::sweep(c, now, forget_before)).await
    }

    // Bookings.

    /// By the clock of the moment at which it is written, and not of that at which it was asked for: a hold may end
    /// meanwhile.
    pub(crate) async fn book<E: Ending<Booking>>(
        &self,
        order: BookOrder,
        ending: E,
        clock: Arc<dyn Clock>,
    ) -> Result<E::Answer, Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                ending.write(c, now, || bookings::book(c, &order, now))
            })
            .await
    }

    pub(crate) async fn hold_of_booking(&self, id: BookingId, user: UserId) -> Result<Option<HoldId>, Error> {
        self.readers.run(move |c| bookings::hold_of(c, id, user)).await
    }

    pub(crate) async fn booking_of_hold(&self, hold: HoldId, user: UserId) -> Result<Option<Booking>, Error> {
        self.readers.run(move |c| bookings::of_hold(c, hold, user)).await
    }

    pub(crate) async fn cancel<E: Ending<(Booking, Vec<TicketId>)>>(
        &self,
        id: BookingId,
        user: UserId,
        tickets: Option<Vec<TicketId>>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || bookings::cancel(c, id, user, tickets.as_deref(), now))).await
    }

    /// The answer that was given before to this use of a key.
    pub(crate) async fn kept_answer(&self, used: Arc<KeyUse>) -> Result<Option<KeptAnswer>, Error> {
        self.readers.run(move |c| idempotency::find(c, &used)).await
    }

    /// Forgets some answers that are older than `before`. Returns how many; 0 when none are left.
    pub(crate) async fn prune_answers(&self, before: Timestamp) -> Result<u64, Error> {
        self.writer.run(move |c| idempotency::prune(c, before)).await
    }

    pub(crate) async fn booking(&self, id: BookingId, user: UserId) -> Result<Booking, Error> {
        self.readers.run(move |c| bookings::by_id(c, id, user)).await
    }

    pub(crate) async fn bookings_of(
        &self,
        user: UserId,
        since: Timestamp,
        page: (u64, u64),
    ) -> Result<(Vec<BookingHistoryItem>, u64), Error> {
        self.readers.run(move |c| bookings::of_user(c, user, since, page)).await
    }

    pub(crate) async fn list_bookings(&self, filter: BookingFilter) -> Result<Vec<BookingRow>, Error> {
        self.readers.run(move |c| bookings::list(c, &filter)).await
    }

    // Accounts.

    pub(crate) async fn join(&self, account: NewAccount, now: Timestamp) -> Result<UserId, Error> {
        self.writer.run(move |c| accounts::join(c, &account, now)).await
    }

    pub(crate) async fn join_all(&self, accounts: Vec<NewAccount>, now: Timestamp) -> Result<Vec<UserId>, Error> {
        self.writer.run(move |c| accounts.iter().map(|account| accounts::join(c, account, now)).collect()).await
    }

    pub(crate) async fn account(&self, email: Email) -> Result<Option<AccountRow>, Error> {
        self.readers.run(move |c| accounts::by_email(c, &email)).await
    }

    pub(crate) async fn user(&self, id: UserId) -> Result<User, Error> {
        self.readers.run(move |c| accounts::by_id(c, id)).await
    }

    pub(crate) async fn keep_refresh_token(&self, token: NewRefreshToken) -> Result<(), Error> {
        self.writer.run(move |c| accounts::keep_refresh_token(c, &token)).await
    }

    pub(crate) async fn use_refresh_token(
        &self,
        hash: [u8; 32],
        how: RefreshUse,
        now: Timestamp,
    ) -> Result<Option<User>, Error> {
        self.writer.run(move |c| accounts::use_refresh_token(c, &hash, how, now)).await
    }

    pub(crate) async fn revoke_refresh_tokens(&self, user: UserId, now: Timestamp) -> Result<usize, Error> {
        self.writer.run(move |c| accounts::revoke_refresh_tokens(c, user, now)).await
    }

    // Care.

    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, Error> {
        self.readers.run(findings::all).await
    }

    /// What can be repaired.
    pub(crate) async fn diagnose(&self, now: Timestamp) -> Result<Vec<Repair>, Error> {
        self.readers.run(move |c| doctor::diagnose(c, now)).await
    }

    /// Repairs what is still as it was found. `false` when it is not.
    pub(crate) async fn repair(&self, damage: RowDamage, now: Timestamp) -> Result<bool, Error> {
        self.writer.run(move |c| doctor::repair(c, &damage, now)).await
    }

    /// Those of these performances that are not there.
    pub(crate) async fn unknown_performances(&self, ids: Vec<PerformanceId>) -> Result<Vec<PerformanceId>, Error> {
        self.readers.run(move |c| catalog::unknown_performances(c, &ids)).await
    }

    /// Those of these seats that nobody could hold, with their states.
    pub(crate) async fn not_available(&self, ids: Vec<SeatId>) -> Result<Vec<(SeatId, SeatState)>, Error> {
        self.readers.run(move |c| seats::not_available(c, &ids)).await
    }

    /// Whether a read and the way to the writer work.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.writer.run(|c| Ok(c.query_row("SELECT 1", [], |_| Ok(()))?)).await?;
        self.readers.run(|c| Ok(c.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }
}
