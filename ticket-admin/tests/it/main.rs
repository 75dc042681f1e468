//! The real binary over real databases: what it prints where, and how it exits.
//!
//! A snapshot shows the exit code, standard output and standard error of one command.
#![allow(clippy::unwrap_used, reason = "helpers of tests, too, are tests")]

mod apply;
mod backup;
mod beside_a_sale;
mod bookings;
mod changes_on_sale;
mod columns;
mod doctor;
mod dry_runs;
mod exit_codes;
mod faults;
mod formats;
mod import_faults;
mod interrupts;
mod jobs;
mod looking;
mod managing;
mod manners;
mod manual;
mod pty;
mod reports;
mod seat_import;
mod seats;
mod show_files;
mod strangers;
mod support;
mod terminal;
mod waitlist;
#[cfg(feature = "failpoints")]
mod waitlist_killed;
mod while_selling;
mod written_files;
