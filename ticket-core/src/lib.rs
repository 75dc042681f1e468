//! Sells numbered seats without ever selling one twice.
//!
//! A whole ticket shop to be built into a program: shows and their seats, holds, bookings, a waitlist, accounts, mail, live
//! seat maps, and the jobs that look after all of it. It keeps everything in one SQLite file and needs nothing else to
//! run; with Redis beside it, a rush for the same seats is settled in memory before the database hears of it.
//!
//! [`BoxOffice`] is the one front door: every use case is one of its methods. Programs that only talk to somebody else's
//! shop over HTTP use [`client`] instead.
//!
//! # The model
//!
//! | what | it |
//! | --- | --- |
//! | a **shop** | is one database file, and what a [`Config`] says about it. Any number of processes may open it. |
//! | a [**show**](domain::Show) | plays at a [venue](domain::Venue), and says how many seats one buyer may have. |
//! | a [**performance**](domain::Performance) | is one staging of it: a date and a round, and when it is on sale. |
//! | a [**seat**](domain::Seat) | belongs to one performance, and has a grade, a price and a [state](domain::SeatState). |
//! | a [**hold**](domain::Hold) | is one buyer's claim on seats of a performance. It ends by itself, after 7 minutes. |
//! | a [**booking**](domain::Booking) | is what was sold, with a [ticket](domain::Ticket) for each seat. All seats or none. |
//! | the [**waitlist**](domain::WaitlistEntry) | is for seats that are taken: who joined first is offered first what is cancelled. |
//! | the [**jobs**](jobs) | end what has run out, offer what was cancelled, send the mail. Some process must [run them](jobs::run). |
//!
//! ```text
//!                 book                  cancel                    offer
//! AVAILABLE ──────────────▶ BOOKED ──────────────▶ CANCELED ──────────────▶ WAITING
//!     ▲                       ▲                     │    ▲                   │   │
//!     │                       │                     │    └── offer is over ──┘   │
//!     └─────────────────────────── nobody waits ────┘                            │
//!                             └─────────── its waiter books ─────────────────────┘
//! ```
//!
//! A hold is not among the states: it lies beside one, and is gone without a trace when it ends. An admin may take a free
//! seat out of sale (`BLOCKED`).
//!
//! # Who owns a seat
//!
//! The database does. A unique index allows one valid ticket per seat, and a seat changes its state only from the one that
//! was expected; each of the two would be enough. A booking is one transaction, and is answered when it is on the disk. A hold
//! only keeps others away for a while. So whatever becomes of a process, of Redis, or of an answer on its way: no seat is
//! sold twice, what was answered as sold is sold, and what was only held is free again. [`audit`] checks this and more,
//! while the shop sells.
//!
//! # To begin with
//!
//! ```
//! use ticket_core::api::JoinRequest;
//! use ticket_core::domain::{SeatWish, ShowId};
//! use ticket_core::import::show_file::{self, ShowFileOptions};
//! use ticket_core::jiff::tz::TimeZone;
//! use ticket_core::{BoxOffice, Config};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("tickets.db");
//! let config = Config::new(path);
//! let seoul = TimeZone::get("Asia/Seoul")?;
//! BoxOffice::create(&config, &seoul)?; // once
//! let box_office = BoxOffice::open(config)?;
//!
//! // A show as people write it; `apply` makes it so, and changes nothing the second time.
//! let text = r#"
//!     venue.name = "Studio"
//!     show = { name = "Hamlet", category = "PLAY", running-minutes = 120 }
//!     prices.R = 30000
//!     performances = [{ date = 2131-05-02, start = 19:30:00 }]
//!     [[sectors]]
//!     name = "1F"
//!     at = [0, 0]
//!     rows = [{ rows = "A-C", seats = "1-4 _ 5-8", grade = "R" }]
//! "#;
//! let plan = show_file::parse(text, &ShowFileOptions { time_zone: seoul, starting: None })?;
//! box_office.apply(plan, false).await?;
//!
//! let mina = box_office
//!     .join(JoinRequest {
//!         email: "mina@example.com".into(),
//!         password: "correct horse battery".into(),
//!         name: "Mina".into(),
//!     })
//!     .await?;
//! let (performance, seats_left) = box_office.performances(ShowId(1)).await?.remove(0);
//! assert_eq!(seats_left, 24);
//!
//! // The best two that are free are Mina's for seven minutes, and then for good.
//! let held = box_office.hold_best(mina, performance.id, SeatWish::together(2)).await?;
//! let booking = box_office.confirm(mina, held.hold.id).await?;
//! assert_eq!(booking.show.currency.format(booking.total_price()), "60,000 KRW");
//!
//! assert!(box_office.audit().await?.is_clean());
//! box_office.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where to go on:
//!
//! | to | look at |
//! | --- | --- |
//! | sell, cancel, look after a shop | [`BoxOffice`], which lists what it can do |
//! | decide where holds live, how long they last, who sends mail | [`Config`] |
//! | describe halls and shows | [`import`] |
//! | choose seats for somebody | [`BoxOffice::hold_best`], [`seat_choice`] |
//! | draw a seat map that moves | [`BoxOffice::layout`], [`BoxOffice::subscribe`] |
//! | repeat a request safely | [`BoxOffice::once`] |
//! | run the scheduled jobs, or add one | [`jobs`] |
//! | do something in one process at a time | [`locks`] |
//! | send mail in another way | [`notify::Mailer`] |
//! | test without waiting | [`clock::ManualClock`], [`testing`] |
//! | understand a refusal | [`Error`], [`api::ErrorCode`] |
//! | talk to a server | [`client`], [`api`] |
//! | find out what is wrong, and repair it | [`audit`], [`doctor`] |
//! | report what was sold, and how full the house is | [`BoxOffice::sales_report`], [`BoxOffice::occupancy_report`] |
//! | end a program with the exit codes of the others | [`exit`] |
//!
//! # In the database, or in Redis
//!
//! Holds, locks and cached rankings live in the database by default. That is right for one machine: a few processes may
//! sell from the same file. With `Config::redis`, they live in Redis, and the rush for a seat never reaches the file: right
//! when thousands want the same seats in the same second, from several server processes. Both behave alike, and are tested by the
//! same tests. Which of the two a database uses is recorded in it when it is created, and who is set otherwise is refused:
//! [`OpenError::HoldsElsewhere`].
//!
//! # What calls answer
//!
//! A refusal is an [`Error`] with a [stable code](Error::code), such as `B_003`, and a [message](Error::message) in English or
//! Korean; nothing was changed then. Only [`Error::OutcomeUnknown`] leaves that open, and [`BoxOffice::once`] tells it
//! afterwards. Codes that any call may answer are `D_001` (the database or Redis cannot be reached; try again) and `G_500`; the
//! documentation of a call names the others.
//!
//! Amounts of money are integers in the [minor unit](domain::Currency) of the show's currency: won, cents. Instants are
//! `Timestamp`s of [jiff](https://docs.rs/jiff), of whole milliseconds; dates and times of day are local to the time zone that the shop was
//! [created](BoxOffice::create) with. No rule asks the system for the time: it takes it from [`Config::clock`]. Every id has
//! its own type.
//!
//! Calls are futures of [tokio](https://docs.rs/tokio): they need its runtime with time and I/O enabled, and all that a call
//! answers may go to another thread. A future that is dropped may have done its work or not.
//!
//! # Features
//!
//! | feature | what it brings | by default |
//! | --- | --- | --- |
//! | `engine` | everything that sells, over SQLite (bundled: a C compiler builds it) | yes |
//! | `redis` | holds, locks and rankings in Redis | yes |
//! | `redis-cluster` | the same in a Redis Cluster, or behind Redis Sentinel | no |
//! | `client` | the typed HTTP [`client`]; with `default-features = false`, neither SQLite nor Redis comes along | no |
//! | `openapi` | `utoipa` schemas of the wire types in [`api`], for a server that describes itself | no |
//! | `testing` | [`testing`]: a shop in a temporary folder, a private redis-server, a mail sink | no |
//! | `failpoints` | [`failpoint`]: places where tests end the process, guards that they leave out; never for a real shop | no |
//!
//! Without any of them, [`domain`] and [`api`] are left: the values, and the wire types.
//!
//! # What stays as it is
//!
//! Versions follow semver. The codes of errors, the names on the wire and in the database, and what is said here of invariants
//! stay; a database of an earlier version is taken over by [`BoxOffice::migrate`]. Values that only this crate makes (reports,
//! rows, errors) may gain fields and variants with any minor version, and are non-exhaustive. What others make too is open, so
//! that it can be written down: [`Config`] and the filters gain fields with minor versions, so end them with `..`
//! ([`Config::new`], [`Default`]); plans, wishes and wire types only with major ones. The features `testing` and `failpoints`, and
//! whatever is hidden from this documentation, are no part of the promise.
//!
//! Of other crates, these appear in it, and a new major version of one of them is one of ours:
//!
//! | crate | for | a program |
//! | --- | --- | --- |
//! | [jiff](https://docs.rs/jiff) 0.2 | instants, dates, time zones | takes it as [`ticket_core::jiff`](jiff), or names the same version itself |
//! | [async-trait](https://docs.rs/async-trait) 0.1 | [`Mailer`](notify::Mailer) | takes it as [`ticket_core::notify::async_trait`](notify::async_trait) |
//! | [tokio](https://docs.rs/tokio) 1 | the runtime; its `watch` channels stop [`jobs::run`] and a [backup](CopyOptions) | names it itself, with the features that it needs |
//! | [serde](https://docs.rs/serde) 1 | wire types, ids, reports | names it only to write them down in a format of its own |
//!
//! Types of rusqlite, redis, lettre and reqwest do not appear.
//!
//! The least version of Rust is the `rust-version` of the manifest. A later one is a minor version.

