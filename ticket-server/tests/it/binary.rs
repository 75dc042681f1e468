//! The program itself, as its own process.

mod config;
mod crash;
mod crash_and_repeat;
mod disk_full;
#[cfg(feature = "failpoints")]
mod failpoints;
mod mail;
mod process;
mod restored;
mod signals;
mod start;
