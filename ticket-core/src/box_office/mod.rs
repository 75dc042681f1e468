//! The one front door: every use case is a method of [`BoxOffice`]. This file opens it; the others are what it can do.

mod accounts;
mod care;
mod jobs;
mod mail;
mod managing;
mod reports;
mod selling;
mod shows;
mod waiting;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use crate::accounts::{Accounts, PasswordCost};
use crate::clock::{Clock, SystemClock};
use crate::complaint::Complaint;
use crate::domain::Weekday;
use crate::error::Error;
#[cfg(feature = "redis")]
use crate::holds::RedisHolds;
use crate::holds::{EmbeddedHolds, HoldStore};
use crate::jobs::{Jobs, PlannedJob};
use crate::live::Live;
#[cfg(feature = "redis")]
use crate::locks::RedisLocks;
use crate::locks::{EmbeddedLocks, JobLock};
use crate::notify::{Dispatch, LogMailer, MailSender, Mailer};
use crate::once::RunningKeys;
use crate::reservation::{BestSeats, HoldTokens, Reservations};
#[cfg(feature = "redis")]
use crate::sales::RedisRankings;
use crate::sales::{EmbeddedRankings, RankingCache, Rankings};
use crate::stats::{Counters, Stats};
use crate::storage::{CopyOptions, DatabaseCopy, HoldBackend, OpenError, Store};
use crate::waitlist::Waitlist;

/// How a [`BoxOffice`] is opened.
///
/// Take [`Config::new`] and change what is to be otherwise. Settings are added in minor versions, so end a literal with `..`:
///
/// ```
/// use std::time::Duration;
/// use ticket_core::Config;
///
/// let config = Config { hold_ttl: Duration::from_mins(5), ..Config::new("tickets.db") };
/// // Or so:
/// let mut config = Config::new("tickets.db");
/// config.redis = Some("redis://127.0.0.1/".into());
/// config.mail_from = "Blue Square <tickets@example.com>".parse()?;
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
///
/// All processes of a shop must agree on `redis`, and on `token_secret` if it is set; should agree on the hold times, the
/// week and the mail; and may differ in the rest. Shown with `{:?}`, it leaves out the secret and the address of Redis.
#[derive(Clone)]
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
    /// How long a hold lives: 7 minutes. It ends with the sale in any case.
    pub hold_ttl: Duration,
    /// How long a hold can be made to live by extending it, from its beginning: 20 minutes.
    pub hold_cap: Duration,
    /// What a password check costs in time and memory.
    pub password_cost: PasswordCost,
    /// What access tokens are signed with, and holds with an idempotency key are named by; at least 32 bytes, the same for
    /// all processes of a shop. Without one, a random secret is made and kept beside the database, readable by its owner
    /// only.
    pub token_secret: Option<Vec<u8>>,
    /// Who delivers mail: [`LogMailer`], which only writes to the log, [`SmtpMailer`](crate::notify::SmtpMailer), or a
    /// [`Mailer`] of one's own.
    pub mailer: Arc<dyn Mailer>,
    /// Who mails are from: `tickets@localhost`, until somebody says otherwise.
    pub mail_from: MailSender,
    /// The day with which the week of rankings begins: Thursday, as ticketing weeks do.
    pub week_start: Weekday,
    /// Connections that read at the same time: one for each core, from 2 to 8.
    pub readers_max: usize,
    /// The scheduled jobs and their schedules. Opening the shop does not run them: [`jobs::run`](crate::jobs::run) does.
    pub jobs: Jobs,
    /// What this process is called in the record of what the jobs did: `<host>:<process id>`.
    pub runner: String,
    /// What time it is: the [`SystemClock`].
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// The defaults: holds of 7 minutes, extendable to 20; weeks from Thursday on; the jobs of every shop; the system's
    /// clock.
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

    /// Whether the address of Redis can be used, without asking anybody for it. Opening and creating a shop begin with that.
    ///
    /// # Errors
    ///
    /// [`OpenError::LockStore`].
    #[cfg(feature = "redis")]
    pub fn check_redis(&self) -> Result<(), OpenError> {
        self.redis.as_deref().map_or(Ok(()), crate::redis_connection::check)
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

/// Without the secret and the address of Redis, which may have a password in it.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SECRET: &str = "…";
        let mut shown = f.debug_struct("Config");
        shown.field("database", &self.database);
        #[cfg(feature = "redis")]
        shown.field("redis", &self.redis.as_ref().map(|_| SECRET));
        shown
            .field("hold_ttl", &self.hold_ttl)
            .field("hold_cap", &self.hold_cap)
            .field("password_cost", &self.password_cost)
            .field("token_secret", &self.token_secret.as_ref().map(|_| SECRET))
            .field("mailer", &self.mailer)
            .field("mail_from", &self.mail_from)
            .field("week_start", &self.week_start)
            .field("readers_max", &self.readers_max)
            .field("jobs", &self.jobs)
            .field("runner", &self.runner)
            .field("clock", &self.clock)
            .finish()
    }
}

