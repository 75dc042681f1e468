use anyhow::Result;
use clap::ValueEnum;
use ticket_core::BoxOffice;
use ticket_core::domain::{PerformanceId, SeatStatus};

use super::map::{Seen, read, seats};
use crate::cli::Global;
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output::{self, number, text, word};

/// The seats of a performance in drawing order, as they are now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat list 7 --status blocked
  ticket-admin seat list 7 --format csv > seats.csv")]
pub(crate) struct List {
    /// Id of the performance
    performance: PerformanceId,
    /// Only those of which this is true; may be given several times
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Vec<Status>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Status {
    Available,
    Held,
    Sold,
    Canceled,
    Offered,
    Blocked,
}

impl Status {
    /// `None` for a gap, which is no seat.
    const fn of(status: SeatStatus) -> Option<Self> {
        Some(match status {
            SeatStatus::Available => Self::Available,
            SeatStatus::Held => Self::Held,
            SeatStatus::Booked => Self::Sold,
            SeatStatus::Canceled => Self::Canceled,
            SeatStatus::Offered => Self::Offered,
            SeatStatus::Blocked => Self::Blocked,
            SeatStatus::Gap => return None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Held => "held",
            Self::Sold => "sold",
            Self::Canceled => "canceled",
            Self::Offered => "offered",
            Self::Blocked => "blocked",
        }
    }
}

impl List {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let seen = in_shop(global, async |shop: &BoxOffice| read(shop, self.performance).await)?;
        if self.status.iter().any(|status| matches!(status, Status::Held | Status::Available)) {
            // Not an answer, when it is not known.
            seen.holds.clone()?;
        }
        seen.warn();
        let Seen { layout, statuses, .. } = &seen;
        let mut found = seats(layout, statuses);
        found.retain(|seat| {
            Status::of(seat.status).is_some_and(|status| self.status.is_empty() || self.status.contains(&status))
        });
        let columns =
            [number("ID"), text("SECTOR"), text("ROW"), text("SEAT"), word("GRADE"), number("PRICE"), word("STATUS")];
        output::list(global.format, "such seats", &found, columns, |seat| {
            [
                seat.seat_id.to_string(),
                seat.sector.to_owned(),
                seat.row.to_owned(),
                seat.label.map_or_else(|| seat.number.to_string(), str::to_owned),
                seat.grade.to_string(),
                layout.header.currency.format(seat.price),
                Status::of(seat.status).map_or("gap", Status::name).to_owned(),
            ]
        })?;
        Ok(Exit::Ok)
    }
}
