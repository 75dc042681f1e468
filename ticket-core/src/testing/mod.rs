//! A shop for tests: a temporary database, cheap passwords, and a clock that moves only when told.
//!
//! What goes wrong here panics: it is the test's own fault.

#![allow(clippy::panic, clippy::unwrap_used, reason = "only tests use this module")]

mod plan;
#[cfg(feature = "redis")]
mod proxy;
#[cfg(feature = "redis")]
mod redis;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::api::JoinRequest;
use crate::clock::ManualClock;
use crate::domain::{PerformanceId, SeatId, ShowId, ShowPlan, UserId};
use crate::{BoxOffice, Config, HoldBackend, PasswordCost};

pub use plan::PlanBuilder;
#[cfg(feature = "redis")]
pub use proxy::{Fault, RedisProxy, Stopped};
#[cfg(feature = "redis")]
pub use redis::PrivateRedis;

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
        #[cfg(feature = "redis")]
        {
            let redis = (holds == HoldBackend::Redis).then(PrivateRedis::start);
            let url = redis.as_ref().map(PrivateRedis::url);
            Self { redis, ..Self::configured(|config| Config { redis: url, ..config }) }
        }
        #[cfg(not(feature = "redis"))]
        {
            assert_eq!(holds, HoldBackend::Embedded, "this needs the feature redis");
            Self::configured(|config| config)
        }
    }

    /// An empty shop that keeps its holds in the Redis at this address.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn open_over(redis_url: String) -> Self {
        Self::configured(|config| Config { redis: Some(redis_url), ..config })
    }

    fn configured(configure: impl FnOnce(Config) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database_in(&folder);
        let clock = Arc::new(ManualClock::new(OPENING.parse().unwrap()));
        let config = Config {
            password_cost: PasswordCost { memory_kib: 8, passes: 1 },
            clock: Arc::clone(&clock) as _,
            ..Config::new(&database)
        };
        let config = configure(config);
        BoxOffice::create(&config, &TimeZone::get("Asia/Seoul").unwrap()).unwrap();
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
        BoxOffice::open(self.config.clone()).unwrap()
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

fn database_in(folder: &TempDir) -> PathBuf {
    folder.path().join("tickets.db")
}
