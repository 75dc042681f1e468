//! The real binary over real databases: what it prints where, and how it exits.
//!
//! A snapshot shows the exit code, standard output and standard error of one command.
#![allow(clippy::unwrap_used, reason = "helpers of tests, too, are tests")]

mod apply;
mod backup;
mod bookings;
mod changes_on_sale;
mod doctor;
mod faults;
mod formats;
mod jobs;
mod looking;
mod managing;
mod manners;
mod manual;
mod seats;
mod support;
mod waitlist;
#[cfg(feature = "failpoints")]
mod waitlist_killed;
mod while_selling;