#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// With fewer features, this page speaks of what is not there.
#![cfg_attr(
    not(all(feature = "engine", feature = "client", feature = "testing", feature = "failpoints")),
    allow(rustdoc::broken_intra_doc_links)
)]

pub mod api;
#[cfg(feature = "client")]
pub mod client;
pub mod domain;
pub mod exit;
pub mod printable;

#[cfg(feature = "engine")]
#[macro_use]
mod failpoint_macros;
#[cfg(feature = "failpoints")]
pub mod failpoint;

#[cfg(feature = "engine")]
mod accounts;
#[cfg(feature = "engine")]
pub mod audit;
#[cfg(feature = "engine")]
mod box_office;
#[cfg(feature = "engine")]
pub mod clock;
#[cfg(feature = "engine")]
mod complaint;
#[cfg(feature = "engine")]
pub mod doctor;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod holds;
#[cfg(feature = "engine")]
pub mod import;
#[cfg(feature = "engine")]
pub mod jobs;
#[cfg(feature = "engine")]
mod live;
#[cfg(feature = "engine")]
pub mod locks;
#[cfg(feature = "engine")]
pub mod notify;
#[cfg(feature = "engine")]
mod once;
#[cfg(feature = "redis")]
mod redis_connection;
#[cfg(feature = "engine")]
mod reservation;
#[cfg(feature = "engine")]
mod sales;
#[cfg(feature = "openapi")]
mod schemas;
#[cfg(feature = "engine")]
pub mod seat_choice;
#[cfg(feature = "engine")]
mod stats;
#[cfg(feature = "engine")]
mod storage;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "engine")]
mod waitlist;

