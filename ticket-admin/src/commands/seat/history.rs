use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{SeatId, SeatState};

use crate::cli::Global;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, word};

/// What has become of a seat, oldest first
#[derive(Debug, clap::Args)]
pub(crate) struct History {
    /// Id of the seat
    seat: SeatId,
}

#[derive(Serialize)]
struct Change {
    at: Timestamp,
    state: SeatState,
}

impl Record for Change {
    const COLUMNS: &'static [&'static str] = &["at", "state"];
}

impl History {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let (changes, time_zone) = in_shop(global, async |shop: &BoxOffice| {
            // An unknown seat is an error, not one without a history.
            shop.seats(vec![self.seat]).await?;
            Ok((shop.seat_history(self.seat).await?, shop.time_zone().clone()))
        })?;
        let changes: Vec<Change> = changes.into_iter().map(|(state, at)| Change { at, state }).collect();
        output::list(
            global.format,
            "changes: it has always been free",
            &changes,
            [word("AT"), word("STATE")],
            |change| {
                let at = change.at.to_zoned(time_zone.clone());
                [at.strftime("%Y-%m-%d %H:%M:%S").to_string(), change.state.to_string()]
            },
        )?;
        Ok(Exit::Ok)
    }
}
