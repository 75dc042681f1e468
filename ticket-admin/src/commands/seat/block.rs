use anyhow::Result;
use ticket_core::domain::{SeatId, SeatStatus};
use ticket_core::{BoxOffice, Error};

use super::map::read;
use crate::cli::Global;
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Seats {
    /// Ids of seats of one performance, as `seat list` shows them
    #[arg(value_name = "SEAT", required = true)]
    seats: Vec<SeatId>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Seats {
    pub(super) fn block(&self, global: &Global) -> Result<Exit> {
        let blocked = in_shop(global, async |shop: &BoxOffice| {
            Ok(if self.dry_run { self.to_block(shop).await? } else { shop.block_seats(self.seats.clone()).await? })
        })?;
        self.tell(blocked.len(), "blocked", "blocked before");
        Ok(Exit::Ok)
    }

    pub(super) fn unblock(&self, global: &Global) -> Result<Exit> {
        let unblocked = in_shop(global, async |shop: &BoxOffice| {
            Ok(if self.dry_run { self.blocked(shop).await? } else { shop.unblock_seats(self.seats.clone()).await? })
        })?;
        self.tell(unblocked.len(), "unblocked", "not blocked");
        Ok(Exit::Ok)
    }

    /// Those that would be blocked, unless any of them stands in the way.
    async fn to_block(&self, shop: &BoxOffice) -> Result<Vec<SeatId>> {
        let statuses = self.statuses(shop, true).await?;
        let with = |wanted: &[SeatStatus]| -> Vec<SeatId> {
            statuses.iter().filter(|(_, status)| wanted.contains(status)).map(|(seat, _)| *seat).collect()
        };
        let taken = with(&[SeatStatus::Booked, SeatStatus::Held, SeatStatus::Offered]);
        if taken.is_empty() {
            Ok(with(&[SeatStatus::Available, SeatStatus::Canceled]))
        } else {
            Err(Error::SeatsTaken { seats: taken }.into())
        }
    }

    async fn blocked(&self, shop: &BoxOffice) -> Result<Vec<SeatId>> {
        let statuses = self.statuses(shop, false).await?;
        Ok(statuses.iter().filter(|(_, status)| *status == SeatStatus::Blocked).map(|(seat, _)| *seat).collect())
    }

    /// How each of them looks now; refused when it must be on sale, and known whether anybody holds it.
    async fn statuses(&self, shop: &BoxOffice, must_be_on_sale: bool) -> Result<Vec<(SeatId, SeatStatus)>> {
        let chosen = shop.seats(self.seats.clone()).await?;
        let seen = read(shop, chosen[0].performance).await?;
        if let Some(canceled_at) = seen.canceled_at.filter(|_| must_be_on_sale) {
            return Err(Error::PerformanceCanceled { canceled_at }.into());
        }
        if must_be_on_sale {
            seen.holds?;
        }
        let all = seen.layout.seats().map(|seat| seat.id).zip(seen.statuses);
        Ok(all.filter(|(seat, _)| self.seats.contains(seat)).collect())
    }

    fn tell(&self, changed: usize, done: &str, otherwise: &str) {
        let others = self.seats.len() - changed;
        let would = if self.dry_run { "would be " } else { "" };
        if others == 0 {
            output::note(format_args!("{would}{done}: {changed}"));
        } else {
            output::note(format_args!("{would}{done}: {changed}; {otherwise}: {others}"));
        }
        if self.dry_run {
            output::note_dry_run();
        }
    }
}
