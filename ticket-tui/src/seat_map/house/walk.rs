//! Where the cursor goes from a seat.

use ticket_core::domain::SeatStatus;

use super::House;
use crate::seat_map::navigate::Direction;
use crate::seat_map::place::Cell;

impl House {
    /// First and last seat of the row of a seat.
    #[must_use]
    pub fn row_ends(&self, seat: usize) -> Option<(usize, usize)> {
        let row = self.rows.get(self.places.get(seat)?.row)?;
        let mut seats = row.seats.clone().filter(|i| self.is_seat(*i));
        let first = seats.next()?;
        Some((first, seats.next_back().unwrap_or(first)))
    }

    /// Where the cursor goes from a seat in that direction, at a zoom level.
    ///
    /// Among single seats, the next one of the row comes first where it lies that way: a bent row is followed, though its
    /// seats are on different lines.
    #[must_use]
    pub fn neighbour(&self, level: usize, seat: usize, direction: Direction) -> Option<usize> {
        let level = self.grid.level(level);
        let in_row = (level.factor == 1).then(|| self.next_in_row(seat, direction)).flatten();
        in_row.or_else(|| level.neighbour(level.cell(self.grid.cell(seat)), direction))
    }

    fn next_in_row(&self, seat: usize, direction: Direction) -> Option<usize> {
        let row = self.rows.get(self.places.get(seat)?.row)?;
        let from = self.grid.cell(seat);
        let before = (row.seats.start..seat).rev().find(|i| self.is_seat(*i));
        let after = (seat + 1..row.seats.end).find(|i| self.is_seat(*i));
        [before, after].into_iter().flatten().find(|i| direction.leads(from, self.grid.cell(*i)))
    }

    /// First and last seat of the house.
    #[must_use]
    pub fn ends(&self) -> Option<(usize, usize)> {
        let mut seats = (0..self.places.len()).filter(|i| self.is_seat(*i));
        let first = seats.next()?;
        Some((first, seats.next_back().unwrap_or(first)))
    }

    /// The first free seat of the sector `by` sectors further than that of a seat; its first seat if none is free.
    #[must_use]
    pub fn in_other_sector(&self, seat: usize, by: isize) -> Option<usize> {
        let sector = self.rows.get(self.places.get(seat)?.row)?.sector;
        let count = isize::try_from(self.sectors.len()).ok().filter(|n| *n > 0)?;
        let target = usize::try_from((isize::try_from(sector).ok()? + by).rem_euclid(count)).ok()?;
        let seats = || self.rows.iter().filter(|r| r.sector == target).flat_map(|r| r.seats.clone());
        seats().find(|i| self.status(*i) == SeatStatus::Available).or_else(|| seats().find(|i| self.is_seat(*i)))
    }

    /// Where one would like to sit: the free seat nearest to the stage, or the first seat when none is free.
    #[must_use]
    pub fn best_start(&self) -> usize {
        let stage = self.grid.level(0).stage.as_ref();
        let focus = stage.map_or(Cell { x: self.grid.level(0).width / 2, y: 0 }, |s| Cell {
            x: s.corner.x + s.width / 2,
            y: s.corner.y + s.height / 2,
        });
        let distance = |i: &usize| {
            let cell = self.grid.cell(*i);
            u32::from(cell.x.abs_diff(focus.x)).pow(2) + 4 * u32::from(cell.y.abs_diff(focus.y)).pow(2)
        };
        let free = (0..self.places.len()).filter(|i| self.status(*i) == SeatStatus::Available);
        free.min_by_key(distance).or_else(|| self.ends().map(|e| e.0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::testing;

    /// In a hall whose rows bend by more than a line.
    #[test]
    fn a_bent_row_is_followed_and_every_seat_can_be_reached() {
        for layout in testing::every_house().into_iter().filter(|layout| layout.seats().count() < 10_000) {
            let house = House::new(&layout, &testing::states(&layout));
            let seats: Vec<_> = layout.seats().collect();
            for (i, pair) in seats.windows(2).enumerate() {
                let beside = (pair[0].sector, pair[0].row) == (pair[1].sector, pair[1].row)
                    && (pair[1].x - pair[0].x - 1.0).abs() < 0.01;
                if beside && house.is_seat(i) && house.is_seat(i + 1) {
                    assert_eq!(house.neighbour(0, i, Direction::Right), Some(i + 1), "from {}", house.name(i));
                    assert_eq!(house.neighbour(0, i + 1, Direction::Left), Some(i));
                }
            }
            let mut seen = HashSet::from([house.best_start()]);
            let mut next: Vec<usize> = seen.iter().copied().collect();
            while let Some(seat) = next.pop() {
                let ways = Direction::ALL.iter().filter_map(|direction| house.neighbour(0, seat, *direction));
                next.extend(ways.filter(|seat| seen.insert(*seat)));
            }
            assert_eq!(seen.len(), (0..seats.len()).filter(|i| house.is_seat(*i)).count());
        }
    }

    #[test]
    fn sectors_go_round() {
        let house = testing::house();
        let second = house.in_other_sector(0, 1).unwrap();
        assert_ne!(house.position(second).unwrap().0, house.position(0).unwrap().0);
        let back = house.in_other_sector(second, -1).unwrap();
        assert_eq!(house.position(back).unwrap().0, house.position(0).unwrap().0);
        assert_eq!(house.in_other_sector(0, 3), house.in_other_sector(0, 0));
    }
}
