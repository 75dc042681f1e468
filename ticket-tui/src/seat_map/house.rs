//! The seats of one performance: what they are, and what state they are in now.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ticket_core::api::{Layout, LayoutHeader, PriceCategory, SeatStates};
use ticket_core::domain::{SeatId, SeatStatus};
use ticket_core::seat_choice;

use super::filter::Filter;
use super::grid::Grid;
use super::navigate::Direction;
use super::place::Cell;
use super::search::is_same;

/// One seat, without its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: SeatId,
    /// Index into the price categories.
    pub category: usize,
    /// What is printed on the chair.
    pub label: String,
    row: usize,
}

/// What is left of a price category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Grade and price.
    pub category: PriceCategory,
    /// Free seats.
    pub free: usize,
    /// Seats in all.
    pub total: usize,
}

/// A row of a sector.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    sector: usize,
    name: String,
    seats: Range<usize>,
}

/// The seats of one performance. Seats are known by their index in layout order.
#[derive(Debug, Clone)]
pub struct House {
    /// What the performance is.
    pub header: LayoutHeader,
    /// The plan in cells.
    pub grid: Grid,
    sectors: Vec<String>,
    rows: Vec<Row>,
    places: Vec<Place>,
    status: Vec<SeatStatus>,
    left: Vec<Left>,
    index: HashMap<SeatId, usize>,
    /// By seat: whether it passes the filter.
    wanted: Vec<bool>,
    pub(super) choice: Arc<seat_choice::Hall>,
}

impl House {
    /// Joins a layout and the states of its seats. A letter that is missing or unknown counts as blocked.
    #[must_use]
    pub fn new(layout: &Layout, states: &SeatStates) -> Self {
        let (rows, places) = rows_and_places(layout);
        let status = read_states(&states.states, places.len());
        let is_gap = |i: usize| status.get(i) == Some(&SeatStatus::Gap);
        let mut house = Self {
            header: layout.header.clone(),
            grid: Grid::new(layout, is_gap),
            sectors: layout.sectors.iter().map(|s| s.name.clone()).collect(),
            left: layout.categories.iter().map(|c| Left { category: *c, free: 0, total: 0 }).collect(),
            index: places.iter().enumerate().map(|(i, p)| (p.id, i)).collect(),
            status: Vec::new(),
            wanted: vec![true; places.len()],
            choice: Arc::new(seat_choice::Hall::new(layout)),
            rows,
            places,
        };
        house.count(&status);
        house.status = status;
        house
    }

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

    /// Whether a seat passes the filter.
    #[must_use]
    pub fn is_wanted(&self, seat: usize) -> bool {
        self.wanted.get(seat).copied().unwrap_or(false)
    }

    /// How many free seats pass the filter.
    #[must_use]
    pub fn wanted_count(&self) -> usize {
        (0..self.places.len()).filter(|seat| self.is_free(*seat) && self.is_wanted(*seat)).count()
    }

    /// Whether a seat can be had.
    #[must_use]
    pub fn is_free(&self, seat: usize) -> bool {
        self.status(seat) == SeatStatus::Available
    }

    /// The names of the sectors, in layout order.
    pub fn sectors(&self) -> impl Iterator<Item = &str> {
        self.sectors.iter().map(String::as_str)
    }

    /// How many places there are, gaps counted.
    #[must_use]
    pub fn seat_count(&self) -> usize {
        self.places.len()
    }

    /// What a seat looks like to the world.
    #[must_use]
    pub fn status(&self, seat: usize) -> SeatStatus {
        self.status.get(seat).copied().unwrap_or(SeatStatus::Gap)
    }

    /// A seat.
    #[must_use]
    pub fn place(&self, seat: usize) -> Option<&Place> {
        self.places.get(seat)
    }

