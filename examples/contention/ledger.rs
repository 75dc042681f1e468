use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use ticket_core::domain::{SeatId, SeatStatus};
use ticket_examples::hall::House;

/// Who has what, by the answers that buyers got: it knows nothing of the database.
///
/// A seat counts as somebody's from the answer to his booking until he asks to cancel, so two owners at a time mean that
/// it was sold twice.
pub(crate) struct Ledger {
    index: HashMap<SeatId, usize>,
    owners: Vec<AtomicI32>,
    oversold: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            index: house.seats.iter().copied().zip(0..).collect(),
            owners: house.seats.iter().map(|_| AtomicI32::new(0)).collect(),
            oversold: AtomicU64::new(0),
        }
    }

    /// They are somebody's now.
    pub(crate) fn give(&self, seats: &[SeatId]) {
        for owners in seats.iter().filter_map(|seat| self.owners.get(*self.index.get(seat)?)) {
            if owners.fetch_add(1, Ordering::SeqCst) > 0 {
                self.oversold.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// They may be somebody else's from now on.
    pub(crate) fn take_back(&self, seats: &[SeatId]) {
        for owners in seats.iter().filter_map(|seat| self.owners.get(*self.index.get(seat)?)) {
            owners.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// How often a seat was sold that somebody had.
    pub(crate) fn oversold(&self) -> u64 {
        self.oversold.load(Ordering::SeqCst)
    }

    /// Seats that somebody has by the answers, and nobody by the seat map.
    pub(crate) fn lost(&self, states: &str) -> usize {
        let owned = self.owners.iter().map(|owners| owners.load(Ordering::SeqCst) > 0);
        owned.zip(states.bytes()).filter(|(owned, state)| *owned && *state != SeatStatus::Booked as u8).count()
    }
}