/// What a [`BoxOffice`] can work with just now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Health {
    /// Whether the database can be read and written.
    pub database: Result<(), Error>,
    /// Whether the place of the holds can be reached: Redis, or the database again.
    pub lock_store: Result<(), Error>,
}

/// A shop over one database, and its front door: every use case is a method. Clones are the same shop, and cheap.
///
/// It checks no permissions: a program that lets strangers in decides who may call what. Calls for a buyer take his
/// [`UserId`](crate::domain::UserId) and touch only what is his; only bookings are seen and cancelled by an account
/// with the role ADMIN as well. For an account that is gone they answer `U_001`. Calls for who runs the shop concern
/// everybody.
///
/// ```
/// use ticket_core::{BoxOffice, Config};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// let config = Config::new(folder.path().join("tickets.db"));
/// BoxOffice::create(&config, &ticket_core::jiff::tz::TimeZone::get("Asia/Seoul")?)?;
/// let box_office = BoxOffice::open(config)?;
/// assert!(box_office.shows(None, None, 0, 20).await?.content.is_empty());
/// // As soon as nobody needs it any more, also before a backup is restored.
/// box_office.shutdown().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # For buyers
///
/// | to | call |
/// | --- | --- |
/// | look | [`shows`](Self::shows), [`show`](Self::show), [`performances`](Self::performances), [`performance`](Self::performance), [`ranking`](Self::ranking), [`ranking_now`](Self::ranking_now) |
/// | like | [`set_like`](Self::set_like), [`likes`](Self::likes), [`liked_by`](Self::liked_by) |
/// | draw a map | [`layout`](Self::layout), [`seat_states`](Self::seat_states), [`seat_changes`](Self::seat_changes), [`subscribe`](Self::subscribe), [`seats`](Self::seats), [`seats_of_round`](Self::seats_of_round) |
/// | hold | [`hold`](Self::hold), [`hold_best`](Self::hold_best), [`holds`](Self::holds), [`change_hold`](Self::change_hold), [`extend_hold`](Self::extend_hold), [`release_hold`](Self::release_hold) |
/// | buy | [`confirm`](Self::confirm) a hold, [`book`](Self::book) at once, [`once`](Self::once) when it may be asked for again |
/// | give back | [`cancel`](Self::cancel) |
/// | look back | [`bookings`](Self::bookings), [`booking`](Self::booking) |
/// | wait | [`join_waitlist`](Self::join_waitlist), [`waitlist`](Self::waitlist), [`waitlist_entry`](Self::waitlist_entry), [`book_offer`](Self::book_offer), [`leave_waitlist`](Self::leave_waitlist) |
/// | have an account | [`join`](Self::join), [`join_in`](Self::join_in), [`log_in`](Self::log_in), [`refresh`](Self::refresh), [`access_token`](Self::access_token), [`change_password`](Self::change_password), [`set_language`](Self::set_language), [`log_out`](Self::log_out) |
/// | know who calls | [`caller`](Self::caller), [`user`](Self::user) |
///
/// # For who runs the shop
///
/// | to | call |
/// | --- | --- |
/// | set up | [`apply`](Self::apply), [`apply_watched`](Self::apply_watched), [`show_plan`](Self::show_plan) |
/// | keep venues | [`venues`](Self::venues), [`venue`](Self::venue), [`add_venue`](Self::add_venue), [`edit_venue`](Self::edit_venue), [`delete_venue`](Self::delete_venue) |
/// | keep shows | [`add_show`](Self::add_show), [`edit_show`](Self::edit_show), [`delete_show`](Self::delete_show) |
/// | keep performances | [`add_performance`](Self::add_performance), [`edit_performance`](Self::edit_performance), [`delete_performance`](Self::delete_performance), [`all_performances`](Self::all_performances), [`layout_of_any`](Self::layout_of_any) |
/// | keep seats | [`block_seats`](Self::block_seats), [`unblock_seats`](Self::unblock_seats), [`change_prices`](Self::change_prices), [`move_ticket`](Self::move_ticket), [`seat_history`](Self::seat_history) |
/// | call off a performance | [`standing`](Self::standing), [`cancel_performance`](Self::cancel_performance) |
/// | keep accounts | [`users`](Self::users), [`user_of_email`](Self::user_of_email), [`add_user`](Self::add_user), [`edit_user`](Self::edit_user), [`delete_user`](Self::delete_user) |
/// | bring accounts from elsewhere | [`add_users`](Self::add_users), [`access_token_for`](Self::access_token_for) |
/// | help a buyer | [`list_bookings`](Self::list_bookings), [`booking_of_anybody`](Self::booking_of_anybody), [`cancel_as_admin`](Self::cancel_as_admin), [`list_holds`](Self::list_holds), [`list_waitlist`](Self::list_waitlist), [`explain_entry`](Self::explain_entry) |
/// | see about mail | [`list_mail`](Self::list_mail), [`retry_mail`](Self::retry_mail), [`can_retry_mail`](Self::can_retry_mail) |
/// | report | [`sales_report`](Self::sales_report), [`occupancy_report`](Self::occupancy_report), [`fold_tickets`](Self::fold_tickets) |
///
/// # For the program around it
///
/// | to | call |
/// | --- | --- |
/// | begin and end | [`create`](Self::create) once, [`open`](Self::open), [`shutdown`](Self::shutdown) |
/// | run the jobs | [`jobs::run`](crate::jobs::run), [`run_job`](Self::run_job), [`jobs`](Self::jobs), [`job_runs`](Self::job_runs) |
/// | do the work of a job by hand | [`next_fence`](Self::next_fence), [`offer_canceled_seats`](Self::offer_canceled_seats), [`expire_offers`](Self::expire_offers), [`sweep_holds`](Self::sweep_holds), [`send_mail`](Self::send_mail), [`refresh_rankings`](Self::refresh_rankings), [`prune_answers`](Self::prune_answers) |
/// | do something in one process at a time | [`run_locked`](Self::run_locked), [`locks`](Self::locks) |
/// | go by its time | [`clock`](Self::clock), [`time_zone`](Self::time_zone) |
/// | watch over it | [`check`](Self::check), [`health`](Self::health), [`stats`](Self::stats), [`audit`](Self::audit), [`diagnose`](Self::diagnose), [`repair`](Self::repair) |
/// | back it up | [`back_up`](Self::back_up), [`check_backup`](Self::check_backup), [`check_restore`](Self::check_restore), [`restore`](Self::restore) |
/// | upgrade it | [`schema_versions`](Self::schema_versions), [`migrate`](Self::migrate) |
///
/// # The examples
///
/// Below, they play in a hall with two rows of five seats: `seats` are those of row A (VIP, 150,000 won), then those of row B
/// (R, 90,000 won). `mina` and `joon` are buyers; everything is free in the beginning.
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

