//! One file per subcommand: what it takes, what it does.

mod apply;
mod audit;
mod backup;
mod booking;
mod change;
mod completions;
mod doctor;
mod holds;
mod init;
mod jobs;
mod mail;
mod man;
mod migrate;
mod performance;
mod ranking;
mod restore;
mod seat;
mod show;
mod user;
mod venue;
mod waitlist;

use anyhow::{Context as _, Result};
use ticket_core::{BoxOffice, Config};

use crate::cli::{Cli, Global};
use crate::exit::Exit;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    Migrate(migrate::Migrate),
    Apply(apply::Apply),
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

pub(crate) fn run(Cli { global, command }: Cli) -> Result<Exit> {
    match command {
        Command::Init(init) => init.run(&global),
        Command::Migrate(migrate) => migrate.run(&global),
        Command::Apply(apply) => apply.run(&global),
        Command::Venue(venue) => venue.run(&global),
        Command::User(user) => user.run(&global),
        Command::Show(show) => show.run(&global),
        Command::Performance(performance) => performance.run(&global),
        Command::Seat(seat) => seat.run(&global),
        Command::Booking(booking) => booking.run(&global),
        Command::Holds(holds) => holds.run(&global),
        Command::Waitlist(waitlist) => waitlist.run(&global),
        Command::Ranking(ranking) => ranking.run(&global),
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
    runtime.block_on(async {
        let box_office = BoxOffice::open(config)?;
        let result = act(&box_office).await;
        box_office.shutdown().await;
        result
    })
}
