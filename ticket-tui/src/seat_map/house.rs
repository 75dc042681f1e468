//! The seats of one performance: what they are, and what state they are in now.

mod names;
mod states;
mod walk;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ticket_core::api::{Layout, LayoutHeader, PriceCategory, SeatStates};
use ticket_core::domain::{SeatId, SeatStatus};
use ticket_core::seat_choice;

use super::grid::Grid;
use super::search::is_same;
use crate::text::width;
use states::read_states;

/// A longer number is cut.
const NUMBER_COLUMNS_MAX: u16 = 3;

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
    /// Columns that the longest number takes; a longer one than three is cut.
    pub number_columns: u16,
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
            number_columns: number_columns(&places),
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

    /// Sum of the prices of seats.
    #[must_use]
    pub fn total_price(&self, seats: &[usize]) -> i64 {
        seats.iter().filter_map(|i| self.category(*i)).map(|c| c.price).sum()
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
}

fn number_columns(places: &[Place]) -> u16 {
    let longest = places.iter().map(|place| width(&place.label)).max().unwrap_or(1);
    u16::try_from(longest).unwrap_or(NUMBER_COLUMNS_MAX).clamp(1, NUMBER_COLUMNS_MAX)
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
