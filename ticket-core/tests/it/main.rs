//! The engine against real SQLite databases.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod accounts;
mod apply;
mod audit;
mod best;
mod blocks;
mod bookings;
mod cancel;
mod canceled_performance;
mod controls;
mod doctor;
mod gone;
mod holds;
mod job_locks;
mod jobs;
mod limits;
mod linear;
mod live;
mod lives;
mod mail;
mod managing;
mod moved_ticket;
mod once;
mod open;
mod prices;
mod promises;
mod race;
mod ranking;
mod ranking_cache;
#[cfg(feature = "redis-cluster")]
mod redis_cluster;
mod redis_faults;
mod redis_memory;
mod redis_network;
#[cfg(feature = "redis-cluster")]
mod redis_sentinel;
mod reports;
mod second_look;
mod sequences;
mod support;
mod two_processes;
mod waitlist;
mod waitlist_pass;
mod writer_faults;
