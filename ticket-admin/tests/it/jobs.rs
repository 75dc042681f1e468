//! Scheduled jobs, by the commands and by real processes.

mod commands;
#[cfg(unix)]
pub(crate) mod daemons;
#[cfg(all(unix, feature = "failpoints"))]
mod failpoints;
mod place;
