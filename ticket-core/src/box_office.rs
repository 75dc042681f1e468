//! The one front door: every use case is a method of [`BoxOffice`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::accounts::{self, Accounts, Caller, PasswordCost};
use crate::api::{
    BookingHistory, Credentials, JoinRequest, Layout, LayoutHeader, Like, Page, PasswordChange, SeatStates, SeatUpdate,
    ShowSummary, TokenPair,
};
use crate::audit::{AuditReport, INVARIANTS};
use crate::clock::{Clock, SystemClock};
use crate::doctor::{Diagnosis, Outcome, Repair};
use crate::domain::{
    Booking, BookingId, Category, EntryId, Fence, HeldSeats, Hold, HoldId, IdempotencyKey, JobRun, Language, MailId,
    NewUser, OfferReport, Performance, PerformanceId, Ranking, RankingPeriod, Seat, SeatId, SeatState, SeatWish, Show,
    ShowId, ShowPlan, TicketId, User, UserId, Venue, WaiterBefore, WaitlistEntry, WaitlistFilter, WaitlistWish,
    Weekday,
};
use crate::error::Error;
#[cfg(feature = "redis")]
use crate::holds::RedisHolds;
use crate::holds::{EmbeddedHolds, HoldStore};
use crate::jobs::{self, JobStatus, Jobs, PlannedJob};
use crate::live::{Live, SeatFeed};
#[cfg(feature = "redis")]
use crate::locks::RedisLocks;
use crate::locks::{EmbeddedLocks, JobLock, LockRequest, Progress};
use crate::notify::{Dispatch, LogMailer, MailReport, MailSender, Mailer};
use crate::once::{Once, RunningKeys};
use crate::reservation::{BestSeats, HoldTokens, Reservations};
#[cfg(feature = "redis")]
use crate::sales::RedisRankings;
use crate::sales::{EmbeddedRankings, RankingCache, Rankings};
use crate::stats::{Counters, Stats};
use crate::storage::{
    ApplyReport, BookingFilter, BookingRow, DatabaseCopy, HoldBackend, KeyScope, MailFilter, MailRow, OpenError, RunBy,
    ShowQuery, Store, Unkeyed,
};
use crate::waitlist::Waitlist;

/// How long the answer to a request with an idempotency key is kept.
pub(crate) const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How a [`BoxOffice`] is opened.
#[derive(Debug, Clone)]
pub struct Config {
    /// The SQLite file.
    pub database: PathBuf,
    /// The address of the Redis that keeps the holds, such as `redis://127.0.0.1/`; `None` keeps them in the database.
    /// The database records which, and is refused otherwise.
    ///
    /// With the feature `redis-cluster` also `redis+cluster://user:password@host:7000,host:7001` (some nodes of a cluster)
    /// and `redis+sentinel://user:password@host:26379,host:26379/master/0` (the Sentinels, the name of the master and the
    /// number of its database; user and password are for Redis).
    #[cfg(feature = "redis")]
    pub redis: Option<String>,
    /// How long a hold lives.
    pub hold_ttl: Duration,
    /// How long a hold can be made to live by extending it, from its beginning.
    pub hold_cap: Duration,
    /// What a password check costs.
    pub password_cost: PasswordCost,
    /// What access tokens are signed with, and holds with an idempotency key are named by; at least 32 bytes, the same for
    /// all processes of a shop. Without one, a random secret is made and kept beside the database, readable by its owner
    /// only.
    pub token_secret: Option<Vec<u8>>,
    /// Who delivers mail. Without another one, mails are only written to the log.
    pub mailer: Arc<dyn Mailer>,
    /// Who mails are from.
    pub mail_from: MailSender,
    /// The day with which the week of rankings begins.
    pub week_start: Weekday,
    /// Connections that read at the same time.
    pub readers_max: usize,
    /// The scheduled jobs.
    pub jobs: Jobs,
    /// What this process is called in the record of what the jobs did.
    pub runner: String,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// The defaults: holds of 7 minutes, extendable to 20; weeks from Thursday on; the jobs of every shop; the system's clock.
    pub fn new(database: impl Into<PathBuf>) -> Self {
        Self {
            database: database.into(),
            #[cfg(feature = "redis")]
            redis: None,
            hold_ttl: Duration::from_mins(7),
            hold_cap: Duration::from_mins(20),
            password_cost: PasswordCost::default(),
            token_secret: None,
            mailer: Arc::new(LogMailer),
            mail_from: MailSender::default(),
            week_start: Weekday::Thursday,
            readers_max: std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8),
            jobs: Jobs::default(),
            runner: format!("{}:{}", gethostname::gethostname().display(), std::process::id()),
            clock: Arc::new(SystemClock),
        }
    }

    #[cfg(feature = "redis")]
    fn hold_backend(&self) -> HoldBackend {
        if self.redis.is_some() { HoldBackend::Redis } else { HoldBackend::Embedded }
    }

    #[cfg(feature = "redis")]
    fn open_holds(&self, store: &Store) -> Result<Arc<dyn HoldStore>, OpenError> {
        Ok(match &self.redis {
            Some(url) => Arc::new(RedisHolds::open(url)?),
            None => Arc::new(EmbeddedHolds::new(store.clone())),
        })
    }

    #[cfg(feature = "redis")]
    fn open_locks(&self, store: &Store) -> Result<Arc<dyn JobLock>, OpenError> {
        let clock = Arc::clone(&self.clock);
        Ok(match &self.redis {
            Some(url) => Arc::new(RedisLocks::open(url, store.clone(), clock)?),
            None => Arc::new(EmbeddedLocks::new(store.clone(), clock)),
        })
    }

    #[cfg(feature = "redis")]
    fn open_rankings(&self, store: &Store) -> Result<Arc<dyn RankingCache>, OpenError> {
        Ok(match &self.redis {
            Some(url) => Arc::new(RedisRankings::open(url, store.clone())?),
            None => Arc::new(EmbeddedRankings::new(store.clone())),
        })
    }

    #[cfg(not(feature = "redis"))]
    fn open_locks(&self, store: &Store) -> Result<Arc<dyn JobLock>, OpenError> {
        Ok(Arc::new(EmbeddedLocks::new(store.clone(), Arc::clone(&self.clock))))
    }

    #[cfg(not(feature = "redis"))]
    fn hold_backend(&self) -> HoldBackend {
        HoldBackend::Embedded
    }

    #[cfg(not(feature = "redis"))]
    fn open_holds(&self, store: &Store) -> Result<Arc<dyn HoldStore>, OpenError> {
        Ok(Arc::new(EmbeddedHolds::new(store.clone())))
    }

    #[cfg(not(feature = "redis"))]
    fn open_rankings(&self, store: &Store) -> Result<Arc<dyn RankingCache>, OpenError> {
        Ok(Arc::new(EmbeddedRankings::new(store.clone())))
    }
}

