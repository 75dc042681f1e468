use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{Hold, HoldId, PerformanceId, SeatId, UserId};

use super::in_shop;
use crate::cli::Global;
use crate::csv::Record;
use crate::exit::{Exit, not_found};
use crate::output::{self, number, text, word};

/// Look at holds, and end them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Holds {
    /// All live holds, soonest end first
    List,
    /// End a hold; its seats can be held and booked by anybody again
    #[command(after_help = "Examples:
  ticket-admin holds list --format json | jq -r '.[].holdId'
  ticket-admin holds release 7-99e40f2ca8f512113cab1290a1a2e054 --dry-run")]
    Release {
        /// Its id, as the list shows it
        hold: HoldId,
        /// Say what would be released, and release nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Holds {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Self::List => list(global),
            Self::Release { hold, dry_run } => release(global, *hold, *dry_run),
        }
    }
}

/// A hold, with the field names of the HTTP API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    hold_id: HoldId,
    performance_id: PerformanceId,
    user_id: UserId,
    seat_ids: Vec<SeatId>,
    expires_at: Timestamp,
}

impl Record for Row {
    const COLUMNS: &'static [&'static str] = &["holdId", "performanceId", "userId", "seatIds", "expiresAt"];
}

impl From<Hold> for Row {
    fn from(hold: Hold) -> Self {
        Self {
            hold_id: hold.id,
            performance_id: hold.id.performance,
            user_id: hold.user,
            seat_ids: hold.seats,
            expires_at: hold.expires_at,
        }
    }
}

fn list(global: &Global) -> Result<Exit> {
    let (holds, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        Ok((box_office.list_holds().await?, box_office.time_zone().clone()))
    })?;
    let rows: Vec<Row> = holds.into_iter().map(Row::from).collect();
    let columns = [word("HOLD"), number("PERFORMANCE").spare(2), number("USER").spare(1), text("SEATS"), word("ENDS")];
    output::list(global.format, "holds", &rows, columns, |row| {
        [
            row.hold_id.to_string(),
            row.performance_id.to_string(),
            row.user_id.to_string(),
            listed(&row.seat_ids),
            time_of_day(row.expires_at, &time_zone),
        ]
    })?;
    Ok(Exit::Ok)
}

fn release(global: &Global, id: HoldId, dry_run: bool) -> Result<Exit> {
    let seats = in_shop(global, async |box_office: &BoxOffice| {
        let holds = box_office.list_holds().await?;
        let hold = holds.into_iter().find(|hold| hold.id == id);
        let hold = hold.ok_or_else(|| not_found(format!("there is no live hold {id}")))?;
        if !dry_run {
            box_office.release_hold(hold.user, hold.id).await?;
        }
        Ok(hold.seats)
    })?;
    if dry_run {
        output::note(format_args!("hold {id}: would be released with seats {}", listed(&seats)));
        output::note_dry_run();
    } else {
        output::note(format_args!("hold {id} released"));
    }
    Ok(Exit::Ok)
}

fn listed(seats: &[SeatId]) -> String {
    seats.iter().map(SeatId::to_string).collect::<Vec<_>>().join(",")
}

fn time_of_day(at: Timestamp, time_zone: &TimeZone) -> String {
    at.to_zoned(time_zone.clone()).strftime("%H:%M:%S").to_string()
}
