mod block;
mod history;
mod import;
mod list;
mod map;
mod moving;
mod price;

use anyhow::Result;

use crate::cli::Global;
use crate::exit::Exit;

/// Look at seats, read them from plans, take them out of sale, change prices, and move tickets
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Seat {
    List(list::List),
    Map(map::Map),
    History(history::History),
    Import(import::Import),
    /// Take free seats out of sale, all or none
    ///
    /// Sold, held and offered seats are never touched: with any of them among these nothing is changed, they are named, and
    /// the exit code is 5.
    #[command(after_help = "Examples:
  ticket-admin seat block 1201 1202 --dry-run")]
    Block(block::Seats),
    /// Put blocked seats back to where they were: on sale, or cancelled, for those who wait for them
    #[command(after_help = "Examples:
  ticket-admin seat list 7 --status blocked --format json | jq '.[].seatId' \\
      | xargs ticket-admin seat unblock")]
    Unblock(block::Seats),
    Price(price::Price),
    Move(moving::Move),
}

impl Seat {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Self::List(list) => list.run(global),
            Self::Map(map) => map.run(global),
            Self::History(history) => history.run(global),
            Self::Import(import) => import.run(global),
            Self::Block(seats) => seats.block(global),
            Self::Unblock(seats) => seats.unblock(global),
            Self::Price(price) => price.run(global),
            Self::Move(order) => order.run(global),
        }
    }
}
