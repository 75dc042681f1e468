use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use tokio::sync::watch;

use super::accounts::{self, AccountRow, NewAccount, NewRefreshToken, RefreshUse};
use super::apply::{self, Applied, ApplyOrder};
use super::backup::{self, CopyOptions, DatabaseCopy};
use super::blocks::{self, BlockOrder};
use super::bookings::{self, BookOrder, BookingFilter, BookingRow, CancelBy};
use super::catalog::{self, ShowQuery};
use super::changes::{self, ChangeCursor, Changes, SeatMapSnapshot};
use super::doctor::{self, RowDamage};
use super::fences::{self, RunBy};
use super::holds;
use super::idempotency::{self, Ending, KeptAnswer, KeyUse};
use super::jobs::{self, NewRun};
use super::letters::{self, Letter};
use super::likes;
use super::locks::{self, LockEnd};
use super::outbox::{LeasedMail, MailFilter, MailLease, MailOutcome, MailRow};
use super::readers::Readers;
use super::reports::{self, ReportedPerformances, SeatCount, SoldTicket};
use super::schema::{self, HoldBackend, Settings};
use super::tickets::{self, TicketFilter, TicketRow};
use super::waitlist::{self, Candidates, JoinOrder, OfferOrder, OfferOutcome, PassSnapshot, ReturnOrder};
use super::writer::{Transaction, Writer};
use super::{findings, outbox, sales, seats, show_plan};
use crate::api::BookingHistoryItem;
use crate::audit::Finding;
use crate::clock::Clock;
use crate::doctor::Repair;
use crate::domain::{
    Booking, BookingId, Category, Claim, Email, EntryId, Fence, Hold, HoldId, JobRun, Language, MailId, Performance,
    PerformanceId, Ranking, RankingWindow, ReportFilter, RunOutcome, Seat, SeatChange, SeatId, SeatState, Show, ShowId,
    ShowPlan, TicketId, User, UserId, Venue, WaiterBefore, WaitlistEntry, WaitlistFilter, later,
};
use crate::error::Error;
use crate::holds::Acquired;
use crate::locks::LockState;
use crate::stats::WriteCounters;
use crate::storage::OpenError;

/// Everything that is kept. One method is one transaction; what writes is answered when it is on the disk.
#[derive(Clone)]
pub(crate) struct Store {
    pub(super) writer: Arc<Writer>,
    pub(super) readers: Arc<Readers>,
    time_zone: TimeZone,
    life: Arc<str>,
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

    /// Copies a database that may be in use. Blocks.
    pub(crate) fn back_up(database: &Path, to: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::back_up(database, to, options)
    }

    /// Checks that a backup could be restored. Blocks.
    pub(crate) fn check_backup(backup: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::check_backup(backup, options)
    }

