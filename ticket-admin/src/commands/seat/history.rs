use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{BookingId, SeatChange, SeatId, SeatState};

use crate::cli::Global;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text, word};

/// What has become of a seat, oldest first, with the bookings and their buyers
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat history 1201")]
pub(crate) struct History {
    /// Id of the seat
    seat: SeatId,
}

/// A change of a seat, with the booking that was made or cancelled by it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    at: Timestamp,
    state: SeatState,
    #[serde(skip_serializing_if = "Option::is_none")]
    booking_id: Option<BookingId>,
    /// Of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl Record for Change {
    const COLUMNS: &'static [&'static str] = &["at", "state", "bookingId", "email"];
}

impl History {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let (changes, time_zone) = in_shop(global, async |shop: &BoxOffice| {
            // An unknown seat is an error, not one without a history.
            shop.seats(vec![self.seat]).await?;
            Ok((shop.seat_history(self.seat).await?, shop.time_zone().clone()))
        })?;
        let changes: Vec<Change> = changes.into_iter().map(Change::from).collect();
        let columns = [word("AT"), word("STATE"), number("BOOKING"), text("BUYER")];
        output::list(global.format, "changes: it has always been free", &changes, columns, |change| {
            let at = change.at.to_zoned(time_zone.clone());
            [
                at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
                change.state.to_string(),
                change.booking_id.map(|id| id.to_string()).unwrap_or_default(),
                change.email.clone().unwrap_or_default(),
            ]
        })?;
        Ok(Exit::Ok)
    }
}

impl From<SeatChange> for Change {
    fn from(change: SeatChange) -> Self {
        Self { at: change.at, state: change.state, booking_id: change.booking, email: change.buyer }
    }
}
