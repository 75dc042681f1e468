//! The engine against real SQLite databases.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod apply;
mod audit;
mod best;
mod bookings;
mod cancel;
mod controls;
mod holds;
mod linear;
mod live;
mod model;
mod once;
mod open;
mod race;
mod ranking;
mod ranking_cache;
mod redis_faults;
mod redis_network;
mod two_processes;
mod writer_faults;