/// # Opening, closing, keeping
impl BoxOffice {
    /// Creates the empty database that this configuration is for. Its dates and times of day are local to `time_zone`.
    ///
    /// ```
    /// use ticket_core::jiff::tz::TimeZone;
    /// use ticket_core::{BoxOffice, Config, OpenError};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database().with_file_name("new.db");
    /// let config = Config::new(database);
    /// BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?;
    /// let again = BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?);
    /// assert!(matches!(again, Err(OpenError::Exists { .. })));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]; an existing file is not touched. The new one can be read by its owner only.
    pub fn create(config: &Config, time_zone: &TimeZone) -> Result<(), OpenError> {
        #[cfg(feature = "redis")]
        config.check_redis()?;
        Store::create(&config.database, time_zone, config.hold_backend())
    }

    /// Brings an older database to the shape that this version needs, all or nothing. Returns the schema versions before
    /// and after.
    ///
    /// ```
    /// use ticket_core::BoxOffice;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database();
    /// # shop.box_office.shutdown().await;
    /// let (before, after) = BoxOffice::migrate(&database)?;
    /// assert_eq!(before, after, "it was not older");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]; the database is as it was.
    pub fn migrate(database: &Path) -> Result<(u32, u32), OpenError> {
        Store::migrate(database)
    }

