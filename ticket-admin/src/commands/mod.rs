//! One file per subcommand: what it takes, what it does.

mod apply;
mod apply_report;
mod audit;
mod backup;
mod booking;
mod change;
mod completions;
mod diff;
mod doctor;
mod export;
mod holds;
mod init;
mod jobs;
mod mail;
mod man;
mod migrate;
mod performance;
mod ranking;
mod report;
mod restore;
mod seat;
mod show;
mod show_file;
mod user;
mod venue;
mod waitlist;

use std::time::Instant;

use anyhow::{Context as _, Result};
use ticket_core::{BoxOffice, Config};

use crate::cli::{Cli, Global};
use crate::exit::Exit;
use crate::{consent, log};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    Migrate(migrate::Migrate),
    Apply(apply::Apply),
    Diff(diff::Diff),
    Export(export::Export),
    #[command(subcommand)]
    Venue(venue::Venue),
    #[command(subcommand)]
    Show(show::Show),
    #[command(subcommand)]
    Performance(performance::Performance),
    #[command(subcommand)]
    Seat(seat::Seat),
    #[command(subcommand)]
    Booking(booking::Booking),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Holds(holds::Holds),
    Ranking(ranking::Ranking),
    #[command(subcommand)]
    Report(report::Report),
    #[command(subcommand)]
    Waitlist(waitlist::Waitlist),
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    #[command(subcommand)]
    Mail(mail::Mail),
    Audit(audit::Audit),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// What is logged without being asked for.
    const fn log(&self) -> Option<&'static str> {
        match self {
            Self::Jobs(jobs) => jobs.log(),
            Self::Waitlist(waitlist) => waitlist.log(),
            _ => None,
        }
    }
}

pub(crate) fn run(Cli { global, command }: Cli) -> Result<Exit> {
    log::start(&global, command.log());
    if global.no_input {
        consent::never_ask();
    }
    // Before anything is done, so that nothing is created that could not be opened.
    global.config().check_redis()?;
    match command {
        Command::Init(init) => init.run(&global),
        Command::Migrate(migrate) => migrate.run(&global),
        Command::Apply(apply) => apply.run(&global),
        Command::Diff(diff) => Ok(diff.run(&global)),
        Command::Export(export) => export.run(&global),
        Command::Venue(venue) => venue.run(&global),
        Command::User(user) => user.run(&global),
        Command::Show(show) => show.run(&global),
        Command::Performance(performance) => performance.run(&global),
        Command::Seat(seat) => seat.run(&global),
        Command::Booking(booking) => booking.run(&global),
        Command::Holds(holds) => holds.run(&global),
        Command::Waitlist(waitlist) => waitlist.run(&global),
        Command::Ranking(ranking) => ranking.run(&global),
        Command::Report(report) => report.run(&global),
        Command::Jobs(jobs) => jobs.run(&global),
        Command::Mail(mail) => mail.run(&global),
        Command::Audit(audit) => audit.run(&global),
        Command::Doctor(doctor) => doctor.run(&global),
        Command::Backup(backup) => backup.run(&global),
        Command::Restore(restore) => restore.run(&global),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}

/// Opens the shop, does something in it, and closes it again.
fn in_shop<T>(global: &Global, act: impl AsyncFnOnce(&BoxOffice) -> Result<T>) -> Result<T> {
    in_shop_of(global.config(), act)
}

/// The same, for a shop that is opened in this way.
fn in_shop_of<T>(config: Config, act: impl AsyncFnOnce(&BoxOffice) -> Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let started = Instant::now();
    runtime.block_on(async {
        let database = config.database.display().to_string();
        let box_office = BoxOffice::open(config)?;
        let time_zone = box_office.time_zone().iana_name();
        tracing::debug!(database, time_zone, took = ?started.elapsed(), "the shop is open");
        let result = act(&box_office).await;
        tracing::debug!(is_ok = result.is_ok(), took = ?started.elapsed(), "done");
        box_office.shutdown().await;
        result
    })
}
