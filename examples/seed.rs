//! Makes a database with a long past to try things on: a million bookings, spread over days and shows.
//!
//! ```sh
//! cargo run --release -p ticket-examples --example seed -- --database past.db --bookings 1000000
//! ticket-admin --database past.db ranking --period month
//! ```

use std::path::PathBuf;

use clap::Parser;
use jiff::tz::TimeZone;
use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::{BoxOffice, Config};
use ticket_examples::past::Past;

/// Makes a database with a long past.
#[derive(Debug, Parser)]
struct Options {
    /// The database, which must not be there yet
    #[arg(long, value_name = "FILE", default_value = "past.db")]
    database: PathBuf,

    /// Bookings of one seat each
    #[arg(long, default_value_t = 1_000_000)]
    bookings: u32,

    /// Shows that they are for; the first sell best
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..))]
    shows: u32,

    /// Days over which they are spread, up to now
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..))]
    days: u32,

    /// The business time zone
    #[arg(long, value_name = "NAME", default_value = "Asia/Seoul")]
    time_zone: String,
}

fn main() -> anyhow::Result<()> {
    let Options { database, bookings, shows, days, time_zone } = Options::parse();
    let time_zone = TimeZone::get(&time_zone)?;
    BoxOffice::create(&Config::new(&database), &time_zone)?;
    Past { bookings, shows, days, until: SystemClock.now() }.write(&database, &time_zone)
}