    /// Puts a copy of a backup in the place of a database that is not in use. Blocks.
    pub(crate) fn restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        backup::restore(backup, database, options)
    }

    /// Checks that a backup could be put in the place of a database. Blocks.
    pub(crate) fn check_restore(
        backup: &Path,
        database: &Path,
        options: &CopyOptions,
    ) -> Result<DatabaseCopy, OpenError> {
        backup::check_restore(backup, database, options)
    }

    /// Opens a database that has today's shape and keeps its holds where this process expects them.
    pub(crate) fn open(path: &Path, holds: HoldBackend, readers_max: usize) -> Result<Self, OpenError> {
        let Settings { time_zone, life } = schema::check(path, holds)?;
        let writer = Writer::start(path.to_owned(), time_zone.clone())
            .map_err(|error| OpenError::io(path, format_args!("{error:?}"), &std::io::ErrorKind::Other.into()))?;
        let readers = Readers::new(path.to_owned(), readers_max);
        Ok(Self { writer: Arc::new(writer), readers, time_zone, life: life.into() })
    }

    /// A random text that only this database has, and no copy of it.
    pub(crate) fn life(&self) -> &str {
        &self.life
    }

    /// The business time zone.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// Changes with every commit of this process.
    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    /// What the writer counts.
    pub(crate) fn write_counters(&self) -> Arc<WriteCounters> {
        self.writer.counters()
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

    // Holds.

    /// These seats with their performance and show, and which of its seats the user has booked or been offered. Fails with `U_001`
    /// for an account that is gone.
    pub(crate) async fn chosen(
        &self,
        ids: Vec<SeatId>,
        user: UserId,
    ) -> Result<(Vec<Seat>, Performance, Show, Vec<SeatId>), Error> {
        self.readers
            .run(move |c| {
                accounts::role(c, user)?;
                let seats = seats::chosen(c, &ids)?;
                let (performance, show, _) = catalog::performance(c, seats[0].performance)?;
                let owned = bookings::seats_owned_by(c, performance.id, user)?;
                Ok((seats, performance, show, owned))
            })
            .await
    }

    /// The seats of a performance that are on sale, held or not.
    pub(crate) async fn seats_on_sale(&self, id: PerformanceId) -> Result<Vec<SeatId>, Error> {
        self.readers.run(move |c| seats::on_sale(c, id)).await
    }

    /// A key that names the hold is noted in the same transaction.
    pub(crate) async fn acquire_hold(
        &self,
        claim: Claim,
        key: Option<Arc<KeyUse>>,
        now: Timestamp,
    ) -> Result<Acquired, Error> {
        self.writer
            .run(move |c| {
                let acquired = holds::acquire(c, &claim, now)?;
                key.as_deref().map_or(Ok(()), |used| idempotency::note(c, used, now))?;
                Ok(acquired)
            })
            .await
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

    pub(crate) async fn release_hold<E: Ending<()>>(
        &self,
        id: HoldId,
        user: UserId,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || holds::release(c, id, user, now))).await
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

    pub(crate) async fn sweep_holds(&self, by: RunBy, now: Timestamp, forget_before: Timestamp) -> Result<u64, Error> {
        self.run_job(by, move |c| holds::sweep(c, now, forget_before)).await
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

    /// The hold that a booking has come of, and whose both are.
    pub(crate) async fn hold_of_booking(&self, id: BookingId) -> Result<Option<(HoldId, UserId)>, Error> {
        self.readers.run(move |c| bookings::hold_of(c, id)).await
    }

    pub(crate) async fn booking_of_hold(&self, hold: HoldId, user: UserId) -> Result<Option<Booking>, Error> {
        self.for_buyer(user, move |c| bookings::of_hold(c, hold, user)).await
    }

    pub(crate) async fn cancel<E: Ending<(Booking, Vec<TicketId>)>>(
        &self,
        id: BookingId,
        by: CancelBy,
        tickets: Option<Vec<TicketId>>,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || bookings::cancel(c, id, by, tickets.as_deref(), now))).await
    }

    /// What an admin would cancel, which is undone again.
    pub(crate) async fn try_to_cancel(
        &self,
        id: BookingId,
        tickets: Option<Vec<TicketId>>,
        now: Timestamp,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        let cancel = move |c: &Transaction| bookings::cancel(c, id, CancelBy::Admin, tickets.as_deref(), now);
        self.writer.run(move |c| super::edits::undone_if(c, || cancel(c), |_| true)).await
    }

    /// The answer that was given before to this use of a key.
    pub(crate) async fn kept_answer(&self, used: Arc<KeyUse>) -> Result<Option<KeptAnswer>, Error> {
        self.for_buyer(used.scope.user, move |c| idempotency::find(c, &used)).await
    }

    /// Keeps the answer to something that was not done in the database, or not in one transaction. Refuses when another was
    /// kept meanwhile.
    pub(crate) async fn keep_answer(
        &self,
        used: Arc<KeyUse>,
        answer: KeptAnswer,
        now: Timestamp,
    ) -> Result<KeptAnswer, Error> {
        self.writer.run(move |c| idempotency::keep(c, &used, &answer, now).map(|()| answer.clone())).await
    }

    /// Forgets what was asked for with a key that was to name a hold.
    pub(crate) async fn forget_note(&self, used: Arc<KeyUse>) -> Result<(), Error> {
        let looked_for = Arc::clone(&used);
        if self.readers.run(move |c| idempotency::is_noted(c, &looked_for)).await? {
            self.writer.run(move |c| idempotency::forget(c, &used)).await?;
        }
        Ok(())
    }

    /// Forgets some answers that are older than `before`. Returns how many; 0 when none are left.
    pub(crate) async fn prune_answers(&self, by: RunBy, before: Timestamp) -> Result<u64, Error> {
        self.run_job(by, move |c| idempotency::prune(c, before)).await
    }

    /// A booking that this account may see.
    pub(crate) async fn booking(&self, id: BookingId, user: UserId) -> Result<Booking, Error> {
        self.readers.run(move |c| bookings::seen_by(c, id, user)).await
    }

    pub(crate) async fn booking_of_anybody(&self, id: BookingId) -> Result<Booking, Error> {
        self.readers.run(move |c| bookings::of_anybody(c, id)).await
    }

    pub(crate) async fn bookings_of(
        &self,
        user: UserId,
        since: Timestamp,
        page: (u64, u64),
    ) -> Result<(Vec<BookingHistoryItem>, u64), Error> {
        self.for_buyer(user, move |c| bookings::of_user(c, user, since, page)).await
    }

    pub(crate) async fn list_bookings(&self, filter: BookingFilter) -> Result<Vec<BookingRow>, Error> {
        self.readers.run(move |c| bookings::list(c, &filter)).await
    }

    // Sales.

    pub(crate) async fn ranking(&self, category: Category, window: RankingWindow) -> Result<Ranking, Error> {
        self.readers.run(move |c| sales::ranking(c, category, window)).await
    }

    /// What a ranking of this window may have counted, by show: least and most.
    pub(crate) async fn recount(
        &self,
        category: Category,
        window: RankingWindow,
        seen: (Timestamp, Timestamp),
    ) -> Result<Vec<(ShowId, u64, u64)>, Error> {
        self.readers.run(move |c| sales::recount(c, category, window, seen)).await
    }

    pub(crate) async fn cached_ranking(&self, key: String, now: Timestamp) -> Result<Option<Vec<u8>>, Error> {
        self.readers.run(move |c| sales::cached(c, &key, now)).await
    }

    pub(crate) async fn cache_ranking(
        &self,
        key: String,
        value: Vec<u8>,
        life: (Timestamp, Timestamp),
        fence: Option<Fence>,
    ) -> Result<(), Error> {
        self.writer
            .run(move |c| {
                fence.as_ref().map_or(Ok(()), |fence| fences::check(c, fence))?;
                sales::cache(c, &key, &value, life)
            })
            .await
    }

    /// Goes over the tickets that were sold in a time, in no order that counts, in one snapshot.
    pub(crate) async fn fold_sold_tickets<A: Send + 'static>(
        &self,
        filter: ReportFilter,
        time: (Timestamp, Timestamp),
        begin: impl FnOnce(ReportedPerformances) -> A + Send + 'static,
        count: impl Fn(&mut A, &SoldTicket) + Send + 'static,
    ) -> Result<A, Error> {
        self.readers
            .run(move |c| {
                let performances = reports::performances(c, &filter)?;
                let is_narrow = filter.show.is_some() || filter.performance.is_some();
                let named = is_narrow.then(|| performances.keys().copied().collect());
                let mut sum = begin(performances);
                reports::each_sold_ticket(c, named, time, |ticket| count(&mut sum, ticket))?;
                Ok(sum)
            })
            .await
    }

    /// The seats of the performances on the days of a filter, counted.
    pub(crate) async fn seat_counts(
        &self,
        filter: ReportFilter,
    ) -> Result<(ReportedPerformances, Vec<SeatCount>), Error> {
        self.readers
            .run(move |c| {
                let mut performances = reports::performances(c, &filter)?;
                performances.retain(|_, of| filter.has_day(of.date));
                let counts = reports::seat_counts(c, performances.keys().copied())?;
                Ok((performances, counts))
            })
            .await
    }

    pub(crate) async fn fold_tickets<S: Send + 'static, B: Send + 'static>(
        &self,
        filter: TicketFilter,
        time: (Timestamp, Timestamp),
        start: S,
        fold: impl FnMut(S, TicketRow) -> ControlFlow<B, S> + Send + 'static,
    ) -> Result<ControlFlow<B, S>, Error> {
        self.readers.run(move |c| tickets::fold(c, &filter, time, start, fold)).await
    }

    #[cfg(feature = "redis")]
    /// Fails unless the fence is the newest of its job.
    pub(crate) async fn check_fence(&self, fence: Fence) -> Result<(), Error> {
        self.readers.run(move |c| fences::check(c, &fence)).await
    }

    // The waitlist.

    pub(crate) async fn join_waitlist<E: Ending<EntryId>>(
        &self,
        order: JoinOrder,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        self.writer.run(move |c| ending.write(c, now, || waitlist::join(c, &order, now))).await
    }

    pub(crate) async fn leave_waitlist<E: Ending<WaitlistEntry>>(
        &self,
        id: EntryId,
        user: UserId,
        ending: E,
        clock: Arc<dyn Clock>,
    ) -> Result<E::Answer, Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                accounts::role(c, user)?;
                ending.write(c, now, || waitlist::leave(c, id, user, now))
            })
            .await
    }

    pub(crate) async fn waitlist_entry(
        &self,
        id: EntryId,
        user: UserId,
        now: Timestamp,
    ) -> Result<WaitlistEntry, Error> {
        self.for_buyer(user, move |c| waitlist::by_id(c, id, user, now)).await
    }

    pub(crate) async fn waitlist_of(
        &self,
        user: UserId,
        page: (u64, u64),
        now: Timestamp,
    ) -> Result<(Vec<WaitlistEntry>, u64), Error> {
        self.for_buyer(user, move |c| waitlist::of_user(c, user, page, now)).await
    }

    pub(crate) async fn list_waitlist(
        &self,
        filter: WaitlistFilter,
        now: Timestamp,
    ) -> Result<Vec<(WaitlistEntry, String)>, Error> {
        self.readers.run(move |c| waitlist::list(c, &filter, now)).await
    }

    /// An entry, the email of its user, and who is before it.
    pub(crate) async fn explain_entry(
        &self,
        id: EntryId,
        now: Timestamp,
    ) -> Result<(WaitlistEntry, String, Vec<WaiterBefore>), Error> {
        self.readers
            .run(move |c| {
                let (entry, email) = waitlist::by_id_for_admin(c, id, now)?;
                Ok((entry, email, waitlist::before(c, id)?))
            })
            .await
    }

    /// The entry of the user to which exactly these seats are offered; none when no seat of them is offered to him.
    pub(crate) async fn offer_on(
        &self,
        seats: Vec<SeatId>,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<EntryId>, Error> {
        self.readers.run(move |c| waitlist::offer_on(c, &seats, user, now)).await
    }

    /// What was cancelled and waits to be offered.
    pub(crate) async fn canceled_seats(&self) -> Result<PassSnapshot, Error> {
        self.readers.run(waitlist::snapshot).await
    }

    /// The queue for these seats, behind `after`.
    pub(crate) async fn candidates(
        &self,
        performance: PerformanceId,
        seats: Vec<SeatId>,
        after: EntryId,
    ) -> Result<Candidates, Error> {
        self.readers.run(move |c| waitlist::candidates(c, performance, &seats, after)).await
    }

    /// What the user has booked or been offered of a performance, and how many seats he may have.
    pub(crate) async fn owned_seats(
        &self,
        performance: PerformanceId,
        user: UserId,
    ) -> Result<(Vec<SeatId>, u32), Error> {
        self.readers
            .run(move |c| {
                let (_, show, _) = catalog::performance(c, performance)?;
                Ok((bookings::seats_owned_by(c, performance, user)?, show.max_seats_per_user))
            })
            .await
    }

    pub(crate) async fn offer(
        &self,
        fence: &Fence,
        order: OfferOrder,
        clock: Arc<dyn Clock>,
    ) -> Result<OfferOutcome, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::offer(c, &order, clock.now())).await
    }

    pub(crate) async fn pass_over(&self, fence: &Fence, entry: EntryId, now: Timestamp) -> Result<(), Error> {
        let pass = fence.number;
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::pass_over(c, entry, pass, now)).await
    }

    pub(crate) async fn return_seats(
        &self,
        fence: &Fence,
        order: ReturnOrder,
        now: Timestamp,
    ) -> Result<Option<u64>, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::return_seats(c, &order, now)).await
    }

    /// Offers whose deadline is over, some of them.
    pub(crate) async fn overdue_offers(&self, now: Timestamp) -> Result<Vec<EntryId>, Error> {
        self.readers.run(move |c| waitlist::overdue(c, now)).await
    }

    pub(crate) async fn expire_offer(&self, fence: &Fence, id: EntryId, now: Timestamp) -> Result<bool, Error> {
        self.run_job(RunBy::Job(fence.clone()), move |c| waitlist::expire(c, id, now)).await
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

    pub(crate) async fn set_language(&self, id: UserId, language: Language) -> Result<(), Error> {
        self.writer.run(move |c| accounts::set_language(c, id, language)).await
    }

    /// The account with what its password is checked against.
    pub(crate) async fn account_of(&self, user: UserId) -> Result<AccountRow, Error> {
        self.readers.run(move |c| accounts::row(c, user)).await
    }

    /// Keeps the first refresh token of a login, unless the password that was checked for it, by this hash, is no longer the
    /// account's. Tells whether it is kept.
    pub(crate) async fn start_session(&self, token: NewRefreshToken, password_hash: String) -> Result<bool, Error> {
        self.writer.run(move |c| accounts::start_session(c, &token, &password_hash)).await
    }

    /// Replaces the password that has this hash and ends every session; then `token` begins a new one. Does nothing when
    /// the account has another password by now. Tells which of the two.
    pub(crate) async fn change_password(
        &self,
        (old_hash, new_hash): (String, String),
        token: NewRefreshToken,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.writer.run(move |c| accounts::change_password(c, (&old_hash, &new_hash), &token, now)).await
    }

    pub(crate) async fn use_refresh_token(
        &self,
        hash: [u8; 32],
        how: RefreshUse,
        grace_begins: Timestamp,
        now: Timestamp,
    ) -> Result<Option<User>, Error> {
        self.writer.run(move |c| accounts::use_refresh_token(c, &hash, how, grace_begins, now)).await
    }

    pub(crate) async fn revoke_refresh_tokens(&self, user: UserId, now: Timestamp) -> Result<usize, Error> {
        self.writer
            .run(move |c| {
                accounts::role(c, user)?;
                accounts::revoke_refresh_tokens(c, user, now)
            })
            .await
    }

    // Mail.

    /// Leases at most so many mails that are due.
    pub(crate) async fn claim_mail(
        &self,
        by: RunBy,
        lease: MailLease,
        mails_max: u32,
        now: Timestamp,
    ) -> Result<Vec<LeasedMail>, Error> {
        self.run_job(by, move |c| outbox::claim(c, lease, mails_max, now)).await
    }

    /// What a mail tells; none when it is about an offer that is over.
    pub(crate) async fn letter(&self, mail: LeasedMail, now: Timestamp) -> Result<Option<Letter>, Error> {
        self.readers.run(move |c| letters::of(c, &mail, now)).await
    }

    /// False when the lease was over and somebody else has the mail by now.
    pub(crate) async fn settle_mail(
        &self,
        id: MailId,
        lease: MailLease,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.writer.run(move |c| outbox::settle(c, (id, lease), &outcome, now)).await
    }

    pub(crate) async fn put_back_mail(
        &self,
        mails: Vec<MailId>,
        lease: MailLease,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.writer.run(move |c| outbox::put_back(c, &mails, lease, now)).await
    }

    /// False when there is no such mail, or it is sent or being sent.
    pub(crate) async fn retry_mail(&self, id: MailId, now: Timestamp) -> Result<bool, Error> {
        self.writer.run(move |c| outbox::retry(c, id, now)).await
    }

    /// Whether it is neither sent nor being sent.
    pub(crate) async fn can_retry_mail(&self, id: MailId, now: Timestamp) -> Result<bool, Error> {
        self.readers.run(move |c| outbox::can_retry(c, id, now)).await
    }

    pub(crate) async fn list_mail(&self, filter: MailFilter) -> Result<Vec<MailRow>, Error> {
        self.readers.run(move |c| outbox::list(c, &filter)).await
    }

    /// What tells the Message-IDs of this shop from those of others.
    pub(crate) async fn mail_shop(&self) -> Result<String, Error> {
        self.readers.run(outbox::shop).await
    }

    /// Forgets some refresh tokens that have expired, or were revoked before `revoked_before`. Returns how many; 0 when
    /// none are left.
    pub(crate) async fn prune_refresh_tokens(
        &self,
        by: RunBy,
        now: Timestamp,
        revoked_before: Timestamp,
    ) -> Result<u64, Error> {
        self.run_job(by, move |c| accounts::prune_refresh_tokens(c, now, revoked_before)).await
    }

    // Jobs.

    /// The transaction of a job: nothing is written when another has taken over.
    async fn run_job<T: Send + 'static>(
        &self,
        by: RunBy,
        mut work: impl FnMut(&Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // Asked for here, where the test is: the writer is another thread.
        let is_guarded = !is_left_out!("fence");
        self.writer
            .run(move |c| {
                if is_guarded {
                    by.check(c)?;
                }
                work(c)
            })
            .await
    }

    /// Takes a free lock, and tells its fence and when that was.
    pub(crate) async fn acquire_lock(
        &self,
        name: String,
        (token, at_most, ends_rest): (u128, Duration, bool),
        clock: Arc<dyn Clock>,
    ) -> Result<(Fence, Timestamp), Error> {
        self.writer
            .run(move |c| {
                let now = clock.now();
                let expires_at = later(now, at_most);
                Ok((locks::acquire(c, &name, (token, expires_at, ends_rest), now)?, now))
            })
            .await
    }

    /// Extends or releases a lock that is held by this token. Returns when it ends.
    pub(crate) async fn end_lock(
        &self,
        name: String,
        token: u128,
        end: LockEnd,
        clock: Arc<dyn Clock>,
    ) -> Result<Timestamp, Error> {
        self.writer.run(move |c| locks::end(c, &name, token, end, clock.now())).await
    }

    pub(crate) async fn lock_state(&self, name: String, now: Timestamp) -> Result<Option<LockState>, Error> {
        self.readers.run(move |c| locks::state(c, &name, now)).await
    }

    /// The next fence of a job: whoever has an older one writes nothing any more.
    pub(crate) async fn next_fence(&self, job: String) -> Result<Fence, Error> {
        self.writer.run(move |c| fences::next(c, &job)).await
    }

    /// Whether somebody has begun to run this tick.
    pub(crate) async fn tick_was_begun(&self, job: String, tick: Timestamp) -> Result<bool, Error> {
        self.readers.run(move |c| jobs::tick_was_begun(c, &job, tick)).await
    }

    /// Records that a run begins, and tells its id; `None` when its tick was run already.
    pub(crate) async fn begin_run(&self, run: NewRun) -> Result<Option<i64>, Error> {
        self.writer.run(move |c| jobs::begin(c, &run)).await
    }

    /// Records how a run has ended.
    pub(crate) async fn finish_run(
        &self,
        id: i64,
        outcome: RunOutcome,
        summary: Option<String>,
        now: Timestamp,
    ) -> Result<JobRun, Error> {
        self.writer.run(move |c| jobs::finish(c, id, outcome, summary.as_deref(), now)).await
    }

    /// The latest runs, newest first, of one job or of all.
    pub(crate) async fn job_runs(&self, job: Option<String>, limit: u32) -> Result<Vec<JobRun>, Error> {
        self.readers.run(move |c| jobs::latest(c, job.as_deref(), limit)).await
    }

    /// Forgets some runs that began before `busy_before`, or before `idle_before` when there was nothing to do. Returns
    /// how many; 0 when none are left.
    pub(crate) async fn prune_job_runs(
        &self,
        by: RunBy,
        busy_before: Timestamp,
        idle_before: Timestamp,
    ) -> Result<u64, Error> {
        self.run_job(by, move |c| jobs::prune(c, busy_before, idle_before)).await
    }

    /// Lets SQLite look at tables that have changed much, so that it goes on choosing good plans.
    pub(crate) async fn optimize(&self, by: RunBy) -> Result<(), Error> {
        self.run_job(by, |c| Ok(c.execute_batch("PRAGMA optimize")?)).await
    }

    // Likes.

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

    // Care.

    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, Error> {
        let time_zone = self.time_zone.clone();
        self.readers.run(move |c| findings::all(c, &time_zone)).await
    }

    /// What can be repaired.
    pub(crate) async fn diagnose(&self, now: Timestamp) -> Result<Vec<Repair>, Error> {
        let time_zone = self.time_zone.clone();
        self.readers.run(move |c| doctor::diagnose(c, &time_zone, now)).await
    }

    /// Repairs what is still as it was found. `false` when it is not.
    pub(crate) async fn repair(&self, damage: RowDamage, now: Timestamp) -> Result<bool, Error> {
        let time_zone = self.time_zone.clone();
        self.writer.run(move |c| doctor::repair(c, &damage, &time_zone, now)).await
    }

    /// Those of these performances that are not there.
    pub(crate) async fn unknown_performances(&self, ids: Vec<PerformanceId>) -> Result<Vec<PerformanceId>, Error> {
        self.readers.run(move |c| catalog::unknown_performances(c, &ids)).await
    }

    /// Those of these seats that nobody could hold, with their states.
    pub(crate) async fn not_available(&self, ids: Vec<SeatId>) -> Result<Vec<(SeatId, SeatState)>, Error> {
        self.readers.run(move |c| seats::not_available(c, &ids)).await
    }

    /// Fails with `U_001` when there is no such account, or none any more.
    pub(crate) async fn check_user(&self, user: UserId) -> Result<(), Error> {
        self.for_buyer(user, |_| Ok(())).await
    }

    /// Reads what an account asks for; `U_001` when it is gone.
    async fn for_buyer<T: Send + 'static>(
        &self,
        user: UserId,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers
            .run(move |c| {
                accounts::role(c, user)?;
                query(c)
            })
            .await
    }

    /// Whether reading and writing work.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.writer.check().await?;
        self.readers.run(|c| Ok(c.query_row("SELECT 1", [], |_| Ok(()))?)).await
    }
}
