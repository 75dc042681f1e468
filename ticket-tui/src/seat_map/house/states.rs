//! What state the seats are in, and which of them pass the filter; what is left is counted with every change.

use ticket_core::api::SeatStates;
use ticket_core::domain::SeatStatus;

use super::House;
use crate::seat_map::filter::Filter;

impl House {
    /// Replaces the states of all seats; answers the seats that changed, with what they were.
    pub fn replace_states(&mut self, states: &SeatStates) -> Vec<(usize, SeatStatus)> {
        let status = read_states(&states.states, self.places.len());
        status.into_iter().enumerate().filter_map(|(i, s)| Some((i, self.set_status(i, s)?))).collect()
    }

    /// Sets what a seat looks like; answers what it was, if that is something else.
    pub fn set_status(&mut self, seat: usize, status: SeatStatus) -> Option<SeatStatus> {
        let slot = self.status.get_mut(seat)?;
        let before = std::mem::replace(slot, status);
        let (was_free, is_free) = (before == SeatStatus::Available, status == SeatStatus::Available);
        if was_free != is_free {
            self.grid.count_free(seat, self.is_wanted(seat), is_free);
            if let Some(left) = self.places.get(seat).and_then(|p| self.left.get_mut(p.category)) {
                left.free = if is_free { left.free + 1 } else { left.free.saturating_sub(1) };
            }
        }
        (before != status).then_some(before)
    }

    /// No seat is for sale any more.
    pub fn block_all(&mut self) {
        for seat in 0..self.places.len() {
            if self.status(seat) != SeatStatus::Gap {
                self.set_status(seat, SeatStatus::Blocked);
            }
        }
    }

    /// From now on, these free seats are told apart from the others in what blocks sum up.
    pub fn set_filter(&mut self, filter: &Filter) {
        for seat in 0..self.places.len() {
            let Some(sector) = self.sector(seat) else { continue };
            let is_wanted = self.category(seat).is_none_or(|c| filter.allows(c.grade, c.price, sector));
            let was_wanted = std::mem::replace(&mut self.wanted[seat], is_wanted);
            if is_wanted != was_wanted && self.is_free(seat) {
                self.grid.count_free(seat, was_wanted, false);
                self.grid.count_free(seat, is_wanted, true);
            }
        }
    }

    pub(super) fn count(&mut self, status: &[SeatStatus]) {
        for (i, (place, status)) in self.places.iter().zip(status).enumerate() {
            let is_free = *status == SeatStatus::Available;
            if is_free {
                self.grid.count_free(i, true, true);
            }
            if let Some(left) = self.left.get_mut(place.category) {
                left.free += usize::from(is_free);
                left.total += usize::from(*status != SeatStatus::Gap);
            }
        }
    }
}

/// A letter that is missing or unknown counts as blocked.
pub(super) fn read_states(letters: &str, seats: usize) -> Vec<SeatStatus> {
    let known = letters.chars().map(|c| SeatStatus::try_from(c).unwrap_or(SeatStatus::Blocked));
    known.chain(std::iter::repeat(SeatStatus::Blocked)).take(seats).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn counts_follow_every_change() {
        let mut house = testing::house();
        let before = house.left()[0];
        assert_eq!(house.set_status(0, SeatStatus::Held), Some(SeatStatus::Available));
        assert_eq!(house.set_status(0, SeatStatus::Booked), Some(SeatStatus::Held));
        assert_eq!(house.set_status(0, SeatStatus::Booked), None);
        assert_eq!(house.left()[0].free, before.free - 1);
        let cell = house.grid.cell(0);
        assert_eq!(house.grid.level(0).block(cell.x, cell.y).free, 0);
        house.set_status(0, SeatStatus::Available);
        assert_eq!(house.left()[0], before);
        assert_eq!(house.set_status(usize::MAX, SeatStatus::Booked), None);
    }

    #[test]
    fn short_or_unknown_states_are_not_for_sale() {
        let layout = testing::theatre();
        let states = SeatStates { layout_version: 1, revision: "1".into(), states: "A?".into() };
        let house = House::new(&layout, &states);
        assert_eq!(house.status(0), SeatStatus::Available);
        assert_eq!(house.status(1), SeatStatus::Blocked);
        assert_eq!(house.status(2), SeatStatus::Blocked);
        assert_eq!(house.left().iter().map(|l| l.free).sum::<usize>(), 1);
    }
}
