//! The program itself, as its own process.

mod crash;
mod crash_and_repeat;
mod disk_full;
#[cfg(feature = "failpoints")]
mod failpoints;
mod mail;
mod process;
mod signals;
mod start;