/// What a [`BoxOffice`] can work with just now.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// Whether the database can be read and written.
    pub database: Result<(), Error>,
    /// Whether the place of the holds can be reached: Redis, or the database again.
    pub lock_store: Result<(), Error>,
}

/// A shop over one database. Clones are the same shop.
///
/// ```
/// use ticket_core::{BoxOffice, Config};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// let config = Config::new(folder.path().join("tickets.db"));
/// BoxOffice::create(&config, &jiff::tz::TimeZone::get("Asia/Seoul")?)?;
/// let box_office = BoxOffice::open(config)?;
/// assert!(box_office.shows(None, None, 0, 20).await?.content.is_empty());
/// box_office.shutdown().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct BoxOffice(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) reservations: Reservations,
    pub(crate) best_seats: BestSeats,
    pub(crate) waitlist: Waitlist,
    pub(crate) running: RunningKeys,
    rankings: Rankings,
    pub(crate) locks: Arc<dyn JobLock>,
    pub(crate) jobs: Vec<Arc<PlannedJob>>,
    pub(crate) runner: String,
    accounts: Accounts,
    dispatch: Dispatch,
    live: Live,
    pub(crate) counters: Counters,
    clock: Arc<dyn Clock>,
    stop: watch::Sender<bool>,
}

impl BoxOffice {
    /// Creates the empty database that this configuration is for. Its dates and times of day are local to `time_zone`.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; an existing file is not touched.
    pub fn create(config: &Config, time_zone: &TimeZone) -> Result<(), OpenError> {
        Store::create(&config.database, time_zone, config.hold_backend())
    }

    /// Brings an older database to the shape that this version needs, all or nothing. Returns the schema versions before
    /// and after.
    ///
    /// # Errors
    ///
    /// [`OpenError`]; the database is as it was.
    pub fn migrate(database: &Path) -> Result<(u32, u32), OpenError> {
        Store::migrate(database)
    }

    /// The schema version of a database, and the one that this version needs.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it is not a database of ours, or a newer one.
    pub fn schema_versions(database: &Path) -> Result<(u32, u32), OpenError> {
        Store::schema_versions(database)
    }

