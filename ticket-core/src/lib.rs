//! Sells numbered seats without ever selling one twice.
//!
//! Start at [`BoxOffice`], the one front door: every use case is one of its methods. It answers with values of
//! [`domain`] and [`api`], and refuses with an [`Error`] that has a stable code.
//!
//! - [`domain`]: what the system is about; pure values.
//! - [`api`]: what server and clients say to each other.
//! - [`clock`]: where every rule about time takes its `now` from.
//! - `storage`: the database, which decides who owns a seat. One method is one transaction.
//! - `holds`: claims on seats for a limited time.
//! - `reservation`: hold, book, cancel.
//! - `waitlist`: wait for seats that are taken, and be offered what was cancelled.
//! - `once`: the same request again is answered as before, and done once.
//! - [`notify`]: what users are told by mail.
//! - `sales`: which shows sell best.
//! - [`seat_choice`]: which seats are the best that are free.
//! - `accounts`: joining, logging in, tokens.
//! - `live`: seat maps in memory, and the feed of their changes.
//! - [`locks`]: work that only one process does at a time.
//! - [`jobs`]: what has to be done again and again.
//! - `stats`: what has been done, as numbers, for whoever exports them.
//! - [`audit`]: the invariants, as a function.
//! - [`doctor`]: what of that can be put right.
//! - [`import`]: show files and seating plans, read and written.
//! - `client` (feature `client`): the typed HTTP client.

#![warn(missing_docs)]

pub mod api;
#[cfg(feature = "client")]
pub mod client;
pub mod domain;

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

#[cfg(feature = "engine")]
pub use accounts::{Caller, PasswordCost};
#[cfg(feature = "engine")]
pub use box_office::{BoxOffice, Config, Health};
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
    ApplyChange, ApplyReport, BookingFilter, BookingRow, DatabaseCopy, FieldChange, HoldBackend, KeptAnswer,
    MailFilter, MailRow, OpenError, SeatInTheWay,
};
