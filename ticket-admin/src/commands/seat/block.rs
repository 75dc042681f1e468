use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::SeatId;

use crate::cli::Global;
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Seats {
    /// Ids of seats of one performance, as `seat list` shows them
    #[arg(value_name = "SEAT", required = true)]
    seats: Vec<SeatId>,
}

impl Seats {
    pub(super) fn block(&self, global: &Global) -> Result<Exit> {
        let blocked = in_shop(global, async |shop: &BoxOffice| Ok(shop.block_seats(self.seats.clone()).await?))?;
        self.tell(blocked.len(), "blocked", "blocked before");
        Ok(Exit::Ok)
    }

    pub(super) fn unblock(&self, global: &Global) -> Result<Exit> {
        let unblocked = in_shop(global, async |shop: &BoxOffice| Ok(shop.unblock_seats(self.seats.clone()).await?))?;
        self.tell(unblocked.len(), "unblocked", "not blocked");
        Ok(Exit::Ok)
    }

    fn tell(&self, changed: usize, done: &str, otherwise: &str) {
        let others = self.seats.len() - changed;
        if others == 0 {
            output::note(format_args!("{done}: {changed}"));
        } else {
            output::note(format_args!("{done}: {changed}; {otherwise}: {others}"));
        }
    }
}