    /// Writes a copy of a database to the file `to`, while anybody may be selling from it; the copy is of one moment. It is there
    /// whole, checked and on the disk, or not at all. An older database, too, can be copied. Blocks.
    ///
    /// The token secret beside the database is not copied.
    ///
    /// ```
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// use ticket_core::{BoxOffice, OpenError};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let database = shop.database();
    /// let backup = database.with_extension("backup");
    /// BoxOffice::back_up(&database, &backup, false)?;
    /// let again = BoxOffice::back_up(&database, &backup, false);
    /// assert!(matches!(again, Err(OpenError::Exists { .. })));
    ///
    /// let elsewhere = database.with_extension("restored");
    /// BoxOffice::restore(&backup, &elsewhere, false)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]: `Exists` when `to` is there already and is not to be overwritten, or is a database with a log beside it,
    /// which is never overwritten; `Damaged` when the database is.
    pub fn back_up(database: &Path, to: &Path, overwrite: bool) -> Result<DatabaseCopy, OpenError> {
        Store::back_up(database, to, overwrite)
    }

    /// Puts a copy of a backup in the place of the database, which nobody may have open. It is there whole, checked and on the
    /// disk, or everything stays as it was. Blocks; [`BoxOffice::back_up`] has an example.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: `Exists` when the database is there already and is not to be overwritten, `Locked` when somebody has it
    /// open, `NotOurs`, `TooNew` and `Damaged` for a backup that is of no use.
    pub fn restore(backup: &Path, database: &Path, overwrite: bool) -> Result<DatabaseCopy, OpenError> {
        Store::restore(backup, database, overwrite)
    }

    /// Opens the shop. Must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what stands in the way.
    pub fn open(config: Config) -> Result<Self, OpenError> {
        let jobs = jobs::plan(config.jobs.clone())?.into_iter().map(Arc::new).collect();
        let store = Store::open(&config.database, config.hold_backend(), config.readers_max)?;
        let holds = config.open_holds(&store)?;
        let locks = config.open_locks(&store)?;
        let secret = accounts::load_secret(config.token_secret.as_deref(), &config.database)?;
        let accounts = Accounts::new(store.clone(), config.password_cost, &secret);
        let reservations = Reservations {
            holds: Arc::clone(&holds),
            store: store.clone(),
            hold_ttl: config.hold_ttl,
            hold_cap: config.hold_cap,
            hold_tokens: HoldTokens::new(&secret),
            on_sale: Arc::default(),
            clock: Arc::clone(&config.clock),
        };
        let rankings = Rankings::new(store.clone(), config.open_rankings(&store)?, config.week_start);
        let dispatch = Dispatch {
            store: store.clone(),
            mailer: config.mailer,
            from: config.mail_from,
            clock: Arc::clone(&config.clock),
        };
        let waitlist = Waitlist { store: store.clone(), holds: Arc::clone(&holds), clock: Arc::clone(&config.clock) };
        let stop = watch::Sender::new(false);
        let live = Live::start(store.clone(), holds, Arc::clone(&config.clock), stop.subscribe());
        let best_seats = BestSeats::new(reservations.clone(), live.clone());
        let counters = Counters::new(store.write_counters());
        Ok(Self(Arc::new(Inner {
            store,
            reservations,
            best_seats,
            waitlist,
            running: RunningKeys::default(),
            rankings,
            locks,
            jobs,
            runner: config.runner,
            accounts,
            dispatch,
            live,
            counters,
            clock: config.clock,
            stop,
        })))
    }

    /// Commits what is under way, and closes the database. Later calls answer `D_001`.
    pub async fn shutdown(&self) {
        self.0.stop.send_replace(true);
        let store = self.0.store.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || store.close()).await {
            tracing::error!(%error, "the database was not closed cleanly");
        }
    }

    /// The clock that every rule about time goes by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The time zone that dates and times of day are local to.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        self.0.store.time_zone()
    }

    /// Whether the database can be read and written.
    ///
    /// # Errors
    ///
    /// `D_001` when it cannot.
    pub async fn check(&self) -> Result<(), Error> {
        self.0.store.check().await
    }

    /// What can be worked with just now: the database as [`BoxOffice::check`] tells, and where the holds are.
    pub async fn health(&self) -> Health {
        let holds = &self.0.reservations.holds;
        if holds.are_in_store() {
            let database = self.check().await;
            return Health { lock_store: database.clone(), database };
        }
        let (database, lock_store) = tokio::join!(self.check(), holds.check());
        Health { database, lock_store }
    }

    /// What this process has done since it was opened, and what waits in it. Costs next to nothing, so that an exporter may
    /// read it as often as it likes.
    ///
    /// ```
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, joon) = (&shop.box_office, shop.join("mina").await, shop.join("joon").await);
    /// # let seats = shop.seats(0).await;
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// assert!(box_office.book(joon, vec![seats[0]]).await.is_err());
    /// let stats = box_office.stats();
    /// assert_eq!((stats.bookings, stats.conflicts, stats.writes_waiting), (1, 1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.counters.read()
    }
}