    /// The schema version of a database, and the one that this version needs.
    ///
    /// ```
    /// use ticket_core::BoxOffice;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database();
    /// let (found, needed) = BoxOffice::schema_versions(&database)?;
    /// if found < needed {
    ///     println!("back it up, and migrate it from {found} to {needed}");
    /// }
    /// # assert_eq!(found, needed);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it is not a database of ours, or a newer one.
    pub fn schema_versions(database: &Path) -> Result<(u32, u32), OpenError> {
        Store::schema_versions(database)
    }

    /// Writes a copy of a database to the file `to`, while anybody may be selling from it; the copy is of one moment.
    /// It is there whole, checked and on the disk, or not at all. An older database, too, can be copied. Blocks.
    ///
    /// The token secret beside the database is not copied. Nor do access tokens go over to a copy: there, the ids that
    /// they name may be given to somebody else, so who has one needs his refresh token, or logs in.
    ///
    /// ```
    /// use ticket_core::{BoxOffice, CopyOptions, OpenError};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database();
    /// let backup = database.with_extension("backup");
    /// let copy = BoxOffice::back_up(&database, &backup, &CopyOptions::default())?;
    /// println!("{} bytes", copy.bytes);
    /// let again = BoxOffice::back_up(&database, &backup, &CopyOptions::default());
    /// assert!(matches!(again, Err(OpenError::Exists { .. })));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]: `Exists` when `to` is there already and is not to be overwritten, or is a database with a log beside it,
    /// which is never overwritten; `Damaged` when the database is; `Stopped` when it was told to stop.
    pub fn back_up(database: &Path, to: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        Store::back_up(database, to, options)
    }

    /// Checks that a backup could be restored, and changes nothing. Blocks.
    ///
    /// ```
    /// use ticket_core::{BoxOffice, CopyOptions, OpenError};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database();
    /// # let backup = database.with_extension("backup");
    /// BoxOffice::back_up(&database, &backup, &CopyOptions::default())?;
    /// BoxOffice::check_backup(&backup, &CopyOptions::default())?;
    ///
    /// std::fs::write(&backup, "something else")?;
    /// let refused = BoxOffice::check_backup(&backup, &CopyOptions::default());
    /// assert!(matches!(refused, Err(OpenError::NotOurs { .. })));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`], as for [`BoxOffice::restore`].
    pub fn check_backup(backup: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        Store::check_backup(backup, options)
    }

    /// The same, and whether nobody has the database open in whose place it would be put. Blocks.
    ///
    /// ```
    /// use ticket_core::{BoxOffice, CopyOptions, OpenError};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database();
    /// # let backup = database.with_extension("backup");
    /// BoxOffice::back_up(&database, &backup, &CopyOptions::default())?;
    /// // This program still has the shop open.
    /// let refused = BoxOffice::check_restore(&backup, &database, &CopyOptions::default());
    /// assert!(matches!(refused, Err(OpenError::Locked { .. })));
    /// BoxOffice::check_restore(&backup, &database.with_extension("other"), &CopyOptions::default())?;
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`], as for [`BoxOffice::restore`].
    pub fn check_restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        Store::check_restore(backup, database, options)
    }

    /// Puts a copy of a backup in the place of the database, which nobody may have open. It is there whole, checked and
    /// on the disk, or everything stays as it was. Blocks.
    ///
    /// ```
    /// use ticket_core::{BoxOffice, Config, CopyOptions};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
    /// # let database = shop.database();
    /// # let backup = database.with_extension("backup");
    /// BoxOffice::back_up(&database, &backup, &CopyOptions::default())?;
    /// box_office.book(mina, vec![seats[0]]).await?; // which the backup does not have
    ///
    /// box_office.shutdown().await;
    /// let overwrite = CopyOptions { overwrite: true, ..CopyOptions::default() };
    /// BoxOffice::restore(&backup, &database, &overwrite)?;
    /// let box_office = BoxOffice::open(Config::new(&database))?;
    /// assert_eq!(box_office.bookings(mina, 1, 0, 10).await?.total_items, 0);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`]: `Exists` when the database is there already and is not to be overwritten, `Locked` when somebody has it
    /// open, `NotOurs`, `TooNew` and `Damaged` for a backup that is of no use; `Stopped` when it was told to stop.
    pub fn restore(backup: &Path, database: &Path, options: &CopyOptions) -> Result<DatabaseCopy, OpenError> {
        Store::restore(backup, database, options)
    }

