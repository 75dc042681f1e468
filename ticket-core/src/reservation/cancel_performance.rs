use std::sync::Arc;

use super::Reservations;
use crate::domain::{BookingId, CanceledPerformance, PerformanceId, Standing};
use crate::error::Error;

impl Reservations {
    /// Cancels a performance: from the first transaction on nothing of it is sold, held or offered; then its holds end, and
    /// in small transactions its bookings and the entries of its waitlist. Whatever ends it early, the next call goes on.
    pub(crate) async fn cancel_performance(
        &self,
        id: PerformanceId,
        made_progress: &(dyn Fn(&Standing) + Sync),
    ) -> Result<CanceledPerformance, Error> {
        let was_canceled = !self.store.begin_cancellation(id, Arc::clone(&self.clock)).await?;
        failpoint!("cancel-begun");
        let mut undone = Standing { holds: self.end_holds(id).await?, ..Standing::default() };
        let mut reached = BookingId(0);
        loop {
            let (step, last) = self.store.go_on_canceling(id, reached, Arc::clone(&self.clock)).await?;
            reached = last;
            if step == Standing::default() {
                break;
            }
            undone.add(&step);
            made_progress(&undone);
        }
        let (performance, ..) = self.store.performance(id).await?;
        Ok(CanceledPerformance { performance, was_canceled, undone })
    }

    /// What of a performance is sold, held and waited for.
    pub(crate) async fn standing(&self, id: PerformanceId) -> Result<Standing, Error> {
        self.store.performance(id).await?;
        let holds = self.holds.all(self.clock.now()).await?;
        let holds = holds.iter().filter(|hold| hold.id.performance == id).count() as u64;
        Ok(Standing { holds, ..self.store.standing(id).await? })
    }

    /// Ends every hold of a performance. Whoever has claimed seats since then sees at his second look that it is cancelled.
    async fn end_holds(&self, id: PerformanceId) -> Result<u64, Error> {
        let mut ended = 0;
        for hold in self.holds.all(self.clock.now()).await?.iter().filter(|hold| hold.id.performance == id) {
            match self.holds.release(hold.id, hold.user, self.clock.now()).await {
                Ok(()) => ended += 1,
                // It has ended meanwhile.
                Err(Error::HoldNotFound | Error::HoldExpired) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }
}

impl Standing {
    fn add(&mut self, more: &Self) {
        self.bookings += more.bookings;
        self.tickets += more.tickets;
        self.total_price += more.total_price;
        self.buyers += more.buyers;
        self.holds += more.holds;
        self.waiters += more.waiters;
    }
}