/// Shows and their seats.
impl BoxOffice {
    /// Makes a show as the plan says it should be; changes nothing when it is so already. Sold and held seats are never
    /// touched: with any of them in the way, nothing is written, and the report names them.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn apply(&self, plan: ShowPlan, dry_run: bool) -> Result<ApplyReport, Error> {
        self.0.store.apply(plan, dry_run, self.now()).await
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
        let likes = self.0.store.set_like(user, show, liked, self.now()).await?;
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

    /// The performances of a show by date and round, each with the number of seats that can be booked now.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn performances(&self, id: ShowId) -> Result<Vec<(Performance, u64)>, Error> {
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

    /// The seats of one round of a show with whether they are held now, highest id first; none for an unknown round.
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
    /// `S_005` when there is no such performance.
    pub async fn layout(&self, id: PerformanceId) -> Result<Layout, Error> {
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

    /// The changes of a performance as they happen, after `since` (a revision) or from now on.
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

/// Holding, booking, cancelling.
impl BoxOffice {
    /// Claims seats of one performance for a limited time, all or none.
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
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn holds(&self, user: UserId, performance: PerformanceId) -> Result<Vec<HeldSeats>, Error> {
        self.0.reservations.holds_of(user, performance, self.now()).await
    }

    /// Adds seats to a hold and drops others, all or nothing; its clock stays. The same change again changes nothing more.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::hold`] and [`BoxOffice::extend_hold`]; `G_001` when no seat would be left.
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
    /// # Errors
    ///
    /// `H_001` when the user has no such hold, `H_002` when it has ended.
    pub async fn extend_hold(&self, user: UserId, hold: HoldId) -> Result<HeldSeats, Error> {
        self.0.reservations.extend_hold(user, hold, self.now()).await
    }

    /// Lets the seats of a hold go.
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
    /// # Errors
    ///
    /// `H_001`, `H_002` when there is no such hold any more, and as for [`BoxOffice::book`].
    pub async fn confirm(&self, user: UserId, hold: HoldId) -> Result<Booking, Error> {
        let booking = self.0.reservations.confirm(user, hold, Unkeyed, self.now()).await;
        failpoint!("before-reply");
        self.0.counters.booking(booking)
    }

    /// Cancels these tickets of a booking, or all that are valid. Returns the booking as it is now, and the tickets that
    /// this call cancelled.
    ///
    /// # Errors
    ///
    /// `B_004` when the user has no such booking, `B_006` when it is cancelled already, `B_008` for a ticket of another
    /// booking, `B_009` when it is too late.
    pub async fn cancel(
        &self,
        user: UserId,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        self.0.counters.cancellation(self.0.reservations.cancel(user, booking, tickets, Unkeyed, self.now()).await)
    }

    /// Begins something that must not be done twice, although it may be asked for again because an answer was lost. The
    /// key belongs to the user and to `route`, which says what is done; `request` says what is asked for, in parts. The
    /// answer is kept for a day.
    ///
    /// ```
    /// use ticket_core::{KeptAnswer, Once};
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seat) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await[0]);
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `I_001` when the key was used for another request, `I_002` while the first one is running in this process.
    pub async fn once(&self, user: UserId, route: &str, key: IdempotencyKey, request: &[&[u8]]) -> Result<Once, Error> {
        let scope = KeyScope { user, route: route.to_owned(), key };
        Once::begin(self, scope, request).await
    }

    /// One booking of the user.
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
    /// # Errors
    ///
    /// `G_001` when a number is out of bounds.
    pub async fn bookings(&self, user: UserId, days: u32, page: u64, size: u64) -> Result<BookingHistory, Error> {
        if !(1..=3650).contains(&days) {
            let problem = format!("is {days}; allowed are 1 to 3650 days");
            return Err(Error::Invalid { field: "duration", problem });
        }
        let offset = offset(page, size)?;
        let since = self.now().checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        let (booking_list, total_items) = self.0.store.bookings_of(user, since, (offset, size)).await?;
        let total_pages = total_items.div_ceil(size);
        Ok(BookingHistory { booking_list, total_pages, total_items, current_page: page, page_size: size })
    }

    /// One booking, whoever has bought it, for admins.
    ///
    /// # Errors
    ///
    /// `B_004` when there is none with this id.
    pub async fn booking_of_anybody(&self, booking: BookingId) -> Result<Booking, Error> {
        self.0.store.booking_of_anybody(booking).await
    }