    /// The index of a seat.
    #[must_use]
    pub fn find(&self, id: SeatId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// Grade and price of a seat.
    #[must_use]
    pub fn category(&self, seat: usize) -> Option<PriceCategory> {
        self.left.get(self.places.get(seat)?.category).map(|left| left.category)
    }

    /// What is left, by grade and price.
    #[must_use]
    pub fn left(&self) -> &[Left] {
        &self.left
    }

    /// Short name of a seat: `1F C-8`.
    #[must_use]
    pub fn name(&self, seat: usize) -> String {
        let Some((place, row, sector)) = self.whereabouts(seat) else { return String::new() };
        format!("{sector} {}-{}", row.name, place.label)
    }

    /// Short names of seats; a sector is named once for the seats that follow each other in it: `1F C-8, C-9, 2F A-1`.
    #[must_use]
    pub fn names(&self, seats: &[usize]) -> String {
        let mut names = Vec::new();
        let mut last = None;
        for (sector, row, label) in seats.iter().filter_map(|seat| self.position(*seat)) {
            let is_same = last.replace(sector) == Some(sector);
            names.push(if is_same { format!("{row}-{label}") } else { format!("{sector} {row}-{label}") });
        }
        names.join(", ")
    }

    /// Sector, row and chair of a seat.
    #[must_use]
    pub fn position(&self, seat: usize) -> Option<(&str, &str, &str)> {
        self.whereabouts(seat).map(|(place, row, sector)| (sector, row.name.as_str(), place.label.as_str()))
    }

    /// Sum of the prices of seats.
    #[must_use]
    pub fn total_price(&self, seats: &[usize]) -> i64 {
        seats.iter().filter_map(|i| self.category(*i)).map(|c| c.price).sum()
    }

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

    /// The seats of a sector, or of one of its rows, by names in lower case.
    pub(super) fn seats_of<'a>(
        &'a self,
        sector: &'a str,
        row: Option<&'a str>,
    ) -> impl Iterator<Item = usize> + Clone + 'a {
        let is_meant = move |r: &&Row| {
            self.sectors.get(r.sector).is_some_and(|name| is_same(name, sector))
                && row.is_none_or(|row| is_same(&r.name, row))
        };
        self.rows.iter().filter(is_meant).flat_map(|row| row.seats.clone())
    }

    /// The sector of a seat.
    fn sector(&self, seat: usize) -> Option<usize> {
        self.rows.get(self.places.get(seat)?.row).map(|row| row.sector)
    }

    /// Whether there is a seat rather than a gap.
    pub(super) fn is_seat(&self, seat: usize) -> bool {
        self.status(seat) != SeatStatus::Gap
    }

    fn whereabouts(&self, seat: usize) -> Option<(&Place, &Row, &str)> {
        let place = self.places.get(seat)?;
        let row = self.rows.get(place.row)?;
        Some((place, row, self.sectors.get(row.sector)?))
    }

    fn count(&mut self, status: &[SeatStatus]) {
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

fn rows_and_places(layout: &Layout) -> (Vec<Row>, Vec<Place>) {
    let mut rows: Vec<Row> = Vec::new();
    let mut places = Vec::new();
    for seat in layout.seats() {
        let i = places.len();
        match rows.last_mut() {
            Some(row) if row.sector == seat.sector_index && row.name == seat.row => row.seats.end = i + 1,
            _ => rows.push(Row { sector: seat.sector_index, name: seat.row.to_owned(), seats: i..i + 1 }),
        }
        let label = seat.label.map_or_else(|| seat.number.to_string(), str::to_owned);
        places.push(Place { id: seat.id, category: seat.category_index, label, row: rows.len() - 1 });
    }
    (rows, places)
}

fn read_states(letters: &str, seats: usize) -> Vec<SeatStatus> {
    let known = letters.chars().map(|c| SeatStatus::try_from(c).unwrap_or(SeatStatus::Blocked));
    known.chain(std::iter::repeat(SeatStatus::Blocked)).take(seats).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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
