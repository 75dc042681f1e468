//! Runs the examples as whoever reads them would: each a process of its own, against real servers. Reads the show files.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod contention;
mod embedding;
mod process;
mod show_files;
