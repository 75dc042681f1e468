use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::domain::{PricedSeats, SeatId};

use crate::cli::Global;
use crate::commands::change::DryRun;
use crate::commands::{in_shop, performance};
use crate::exit::Exit;

/// Change the price of seats, while they are on sale
///
/// As `performance price` does for whole grades: what is sold keeps the price that was paid, and what is held or offered its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat price 90000 1201 1202 1203 --dry-run")]
pub(crate) struct Price {
    /// The price in the smallest unit of the currency
    price: i64,
    /// Ids of seats of one performance, as `seat list` shows them
    #[arg(value_name = "SEAT", required = true)]
    seats: Vec<SeatId>,
    #[command(flatten)]
    dry: DryRun,
}

impl Price {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        // Which performance, and so which currency.
        let seats = self.seats.clone();
        let chosen = in_shop(global, async |shop: &BoxOffice| Ok(shop.seats(seats).await?))?;
        let prices = PricedSeats::Named(self.seats.clone(), self.price);
        performance::change_prices(global, chosen[0].performance, prices, self.dry.dry_run)
    }
}