    /// Opens the shop. It must be called within a tokio runtime, which then keeps the seat maps up to date; the jobs
    /// are not run by it, but by [`jobs::run`](crate::jobs::run). Several processes may have the same shop open.
    ///
    /// Blocks for a moment. With Redis, it does not wait for a connection: until there is one, calls that need it
    /// answer `D_001`.
    ///
    /// ```
    /// use ticket_core::jiff::tz::TimeZone;
    /// use ticket_core::{BoxOffice, Config, OpenError};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { shop, .. }| {
    /// # let database = shop.database().with_file_name("new.db");
    /// let config = Config::new(database);
    /// assert!(matches!(BoxOffice::open(config.clone()), Err(OpenError::Missing { .. })));
    /// BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?; // once
    /// let box_office = BoxOffice::open(config)?;
    /// # assert!(box_office.health().await.database.is_ok());
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what stands in the way, and what to do about it. An older database is refused, so that nothing is
    /// migrated by accident.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn open(config: Config) -> Result<Self, OpenError> {
        #[cfg(feature = "redis")]
        config.check_redis()?;
        let jobs = crate::jobs::plan(config.jobs.clone())?.into_iter().map(Arc::new).collect();
        let store = Store::open(&config.database, config.hold_backend(), config.readers_max)?;
        let holds = config.open_holds(&store)?;
        let locks = config.open_locks(&store)?;
        let secret = crate::accounts::load_secret(config.token_secret.as_deref(), &config.database)?;
        let accounts = Accounts::new(store.clone(), config.password_cost, &secret);
        let reservations = Reservations {
            holds: Arc::clone(&holds),
            store: store.clone(),
            hold_ttl: config.hold_ttl,
            hold_cap: config.hold_cap,
            hold_tokens: HoldTokens::new(&secret, store.life()),
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
    ///
    /// ```
    /// use ticket_core::Error;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// box_office.shutdown().await;
    /// let refused = box_office.venues().await;
    /// assert!(matches!(refused, Err(Error::Unavailable { .. })));
    /// # Ok(())
    /// # });
    /// ```
    pub async fn shutdown(&self) {
        self.0.stop.send_replace(true);
        let store = self.0.store.clone();
        if let Err(error) = tokio::task::spawn_blocking(move || store.close()).await {
            tracing::error!(%error, "the database was not closed cleanly");
        }
    }

    /// The clock that every rule about time goes by.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, .. }| {
    /// let (performance, ..) = box_office.performance(performance).await?;
    /// let until_start = performance.starts_at.duration_since(box_office.clock().now());
    /// assert_eq!(until_start.as_hours() / 24, 58);
    /// # Ok(())
    /// # });
    /// ```
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The time zone that dates and times of day are local to.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, performance, .. }| {
    /// let (performance, ..) = box_office.performance(performance).await?;
    /// let start = box_office.time_zone().to_datetime(performance.starts_at);
    /// assert_eq!((start.date(), start.time()), (performance.date, performance.start_time));
    /// # Ok(())
    /// # });
    /// ```
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        self.0.store.time_zone()
    }

    /// Whether the database can be read and written. It tells that from the last commit, and commits nothing unless that one
    /// failed or there was none yet, so that it may be asked often.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// assert_eq!(box_office.check().await, Ok(()));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `D_001` when it cannot.
    pub async fn check(&self) -> Result<(), Error> {
        self.0.store.check().await
    }

    /// What can be worked with just now: the database as [`BoxOffice::check`] tells, and where the holds are.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, .. }| {
    /// let health = box_office.health().await;
    /// assert_eq!((health.database, health.lock_store), (Ok(()), Ok(())));
    /// # Ok(())
    /// # });
    /// ```
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
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, joon, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// assert!(box_office.book(joon, vec![seats[0]]).await.is_err());
    /// let stats = box_office.stats();
    /// assert_eq!((stats.bookings, stats.conflicts, stats.writes_waiting), (1, 1, 0));
    /// # Ok(())
    /// # });
    /// ```
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.0.counters.read()
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

/// # For tests
#[cfg(feature = "testing")]
impl BoxOffice {
    /// How often this process has computed a ranking.
    #[doc(hidden)]
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

fn offset(page: u64, size: u64) -> Result<u64, Error> {
    if !(1..=100).contains(&size) {
        return Err(Error::Invalid { field: "size", problem: Complaint::out_of_range(size, &(1..=100)) });
    }
    page.checked_mul(size).ok_or_else(|| {
        let problem = Complaint::new(
            format!("is {page}; there are not that many pages"),
            format!("{page}입니다. 그만큼 많은 페이지는 없습니다"),
        );
        Error::Invalid { field: "page", problem }
    })
}
