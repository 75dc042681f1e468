mod cancel;
mod create;
mod edit;
mod list;
mod price;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{self, PerformanceId, ShowId, Standing};

pub(super) use price::change as change_prices;

use super::change::{Deletion, tell};
use super::in_shop;
use crate::cli::Global;
use crate::consent::{by_name, end_without};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output;

/// Look at performances, change and cancel them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Performance {
    /// The performances of a show, by date and round
    List {
        /// Id of the show
        show: ShowId,
    },
    /// One performance, with what of it is sold, held and waited for
    Get {
        /// Its id
        performance: PerformanceId,
    },
    Create(create::Create),
    Edit(edit::Edit),
    Price(price::Price),
    Cancel(cancel::Cancel),
    Delete(Delete),
}

/// Delete a performance in which nothing has happened
///
/// Bookings, also cancelled ones, holds, the waitlist and the history of blocked seats are kept: with any of them nothing is
/// deleted, they are named, and the exit code is 5. `performance cancel` ends a performance that is sold.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin performance delete 7 --dry-run")]
pub(crate) struct Delete {
    /// Its id
    performance: PerformanceId,
    #[command(flatten)]
    deletion: Deletion,
}

/// A performance with the field names of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    performance_id: PerformanceId,
    show_id: ShowId,
    show_date: Date,
    round: u32,
    start_time: Time,
    starts_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    sale_opens_at: Option<Timestamp>,
    sale_closes_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_at: Option<Timestamp>,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] = &[
        "performanceId",
        "showId",
        "showDate",
        "round",
        "startTime",
        "startsAt",
        "saleOpensAt",
        "saleClosesAt",
        "canceledAt",
    ];
}

/// A performance and how it stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithStanding {
    #[serde(flatten)]
    performance: Item,
    bookings: u64,
    tickets: u64,
    total_price: i64,
    holds: u64,
    waiters: u64,
}

impl Record for WithStanding {
    const COLUMNS: &'static [&'static str] = &[
        "performanceId",
        "showId",
        "showDate",
        "round",
        "startTime",
        "startsAt",
        "saleOpensAt",
        "saleClosesAt",
        "canceledAt",
        "bookings",
        "tickets",
        "totalPrice",
        "holds",
        "waiters",
    ];
}

impl Performance {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List { show } => list::run(global, show),
            Self::Get { performance } => get(global, performance),
            Self::Create(create) => create.run(global),
            Self::Edit(edit) => edit.run(global),
            Self::Price(price) => price.run(global),
            Self::Cancel(cancel) => cancel.run(global),
            Self::Delete(delete) => delete.run(global),
        }
    }
}

fn get(global: &Global, id: PerformanceId) -> Result<Exit> {
    let (performance, standing) = in_shop(global, async |shop: &BoxOffice| {
        let (performance, ..) = shop.performance(id).await?;
        Ok((performance, shop.standing(id).await?))
    })?;
    let Standing { bookings, tickets, total_price, holds, waiters, .. } = standing;
    let performance = Item::from(performance);
    let item = WithStanding { performance, bookings, tickets, total_price, holds, waiters };
    output::record(global.format, &item, output::fields)?;
    Ok(Exit::Ok)
}

impl Delete {
    fn run(self, global: &Global) -> Result<Exit> {
        let Deletion { dry_run, yes } = self.deletion;
        in_shop(global, async |shop: &BoxOffice| {
            let (performance, show, _) = shop.performance(self.performance).await?;
            let question = format!("Delete performance {}?", name(&performance));
            if let Some(exit) = end_without(by_name(yes || dry_run, &question, &show.name), "nothing was deleted") {
                return Ok(exit);
            }
            tell(global.format, shop.delete_performance(performance.id, dry_run).await?, dry_run, Item::from)
        })
    }
}

/// What people call a performance.
fn name(performance: &domain::Performance) -> String {
    let start = performance.start_time.strftime("%H:%M");
    format!("{}, {} {start} (round {})", performance.id, performance.date, performance.round)
}

/// An instant as people of the business time zone read it.
pub(super) fn local(instant: Timestamp, time_zone: &TimeZone) -> String {
    instant.to_zoned(time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

impl From<domain::Performance> for Item {
    fn from(performance: domain::Performance) -> Self {
        Self {
            performance_id: performance.id,
            show_id: performance.show,
            show_date: performance.date,
            round: performance.round,
            start_time: performance.start_time,
            starts_at: performance.starts_at,
            sale_opens_at: performance.sale_opens_at,
            sale_closes_at: performance.sale_closes_at,
            canceled_at: performance.canceled_at,
        }
    }
}
