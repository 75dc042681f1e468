//! A shop for tests: a temporary database, cheap passwords, and a clock that moves only when told.
//!
//! Begin with [`TestShop`], and a [`PlanBuilder`] for a hall. [`PrivateRedis`] and [`SmtpSink`] are real servers of the
//! test's own on the loopback interface, for tests of holds in Redis and of mail. What goes wrong here panics: it is
//! the test's own fault.
//!
//! The feature `testing` brings it; take it as a dev-dependency only. It is no part of what semver promises.
//!
//! ```
//! use std::time::Duration;
//! use ticket_core::testing::{PlanBuilder, TestShop};
//! use ticket_core::{Error, HoldBackend};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(2, 10).build()).await;
//! let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
//!
//! let held = shop.box_office.hold(mina, seats[..2].to_vec()).await?;
//! shop.clock.advance(Duration::from_mins(7));
//! assert_eq!(shop.box_office.confirm(mina, held.hold.id).await, Err(Error::HoldExpired));
//! assert!(shop.box_office.audit().await?.is_clean());
//! # Ok::<(), Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![allow(clippy::panic, clippy::unwrap_used, reason = "only tests use this module")]

mod example;
mod plan;
#[cfg(feature = "redis")]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
mod smtp_sink;

use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::api::JoinRequest;
use crate::clock::ManualClock;
use crate::domain::{OfferReport, PerformanceId, SeatId, ShowId, ShowPlan, UserId};
use crate::{BoxOffice, Config, HoldBackend, PasswordCost};

pub use example::Example;
pub use plan::PlanBuilder;
#[cfg(feature = "redis")]
pub use proxy::{Fault, RedisProxy, Stopped};
#[cfg(feature = "redis")]
pub use redis::PrivateRedis;
pub use smtp_sink::{ReceivedMail, SinkTls, SmtpSink, SmtpStep};

/// The business time zone of a [`TestShop`].
const SEOUL: &str = "Asia/Seoul";
/// When a [`TestShop`] begins.
pub const OPENING: &str = "2027-01-02T00:00:00Z";

/// A shop that is gone when it is dropped.
#[derive(Debug)]
pub struct TestShop {
    /// Its front door.
    pub box_office: BoxOffice,
    /// Its clock, which stands at [`OPENING`] in the beginning.
    pub clock: Arc<ManualClock>,
    /// Its Redis, when that keeps the holds.
    #[cfg(feature = "redis")]
    pub redis: Option<PrivateRedis>,
    config: Config,
    folder: TempDir,
}

impl TestShop {
    /// An empty shop. Its business time zone is Asia/Seoul.
    #[must_use]
    pub fn open(holds: HoldBackend) -> Self {
        Self::open_with(holds, |config| config)
    }

    /// An empty shop that is configured otherwise.
    #[must_use]
    pub fn open_with(holds: HoldBackend, change: impl FnOnce(Config) -> Config) -> Self {
        Self::open_in(holds, (SEOUL, OPENING), change)
    }

    /// An empty shop in another business time zone, whose clock stands at this instant in the beginning.
    #[must_use]
    pub fn open_at(holds: HoldBackend, time_zone: &str, now: &str) -> Self {
        Self::open_in(holds, (time_zone, now), |config| config)
    }