    /// Cancels these tickets of anybody's booking, or all that are valid, also when it is too late for the buyer, who is told by
    /// mail as usual. For admins.
    ///
    /// ```
    /// use ticket_core::Error;
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seats) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await);
    /// let booking = box_office.book(mina, vec![seats[0]]).await?;
    /// let until_start = booking.performance.starts_at.duration_since(box_office.clock().now());
    /// # shop.clock.advance(until_start.unsigned_abs());
    /// assert!(matches!(box_office.cancel(mina, booking.id, None).await, Err(Error::TooLateToCancel { .. })));
    /// let (booking, canceled) = box_office.cancel_as_admin(booking.id, None).await?;
    /// assert_eq!((booking.user, canceled.len()), (mina, 1));
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::cancel`], but never `B_009`.
    pub async fn cancel_as_admin(
        &self,
        booking: BookingId,
        tickets: Option<Vec<TicketId>>,
    ) -> Result<(Booking, Vec<TicketId>), Error> {
        self.0.counters.cancellation(self.0.reservations.cancel_as_admin(booking, tickets, self.now()).await)
    }

    /// The newest bookings of all users, for admins.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_bookings(&self, filter: BookingFilter) -> Result<Vec<BookingRow>, Error> {
        self.0.store.list_bookings(filter).await
    }
}

/// The waitlist.
impl BoxOffice {
    /// Waits for seats that are taken. Whoever has joined first is offered first what is cancelled, and has 6 hours to book
    /// it, at most until the sale closes.
    ///
    /// ```
    /// use ticket_core::domain::{WaitlistState, WaitlistWish};
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    /// # let box_office = &shop.box_office;
    /// let sold = box_office.book(mina, seats.clone()).await?;
    /// // One of the first two seats would do.
    /// let wish = WaitlistWish { seat_count: 1, seats: seats[..2].to_vec() };
    /// let entry = box_office.join_waitlist(joon, wish).await?;
    ///
    /// box_office.cancel(mina, sold.id, None).await?;
    /// let fence = box_office.next_fence("waitlist-offer").await?;
    /// assert_eq!(box_office.offer_canceled_seats(&fence).await?.offered, 1);
    /// assert_eq!(box_office.waitlist_entry(joon, entry).await?.state, WaitlistState::Activation);
    /// assert_eq!(box_office.book_offer(joon, entry).await?.tickets[0].seat.id, seats[0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
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
    /// # Errors
    ///
    /// `W_005` when the user has no such entry, `W_007` when the offer has ended, `W_009` when there is none.
    pub async fn book_offer(&self, user: UserId, entry: EntryId) -> Result<Booking, Error> {
        let booking = self.0.reservations.book_offer(user, entry, Unkeyed).await;
        failpoint!("before-reply");
        booking
    }

    /// One entry of the user, with its place in the queue and why it has not been served yet.
    ///
    /// # Errors
    ///
    /// `W_005` when the user has none with this id.
    pub async fn waitlist_entry(&self, user: UserId, entry: EntryId) -> Result<WaitlistEntry, Error> {
        self.0.store.waitlist_entry(entry, user, self.now()).await
    }

    /// A page of the user's entries, newest first; `page` counts from 0, `size` is 1 to 100.
    ///
    /// # Errors
    ///
    /// `G_001` when a number is out of bounds.
    pub async fn waitlist(&self, user: UserId, page: u64, size: u64) -> Result<Page<WaitlistEntry>, Error> {
        let offset = offset(page, size)?;
        let (content, total_items) = self.0.store.waitlist_of(user, (offset, size), self.now()).await?;
        Ok(Page { content, total_pages: total_items.div_ceil(size), total_items, current_page: page, page_size: size })
    }

    /// The entries of all users in the order of the queue, each with the email of its user, for admins.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_waitlist(&self, filter: WaitlistFilter) -> Result<Vec<(WaitlistEntry, String)>, Error> {
        self.0.store.list_waitlist(filter, self.now()).await
    }

    /// An entry, the email of its user, and who is before it, for admins.
    ///
    /// # Errors
    ///
    /// `W_005` when there is none with this id.
    pub async fn explain_entry(&self, entry: EntryId) -> Result<(WaitlistEntry, String, Vec<WaiterBefore>), Error> {
        self.0.store.explain_entry(entry, self.now()).await
    }
}

/// Accounts.
impl BoxOffice {
    /// Creates a buyer's account, which is written to in English.
    ///
    /// # Errors
    ///
    /// `U_003` when the email has joined already, `G_001` when a field is not as it must be.
    pub async fn join(&self, request: JoinRequest) -> Result<UserId, Error> {
        self.join_in(Language::default(), request).await
    }

