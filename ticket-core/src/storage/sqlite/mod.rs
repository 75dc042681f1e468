//! The store over SQLite: one thread writes, a few connections read.

mod accounts;
mod apply;
mod bookings;
mod catalog;
mod changes;
mod connection;
mod convert;
mod doctor;
mod error;
mod fences;
mod findings;
mod holds;
mod idempotency;
mod outbox;
mod readers;
mod schema;
mod seats;
mod store;
mod writer;

pub(crate) use accounts::{NewAccount, NewRefreshToken, RefreshUse};
pub use apply::{ApplyChange, ApplyReport, SeatInTheWay};
pub(crate) use bookings::{BookOrder, BookSeats};
pub use bookings::{BookingFilter, BookingRow};
pub(crate) use catalog::ShowQuery;
pub(crate) use changes::{ChangeCursor, Changes, SeatMapSnapshot};
pub(crate) use doctor::RowDamage;
pub use idempotency::KeptAnswer;
pub(crate) use idempotency::{Ending, KeyScope, KeyUse, Keyed, Unkeyed};
pub use schema::HoldBackend;
pub(crate) use store::Store;