    /// An empty shop that keeps its holds in the Redis at this address.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn open_over(redis_url: String) -> Self {
        Self::configured((SEOUL, OPENING), |config| Config { redis: Some(redis_url), ..config })
    }

    fn open_in(holds: HoldBackend, at: (&str, &str), change: impl FnOnce(Config) -> Config) -> Self {
        #[cfg(feature = "redis")]
        {
            let redis = (holds == HoldBackend::Redis).then(PrivateRedis::start);
            let url = redis.as_ref().map(PrivateRedis::url);
            Self { redis, ..Self::configured(at, |config| change(Config { redis: url, ..config })) }
        }
        #[cfg(not(feature = "redis"))]
        {
            assert_eq!(holds, HoldBackend::Embedded, "this needs the feature redis");
            Self::configured(at, change)
        }
    }

    fn configured((time_zone, now): (&str, &str), configure: impl FnOnce(Config) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database_in(&folder);
        let clock = Arc::new(ManualClock::new(now.parse().unwrap()));
        let config = Config {
            password_cost: PasswordCost { memory_kib: 8, passes: 1 },
            clock: Arc::clone(&clock) as _,
            ..Config::new(&database)
        };
        let config = configure(config);
        BoxOffice::create(&config, &TimeZone::get(time_zone).unwrap()).unwrap();
        Self {
            box_office: BoxOffice::open(config.clone()).unwrap(),
            clock,
            #[cfg(feature = "redis")]
            redis: None,
            config,
            folder,
        }
    }

    /// A shop with this show.
    pub async fn with(holds: HoldBackend, plan: ShowPlan) -> Self {
        let shop = Self::open(holds);
        shop.apply(plan).await;
        shop
    }

    /// Another shop over the same database, holds and clock, as if in another process.
    #[must_use]
    pub fn open_again(&self) -> BoxOffice {
        self.open_as(|config| config)
    }

    /// The same, configured otherwise.
    #[must_use]
    pub fn open_as(&self, change: impl FnOnce(Config) -> Config) -> BoxOffice {
        BoxOffice::open(change(self.config.clone())).unwrap()
    }

    /// Another shop over the same database and clock, which reaches Redis through this proxy.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn open_through(&self, proxy: &RedisProxy) -> BoxOffice {
        BoxOffice::open(Config { redis: Some(proxy.url()), ..self.config.clone() }).unwrap()
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database_in(&self.folder)
    }

    /// Makes a show so; nothing may stand in the way.
    pub async fn apply(&self, plan: ShowPlan) {
        let report = self.box_office.apply(plan, false).await.unwrap();
        assert!(report.in_the_way.is_empty(), "{:?}", report.in_the_way);
    }

    /// Joins a buyer of this name; the email is `<name>@example.com`, the password `password of <name>`.
    pub async fn join(&self, name: &str) -> UserId {
        let request = JoinRequest {
            email: format!("{name}@example.com"),
            password: format!("password of {name}"),
            name: name.to_owned(),
        };
        self.box_office.join(request).await.unwrap()
    }

    /// The n-th performance of the first show, from 0.
    pub async fn performance(&self, n: usize) -> PerformanceId {
        self.box_office.performances(ShowId(1)).await.unwrap()[n].0.id
    }

    /// Everything of the n-th performance that is drawn, gaps included, in drawing order.
    pub async fn seats(&self, n: usize) -> Vec<SeatId> {
        let layout = self.box_office.layout(self.performance(n).await).await.unwrap();
        layout.seats().map(|seat| seat.id).collect()
    }
}

/// A pass of the job `waitlist-offer`, as the only runner.
pub async fn offer_canceled_seats(box_office: &BoxOffice) -> OfferReport {
    let fence = box_office.next_fence("waitlist-offer").await.unwrap();
    box_office.offer_canceled_seats(&fence).await.unwrap()
}

/// A run of the job `waitlist-expire`, as the only runner.
pub async fn expire_offers(box_office: &BoxOffice) -> u64 {
    let fence = box_office.next_fence("waitlist-expire").await.unwrap();
    box_office.expire_offers(&fence).await.unwrap()
}

/// Fails when the audit finds anything, and tells what.
#[track_caller]
pub fn assert_clean(box_office: &BoxOffice) -> impl Future<Output = ()> + Send {
    let asked_at = Location::caller();
    async move {
        let report = box_office.audit().await.unwrap();
        assert!(report.is_clean(), "asked at {asked_at}:\n{report}");
    }
}

fn database_in(folder: &TempDir) -> PathBuf {
    folder.path().join("tickets.db")
}