    /// Creates a buyer's account that is written to in this language.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::join`].
    pub async fn join_in(&self, language: Language, request: JoinRequest) -> Result<UserId, Error> {
        self.0.accounts.join(request, language, self.now()).await
    }

    /// From now on an account is written to in this language, also about what has happened before.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn set_language(&self, user: UserId, language: Language) -> Result<(), Error> {
        if self.0.store.user(user).await?.language == language {
            return Ok(());
        }
        self.0.store.set_language(user, language).await
    }

    /// Creates many accounts in one transaction, all or none, and answers their ids in the same order. They have no
    /// password: nobody logs in to them, and [`BoxOffice::access_token_for`] is the only way to speak for them. Made for
    /// load tests, which measure selling and not the hashing of passwords, and for programs that know their users
    /// themselves.
    ///
    /// # Errors
    ///
    /// `U_003` when one of the emails has joined already.
    pub async fn add_users(&self, users: Vec<NewUser>) -> Result<Vec<UserId>, Error> {
        self.0.accounts.add(users, self.now()).await
    }

    /// An access token for an account, without a login: whoever can call this decides himself who is who. It is good for
    /// half an hour, at every server over this database, and cannot be renewed.
    ///
    /// # Errors
    ///
    /// `U_001` when there is no such account.
    pub async fn access_token_for(&self, user: UserId) -> Result<String, Error> {
        self.0.accounts.mint(user, self.now()).await
    }

    /// Starts a session.
    ///
    /// # Errors
    ///
    /// `A_001` when email or password is wrong.
    pub async fn log_in(&self, credentials: Credentials) -> Result<TokenPair, Error> {
        self.0.accounts.log_in(credentials, self.now()).await
    }

    /// Replaces the user's password and ends every session; the answer begins a new one. Access tokens of the ended ones
    /// run out by themselves, within half an hour.
    ///
    /// # Errors
    ///
    /// `A_001` when the present password is another one, `G_001` when the new one is too short or too long.
    pub async fn change_password(&self, user: UserId, change: PasswordChange) -> Result<TokenPair, Error> {
        self.0.accounts.change_password(user, change, self.now()).await
    }

    /// Revokes the user's refresh tokens.
    ///
    /// # Errors
    ///
    /// `A_007` when there are none.
    pub async fn log_out(&self, user: UserId) -> Result<(), Error> {
        self.0.accounts.log_out(user, self.now()).await
    }

    /// Trades a refresh token for a new pair; the old one is spent. One that was spent more than 30 seconds ago revokes
    /// all that was ever traded for it.
    ///
    /// # Errors
    ///
    /// `A_004` when it is unknown or too old, `A_012` when it was revoked.
    pub async fn refresh(&self, refresh_token: &str) -> Result<TokenPair, Error> {
        self.0.accounts.refresh(refresh_token, self.now()).await
    }

    /// A new access token for a refresh token that stays as it is.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::refresh`].
    pub async fn access_token(&self, refresh_token: &str) -> Result<String, Error> {
        self.0.accounts.access_token(refresh_token, self.now()).await
    }

    /// Who an access token speaks for.
    ///
    /// # Errors
    ///
    /// `A_003`, `A_008`, `A_010`, `A_011` say what is wrong with it.
    pub fn caller(&self, access_token: &str) -> Result<Caller, Error> {
        self.0.accounts.check(access_token, self.now())
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// `U_001` when there is none with this id.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.0.store.user(id).await
    }
}

/// Mail.
impl BoxOffice {
    /// Sends the mails that are due. It takes less than a minute, however slow the mail server is, and works on no mail
    /// that another process is working on. It is what the job `mail-send` does; its fence makes sure that a runner that has
    /// lost its lock begins nothing.
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest. A mail that cannot be sent is no error.
    pub async fn send_mail(&self, fence: &Fence) -> Result<MailReport, Error> {
        self.0.dispatch.run(fence).await
    }

    /// The newest mails to all users, for admins.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_mail(&self, filter: MailFilter) -> Result<Vec<MailRow>, Error> {
        self.0.store.list_mail(filter).await
    }

    /// Has a mail tried again at once, and for another day. False when there is none with this id, or it is sent or being
    /// sent.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn retry_mail(&self, mail: MailId) -> Result<bool, Error> {
        self.0.store.retry_mail(mail, self.now()).await
    }
}

/// Scheduled jobs, and locks. [`jobs::run`] runs the jobs on their schedules.
impl BoxOffice {
    /// The jobs of the shop, and where each of them stands.
    ///
    /// # Errors
    ///
    /// `D_001` when the database or the lock store cannot be reached.
    pub async fn jobs(&self) -> Result<Vec<JobStatus>, Error> {
        let mut all = Vec::new();
        for planned in &self.0.jobs {
            all.push(planned.status(self).await?);
        }
        Ok(all)
    }

