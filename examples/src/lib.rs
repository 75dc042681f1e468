//! What the load programs among the examples share.
//!
//! - [`hall`]: a hall of any size, and its seats.
//! - [`crowd`]: buyers in bulk, with tokens, without passwords.
//! - [`http`]: one keep-alive connection, as cheap as it gets.
//! - [`latency`]: percentiles of durations.
//! - [`past`]: bookings by the million.

pub mod crowd;
pub mod hall;
pub mod http;
pub mod latency;
pub mod past;

/// What the README tells embedders compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
