use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Performance, PerformanceId, SeatId, Show};

/// Seats that are remembered at a time, of all performances together.
const SEATS_MAX: usize = 200_000;

/// Which seats were on sale when this process last looked, for sales that claim their seats first: most need not look
/// again, because the transaction that sells them does.
///
/// Whatever is wrong here costs a claim, or a look at the database, and never decides anything: seats leave with the first
/// sale that names them, however it ends, and come back when they are seen to be on sale.
#[derive(Default)]
pub(crate) struct OnSale(Mutex<State>);

#[derive(Default)]
struct State {
    seats: HashMap<SeatId, PerformanceId>,
    performances: HashMap<PerformanceId, (Performance, Show)>,
}

impl OnSale {
    /// The performance in which all these seats were on sale, if that is remembered. It is not any more, then.
    pub(super) fn take(&self, seats: &[SeatId]) -> Option<(Performance, Show)> {
        let mut state = self.state();
        let id = state.seats.remove(seats.first()?)?;
        // One that is named twice is not found again.
        if seats[1..].iter().any(|seat| state.seats.remove(seat) != Some(id)) {
            return None;
        }
        state.performances.get(&id).cloned()
    }

    /// These are sold.
    pub(super) fn forget(&self, seats: &[SeatId]) {
        let mut state = self.state();
        for seat in seats {
            state.seats.remove(seat);
        }
    }

    /// Whether the seats of this performance are still to be told. Remembers how it is sold.
    pub(super) fn begin(&self, performance: &Performance, show: &Show) -> bool {
        let known = (performance.clone(), show.clone());
        self.state().performances.insert(performance.id, known).is_none()
    }

    /// Remembers seats of a performance that are on sale now.
    pub(super) fn put(&self, performance: PerformanceId, seats: impl IntoIterator<Item = SeatId>) {
        let mut state = self.state();
        if state.seats.len() > SEATS_MAX {
            *state = State::default();
        }
        state.seats.extend(seats.into_iter().map(|seat| (seat, performance)));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