    /// The latest runs, newest first, of one job or of all.
    ///
    /// # Errors
    ///
    /// `G_001` when there is no such job.
    pub async fn job_runs(&self, job: Option<&str>, limit: u32) -> Result<Vec<JobRun>, Error> {
        let job = job.map(|job| self.planned(job).map(|_| job.to_owned())).transpose()?;
        self.0.store.job_runs(job, limit).await
    }

    /// Runs a job now, under its lock, and tells what came of it; a failure of the job is no error of this call. Its next
    /// tick is run all the same. With `force`, it is run even when it was run just now.
    ///
    /// ```
    /// use ticket_core::Error;
    /// # use ticket_core::{HoldBackend, testing::TestShop};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::open(HoldBackend::Embedded);
    /// # let box_office = &shop.box_office;
    /// let run = box_office.run_job("housekeeping", false).await?;
    /// assert_eq!(run.summary, None, "there was nothing to do");
    /// let again = box_office.run_job("housekeeping", false).await;
    /// assert!(matches!(again, Err(Error::JobLocked { is_resting: true, .. })));
    /// assert!(box_office.run_job("housekeeping", true).await.is_ok());
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `J_001` when somebody runs it just now, or, without `force`, has done so; `G_001` when there is no such job.
    pub async fn run_job(&self, job: &str, force: bool) -> Result<JobRun, Error> {
        jobs::run_by_hand(self.planned(job)?, self, force).await
    }

    /// Named locks over all processes of the shop, for any work that only one of them should do at a time.
    #[must_use]
    pub fn locks(&self) -> &dyn JobLock {
        &*self.0.locks
    }

    /// Does work under a lock, keeps the lock while the work makes progress, and lets it go, also when the work fails or
    /// panics: then at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ticket_core::locks::LockRequest;
    /// # use ticket_core::{HoldBackend, testing::TestShop};
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::open(HoldBackend::Embedded);
    /// # let box_office = &shop.box_office;
    /// let lock = LockRequest::new("season report", Duration::ZERO, Duration::from_secs(30))?;
    /// let pages = box_office.run_locked(lock, async |_fence, progress| {
    ///     let mut pages = 0;
    ///     for _month in 1..=12 {
    ///         pages += 1;
    ///         progress.made()?;
    ///     }
    ///     Ok(pages)
    /// });
    /// assert_eq!(pages.await?, 12);
    /// # Ok::<(), ticket_core::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `J_001` when somebody else holds the lock; the error of the work, `G_500` when it has panicked.
    pub async fn run_locked<T, F>(
        &self,
        request: LockRequest,
        work: impl FnOnce(Fence, Progress) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send,
    {
        jobs::run_locked(self, request, work).await
    }

    fn planned(&self, job: &str) -> Result<&PlannedJob, Error> {
        let found = self.0.jobs.iter().find(|planned| planned.name() == job);
        found.map(|planned| &**planned).ok_or_else(|| {
            let known: Vec<&str> = self.0.jobs.iter().map(|planned| planned.name()).collect();
            Error::Invalid { field: "job", problem: format!("is {job:?}; there are {}", known.join(", ")) }
        })
    }
}

/// Care.
impl BoxOffice {
    /// Checks every invariant, those of the database on one snapshot.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what is found is no error.
    pub async fn audit(&self) -> Result<AuditReport, Error> {
        let mut findings = self.0.store.findings().await?;
        let ailments = self.0.reservations.ailments(self.now()).await?;
        findings.extend(ailments.into_iter().filter(|ailment| ailment.is_broken).map(|ailment| ailment.finding));
        findings.extend(self.0.rankings.findings(self.now()).await?);
        Ok(AuditReport { checked: INVARIANTS.to_vec(), findings })
    }

