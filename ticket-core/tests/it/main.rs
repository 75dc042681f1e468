//! The engine against real SQLite databases.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod apply;
mod audit;
mod bookings;
mod cancel;
mod holds;
mod live;
mod once;
mod open;
mod race;
mod redis_faults;
