use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{BookingId, TicketId};

use super::get::{find, lines};
use crate::cli::Global;
use crate::commands::in_shop;
use crate::consent::{by_name, end_without};
use crate::exit::Exit;
use crate::output;

/// Cancel a booking, also when it is too late for the buyer, who is told by mail
///
/// Its seats go to those who wait for them, and then on sale again. Its number is typed before, unless `--yes` is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin booking cancel 42 --dry-run
  ticket-admin booking cancel 42 --ticket 77 --ticket 78 --yes")]
pub(crate) struct Cancel {
    /// Its id
    booking: BookingId,
    /// Only this ticket; may be given several times
    #[arg(long = "ticket", value_name = "ID")]
    tickets: Vec<TicketId>,
    /// Say what would be cancelled, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
}

impl Cancel {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        in_shop(global, async |shop: &BoxOffice| {
            let (booking, email) = find(shop, self.booking).await?;
            for line in lines(&booking, &email, shop.time_zone()) {
                output::note(line);
            }
            let named = (!self.tickets.is_empty()).then(|| self.tickets.clone());
            if self.dry_run {
                let (after, canceled) = shop.cancel_as_admin(booking.id, named, true).await?;
                let (id, state, canceled) = (after.id, after.state, list(&canceled));
                output::note(format_args!("would be cancelled: ticket {canceled}; booking {id} would be {state}"));
                output::note("dry run, nothing was cancelled");
                return Ok(Exit::Ok);
            }
            let consent = by_name(self.yes, &self.question(), &booking.id.to_string());
            if let Some(exit) = end_without(consent, "nothing was cancelled") {
                return Ok(exit);
            }
            let (after, canceled) = shop.cancel_as_admin(booking.id, named, false).await?;
            let (id, state) = (after.id, after.state);
            output::note(format_args!("cancelled tickets: {}; booking {id} is {state}", canceled.len()));
            Ok(Exit::Ok)
        })
    }

    fn question(&self) -> String {
        match self.tickets.len() {
            0 => "Cancel all tickets of this booking?".to_owned(),
            _ => format!("Cancel of this booking: ticket {}?", list(&self.tickets)),
        }
    }
}

fn list(tickets: &[TicketId]) -> String {
    let tickets: Vec<String> = tickets.iter().map(TicketId::to_string).collect();
    tickets.join(", ")
}