    /// Finds what is wrong, and what of it can be put right without guessing. Changes nothing.
    ///
    /// ```
    /// # use ticket_core::HoldBackend;
    /// # use ticket_core::testing::{PlanBuilder, TestShop};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(1, 5).build()).await;
    /// # let (box_office, mina, seat) = (&shop.box_office, shop.join("mina").await, shop.seats(0).await[0]);
    /// # box_office.book(mina, vec![seat]).await?;
    /// # rusqlite::Connection::open(shop.database())?.execute("UPDATE seat SET state = 'AVAILABLE'", [])?;
    /// let diagnosis = box_office.diagnose().await?;
    /// for repair in &diagnosis.repairs {
    ///     println!("{}: {}", repair.problem, repair.action);
    /// }
    /// box_office.repair(diagnosis.repairs).await?;
    /// assert!(diagnosis.for_a_person.is_empty() && box_office.audit().await?.is_clean());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what is found is no error.
    pub async fn diagnose(&self) -> Result<Diagnosis, Error> {
        let (now, inner) = (self.now(), &self.0);
        // The plan first: what it repairs is among the findings, unless it has been put right meanwhile.
        let rows = inner.store.diagnose(now).await?;
        let findings = inner.store.findings().await?;
        Ok(Diagnosis::new(findings, rows, inner.reservations.ailments(now).await?))
    }

    /// Carries out repairs of [`BoxOffice::diagnose`], each only if what it is for is still as it was found. Says what has
    /// become of each.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call; what was repaired until then stays so.
    pub async fn repair(&self, repairs: Vec<Repair>) -> Result<Vec<(Repair, Outcome)>, Error> {
        let mut outcomes = Vec::with_capacity(repairs.len());
        for repair in repairs {
            let outcome = self.0.reservations.repair(&repair, self.now()).await?;
            outcomes.push((repair, outcome));
        }
        Ok(outcomes)
    }

    /// The live holds of all users, soonest end first, for admins.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_holds(&self) -> Result<Vec<Hold>, Error> {
        self.0.reservations.holds.all(self.now()).await
    }

    /// Clears holds that have run out, as the job `hold-sweep` does. Returns how many.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn sweep_holds(&self) -> Result<u64, Error> {
        self.0.reservations.holds.sweep(RunBy::Hand("hold-sweep"), self.now()).await
    }

    /// The next fence of a job: whoever has an older one writes nothing any more.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn next_fence(&self, job: &str) -> Result<Fence, Error> {
        self.0.store.next_fence(job.to_owned()).await
    }

    /// As the job `waitlist-offer` does, which [`BoxOffice::run_job`] runs under its lock: offers the seats that are cancelled
    /// now to those who wait for them, strictly first come first served, and puts on
    /// sale what nobody waits for. What is cancelled meanwhile waits for the next pass. Each offer is one transaction, so
    /// whatever ends the pass early, the next one goes on where it was.
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest: another runner has taken over.
    pub async fn offer_canceled_seats(&self, fence: &Fence) -> Result<OfferReport, Error> {
        self.0.waitlist.offer_canceled_seats(fence, &|| Ok(())).await
    }

    /// As the job `waitlist-expire` does: ends the offers whose deadline is over, so that the next waiter is asked before the
    /// public. Returns how many.
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::offer_canceled_seats`].
    pub async fn expire_offers(&self, fence: &Fence) -> Result<u64, Error> {
        self.0.waitlist.expire_offers(fence, &|| Ok(())).await
    }

    /// Computes every ranking anew, and keeps it for [`BoxOffice::ranking`]. Returns how many.
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest of its job any more, or when the cache cannot be reached.
    pub async fn refresh_rankings(&self, fence: &Fence) -> Result<u64, Error> {
        self.0.rankings.refresh(fence, self.now()).await
    }

    /// Forgets the answers to requests with an idempotency key that are more than a day old, as the job `housekeeping`
    /// does. Returns how many.
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn prune_answers(&self) -> Result<u64, Error> {
        let before = self.now().checked_sub(ANSWERS_KEPT).unwrap_or(Timestamp::MIN);
        let mut all = 0;
        loop {
            match self.0.store.prune_answers(RunBy::Hand("housekeeping"), before).await? {
                0 => return Ok(all),
                some => all += some,
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

/// For tests.
#[cfg(feature = "testing")]
impl BoxOffice {
    /// How often this process has computed a ranking.
    #[must_use]
    pub fn rankings_computed(&self) -> u64 {
        self.0.rankings.computed()
    }
}

impl std::fmt::Debug for BoxOffice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BoxOffice")
    }
}

fn show_page((shows, total_items): (Vec<(Show, Venue)>, u64), page: u64, size: u64) -> Page<ShowSummary> {
    let content = shows.iter().map(|(show, venue)| ShowSummary::new(show, venue)).collect();
    Page { content, total_pages: total_items.div_ceil(size), total_items, current_page: page, page_size: size }
}

fn offset(page: u64, size: u64) -> Result<u64, Error> {
    if !(1..=100).contains(&size) {
        return Err(Error::Invalid { field: "size", problem: format!("is {size}; allowed are 1 to 100") });
    }
    page.checked_mul(size)
        .ok_or_else(|| Error::Invalid { field: "page", problem: format!("is {page}; there are not that many pages") })
}
