use jiff::Timestamp;
use jiff::civil::{Date, Time};
use ticket_core::domain::{HoldId, PerformanceId};

use super::{Hall, Model, Screen};

/// Seats that are held for us in a hall that is not on the map any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldElsewhere {
    /// Its id.
    pub id: HoldId,
    /// How many.
    pub seats: usize,
    /// Of which show.
    pub show_name: String,
    /// Date, time and round of the performance.
    pub at: (Date, Time, u32),
    /// When it ends by itself, by the server's clock.
    pub expires_at: Timestamp,
}

impl HeldElsewhere {
    /// What is held in a hall.
    #[must_use]
    pub fn in_hall(hall: &Hall) -> Option<Self> {
        let (hold, header) = (hall.hold.as_ref()?, &hall.house.header);
        Some(Self {
            id: hold.id,
            seats: hold.seats.len(),
            show_name: header.show_name.clone(),
            at: (header.date, header.start_time, header.round),
            expires_at: hold.expires_at,
        })
    }
}

impl Model {
    /// The performances in which seats are held for us, with the end of the hold, the soonest first.
    #[must_use]
    pub fn holds(&self) -> Vec<(PerformanceId, Timestamp)> {
        let here = self.hall.iter().filter_map(|hall| hall.hold.as_ref());
        let here = here.map(|hold| (hold.id.performance, hold.expires_at));
        let elsewhere = self.held_elsewhere.iter().map(|hold| (hold.id.performance, hold.expires_at));
        let mut holds: Vec<_> = here.chain(elsewhere).collect();
        holds.sort_by_key(|(_, expires_at)| *expires_at);
        holds
    }

    /// The performance with the hold that a key leads to: the soonest that is not on the checkout already.
    #[must_use]
    pub fn next_hold(&self) -> Option<PerformanceId> {
        let on_checkout = self.hall.as_ref().filter(|_| self.screen == Screen::Checkout).map(Hall::performance);
        self.holds().into_iter().map(|(performance, _)| performance).find(|id| Some(*id) != on_checkout)
    }

    /// Forgets what is held in a performance that is not on the map.
    pub fn drop_hold_elsewhere(&mut self, performance: PerformanceId) {
        self.held_elsewhere.retain(|hold| hold.id.performance != performance);
    }
}
