//! The program itself, as its own process.

mod config;
mod crash;
mod crash_and_repeat;
mod disk_full;
#[cfg(feature = "failpoints")]
mod failpoints;
#[cfg(feature = "failpoints")]
mod log;
mod mail;
mod process;
mod rolling_restart;
mod signals;
mod start;
