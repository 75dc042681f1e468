use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{BookingId, Seat, SeatId, TicketId};

use crate::cli::Global;
use crate::commands::change::DryRun;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output;

/// Move the ticket of a seat to another seat of the performance
///
/// The other seat must be free, or blocked to be kept for this. The ticket keeps its id and what was paid for it, whatever the
/// other seat costs. The buyer is told by mail, and the seat that is left goes to those who wait for it, then on sale.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat move 1201 1340 --dry-run")]
pub(crate) struct Move {
    /// Id of the seat that is sold
    from: SeatId,
    /// Id of the seat that the ticket is to be for
    to: SeatId,
    #[command(flatten)]
    dry: DryRun,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Moved {
    ticket_id: TicketId,
    booking_id: BookingId,
    from_seat_id: SeatId,
    from: String,
    seat_id: SeatId,
    to: String,
    dry_run: bool,
}

impl Record for Moved {
    const COLUMNS: &'static [&'static str] = &["ticketId", "bookingId", "fromSeatId", "from", "seatId", "to", "dryRun"];
}

impl Move {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let dry_run = self.dry.dry_run;
        let moved =
            in_shop(global, async |shop: &BoxOffice| Ok(shop.move_ticket(self.from, self.to, dry_run).await?))?;
        let moved = Moved {
            ticket_id: moved.ticket,
            booking_id: moved.booking.id,
            from_seat_id: moved.from.id,
            from: place(&moved.from),
            seat_id: moved.to.id,
            to: place(&moved.to),
            dry_run,
        };
        output::record(global.format, &moved, |moved| {
            output::line(format_args!(
                "ticket {} of booking {}: {} -> {}",
                moved.ticket_id, moved.booking_id, moved.from, moved.to
            ))
        })?;
        output::note(if dry_run { "dry run, nothing was moved" } else { "moved; the buyer is told by mail" });
        Ok(Exit::Ok)
    }
}

fn place(seat: &Seat) -> String {
    let at = &seat.position;
    format!("{} {}-{} {}", at.sector, at.row, at.label, seat.grade)
}