/// The crate of dates and instants, as they appear in this interface.
#[doc(no_inline)]
pub use jiff;

#[cfg(feature = "engine")]
pub use accounts::{Caller, PasswordCost};
#[cfg(feature = "engine")]
pub use box_office::{BoxOffice, Config, Health};
#[cfg(feature = "engine")]
pub use complaint::Complaint;
#[cfg(feature = "engine")]
pub use error::{Error, SeatProblem};
#[cfg(feature = "engine")]
pub use live::{SeatFeed, SeatFeedEvent};
#[cfg(feature = "engine")]
pub use once::{Once, Turn};
#[cfg(feature = "engine")]
pub use reservation::SEATS_PER_REQUEST_MAX;
#[cfg(feature = "engine")]
pub use stats::{BatchSizes, Stats};
#[cfg(feature = "engine")]
pub use storage::{
    ApplyChange, ApplyReport, BookingFilter, BookingRow, CopyOptions, DatabaseCopy, FieldChange, HoldBackend,
    KeptAnswer, MailFilter, MailRow, OpenError, PerformanceLeftAlone, SeatInTheWay, TicketFilter, TicketRow,
};

/// Its examples are tried, too.
#[cfg(all(doctest, feature = "engine"))]
#[doc = include_str!("../README.md")]
struct Readme;
