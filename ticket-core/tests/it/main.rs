//! The engine against real SQLite databases.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod apply;
mod audit;
mod best;
mod bookings;
mod cancel;
mod controls;
mod doctor;
mod holds;
mod linear;
mod live;
mod model;
mod once;
mod open;
mod race;
#[cfg(feature = "redis-cluster")]
mod redis_cluster;
mod redis_faults;
mod redis_memory;
mod redis_network;
#[cfg(feature = "redis-cluster")]
mod redis_sentinel;
mod second_look;
mod two_processes;
mod writer_faults;
