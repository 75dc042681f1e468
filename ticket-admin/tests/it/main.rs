//! The real binary over real databases: what it prints where, and how it exits.
//!
//! A snapshot shows the exit code, standard output and standard error of one command.
#![allow(clippy::unwrap_used, reason = "helpers of tests, too, are tests")]

mod apply;
mod backup;
mod bookings;
mod doctor;
mod faults;
mod formats;
mod import_faults;
mod jobs;
mod looking;
mod manners;
mod manual;
mod seat_import;
mod seats;
mod show_files;
mod support;
mod waitlist;
#[cfg(feature = "failpoints")]
mod waitlist_killed;
