mod create;
mod edit;
mod list;

use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{self, Category, Currency, ShowId, VenueId};

use super::change::{Deletion, tell};
use super::in_shop;
use crate::cli::Global;
use crate::consent::{by_name, end_without};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output;

/// Look at shows, and change them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Show {
    /// All shows, newest first
    List,
    /// One show
    Get {
        /// Its id
        show: ShowId,
    },
    Create(create::Create),
    Edit(edit::Edit),
    Delete(Delete),
}

/// Delete a show with its performances
///
/// Bookings, also cancelled ones, holds and the waitlist are kept: with any of them nothing is deleted, they are named, and the
/// exit code is 5.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin show delete 3 --dry-run")]
pub(crate) struct Delete {
    /// Its id
    show: ShowId,
    #[command(flatten)]
    deletion: Deletion,
}

/// A show with the field names of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    show_id: ShowId,
    show_name: String,
    venue_id: VenueId,
    category: Category,
    show_start_date: jiff::civil::Date,
    show_end_date: jiff::civil::Date,
    show_time: u32,
    show_intermission_time: u32,
    show_age_limit: String,
    total_seats: u32,
    currency: Currency,
    max_seats_per_user: u32,
    cancel_until_hours: u32,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] = &[
        "showId",
        "showName",
        "venueId",
        "category",
        "showStartDate",
        "showEndDate",
        "showTime",
        "showIntermissionTime",
        "showAgeLimit",
        "totalSeats",
        "currency",
        "maxSeatsPerUser",
        "cancelUntilHours",
    ];
}

impl Show {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List => list::run(global),
            Self::Get { show } => get(global, show),
            Self::Create(create) => create.run(global),
            Self::Edit(edit) => edit.run(global),
            Self::Delete(delete) => delete.run(global),
        }
    }
}

fn get(global: &Global, id: ShowId) -> Result<Exit> {
    let (show, _) = in_shop(global, async |shop: &BoxOffice| Ok(shop.show(id).await?))?;
    output::record(global.format, &Item::from(show), output::fields)?;
    Ok(Exit::Ok)
}

impl Delete {
    fn run(self, global: &Global) -> Result<Exit> {
        let Deletion { dry_run, yes } = self.deletion;
        in_shop(global, async |shop: &BoxOffice| {
            let (show, _) = shop.show(self.show).await?;
            let question = format!("Delete show {} with all its performances?", show.id);
            if let Some(exit) = end_without(by_name(yes || dry_run, &question, &show.name), "nothing was deleted") {
                return Ok(exit);
            }
            tell(global.format, shop.delete_show(show.id, dry_run).await?, dry_run, Item::from)
        })
    }
}

impl From<domain::Show> for Item {
    fn from(show: domain::Show) -> Self {
        Self {
            show_id: show.id,
            show_name: show.name,
            venue_id: show.venue,
            category: show.category,
            show_start_date: show.start_date,
            show_end_date: show.end_date,
            show_time: show.running_minutes,
            show_intermission_time: show.intermission_minutes,
            show_age_limit: show.age_limit,
            total_seats: show.total_seats,
            currency: show.currency,
            max_seats_per_user: show.max_seats_per_user,
            cancel_until_hours: show.cancel_until_hours,
        }
    }
}
