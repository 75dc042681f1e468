use std::ops::Range;

use super::front::{Point, SEAT_WIDTH, middle_of_front};
use crate::api::{Layout, LayoutSeat};
use crate::domain::Grade;

/// Seats of a row whose centres are farther apart have an aisle between them.
///
/// Rows bend by moving their seats straight forward, which draws them apart: up to 48 degrees off the middle of a row
/// they are still neighbours.
const NEIGHBOURS_WITHIN: u64 = SEAT_WIDTH * 3 / 2;

/// A seat that is nearer than this to one in the next row is behind it: straight (2 seat widths) or half a seat aside
/// (2.06), not a whole one (2.24).
const BEHIND_WITHIN: u64 = SEAT_WIDTH * 11 / 5;

/// What can be known about the seats of a layout before asking which of them are free.
#[derive(Debug)]
pub struct Hall {
    /// By seat: whether the next one is its neighbour.
    joined: Vec<bool>,
    /// By seat: price in minor units.
    prices: Vec<i64>,
    /// By seat: the one behind it, if there is one.
    behind: Vec<Option<usize>>,
    /// The n-th entry is the sum, over the first n seats, of the squares of their distances from the middle of the front
    /// of their grades.
    distance_totals: Vec<u64>,
    /// Best first.
    grades: Vec<GradeSeats>,
    /// Names, each once.
    sectors: Vec<String>,
}

/// The seats of one grade.
#[derive(Debug)]
pub(super) struct GradeSeats {
    pub(super) grade: Grade,
    /// Nearest first.
    pub(super) segments: Vec<Segment>,
    /// Nearest first.
    pub(super) stacks: Vec<Stack>,
}

/// Seats of one grade side by side, as many as there are between aisles.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) seats: Range<usize>,
    pub(super) sector: usize,
    /// The square of the distance of its nearest seat from the middle of the front.
    pub(super) nearest: u64,
}

/// Two segments of one grade, in rows that follow each other, with seats one right behind the other.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) front: Segment,
    pub(super) back: Segment,
}

impl Hall {
    /// Reads a layout. This is the expensive part, and is done once per layout.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        let seats: Vec<LayoutSeat<'_>> = layout.seats().collect();
        let places: Vec<Point> = seats.iter().map(|seat| Point::new(seat.x, seat.y)).collect();
        let rows = rows(&seats);
        let mut hall = Self {
            joined: joined(&rows, &places),
            prices: seats.iter().map(|seat| seat.category.price).collect(),
            behind: behind(&rows, &seats, &places),
            distance_totals: vec![0],
            grades: Vec::new(),
            sectors: Vec::new(),
        };
        for sector in &layout.sectors {
            if !hall.sectors.contains(&sector.name) {
                hall.sectors.push(sector.name.clone());
            }
        }
        hall.measure(layout, &rows, &seats, &places);
        hall.divide(&seats);
        hall
    }

    /// The names of its sectors, in layout order.
    #[must_use]
    pub fn sectors(&self) -> &[String] {
        &self.sectors
    }

    /// The grades that a sector has, or all of them, best first.
    pub fn grades_in(&self, sector: Option<&str>) -> impl Iterator<Item = Grade> {
        let sector = sector.map(|name| self.sector_index(name));
        let has_seats = move |grade: &&GradeSeats| match sector {
            None => true,
            Some(sector) => grade.segments.iter().any(|segment| Some(segment.sector) == sector),
        };
        self.grades.iter().filter(has_seats).map(|grade| grade.grade)
    }

    pub(super) fn grades(&self) -> &[GradeSeats] {
        &self.grades
    }

    pub(super) fn sector_index(&self, name: &str) -> Option<usize> {
        self.sectors.iter().position(|sector| sector == name)
    }

    pub(super) fn price(&self, seat: usize) -> i64 {
        self.prices[seat]
    }

    pub(super) fn behind(&self, seat: usize) -> Option<usize> {
        self.behind[seat]
    }

    pub(super) fn left_of(&self, seat: usize) -> Option<usize> {
        seat.checked_sub(1).filter(|left| self.joined[*left])
    }

    pub(super) fn right_of(&self, seat: usize) -> Option<usize> {
        self.joined[seat].then_some(seat + 1)
    }

    /// The sum of the squares of the distances from the middle of the front.
    pub(super) fn distance(&self, seats: &Range<usize>) -> u64 {
        self.distance_totals[seats.end] - self.distance_totals[seats.start]
    }

    /// Fills the totals of the distances.
    fn measure(&mut self, layout: &Layout, rows: &[Range<usize>], seats: &[LayoutSeat<'_>], places: &[Point]) {
        let middles = Grade::ALL.iter().map(|grade| {
            let is_of_grade = |seat: &usize| seats[*seat].category.grade == *grade;
            let rows = rows.iter().map(|row| row.clone().filter(is_of_grade).map(|seat| places[seat]).collect());
            let rows: Vec<Vec<Point>> = rows.filter(|row: &Vec<Point>| !row.is_empty()).collect();
            middle_of_front(&rows, layout.header.stage.as_ref())
        });
        let middles: Vec<Point> = middles.collect();
        let mut total = 0;
        for (seat, place) in seats.iter().zip(places) {
            total += place.distance_squared(middles[seat.category.grade as usize]);
            self.distance_totals.push(total);
        }
    }

    /// Fills the grades.
    fn divide(&mut self, seats: &[LayoutSeat<'_>]) {
        let segments = self.segments(seats);
        for grade in Grade::ALL {
            let is_of_grade = |segment: &Segment| seats[segment.seats.start].category.grade == *grade;
            let mut own: Vec<Segment> = segments.iter().filter(|segment| is_of_grade(segment)).cloned().collect();
            if !own.is_empty() {
                let mut stacks = self.stacks(&own);
                own.sort_by_key(|segment| segment.nearest);
                stacks.sort_by_key(Stack::nearest);
                self.grades.push(GradeSeats { grade: *grade, segments: own, stacks });
            }
        }
    }

    /// All segments, in layout order.
    fn segments(&self, seats: &[LayoutSeat<'_>]) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut start = 0;
        for end in 1..=seats.len() {
            let last = &seats[end - 1];
            let goes_on = self.joined[end - 1] && seats[end].category.grade == last.category.grade;
            if !goes_on {
                let nearest = (start..end).map(|seat| self.distance(&(seat..seat + 1))).min().unwrap_or_default();
                let sector = self.sector_index(last.sector).unwrap_or_default();
                segments.push(Segment { seats: start..end, sector, nearest });
                start = end;
            }
        }
        segments
    }

    /// What of these segments, in layout order, stands behind each other.
    fn stacks(&self, segments: &[Segment]) -> Vec<Stack> {
        let of = |seat: usize| {
            let index = segments.partition_point(|segment| segment.seats.end <= seat);
            segments.get(index).filter(|segment| segment.seats.contains(&seat))
        };
        let mut stacks: Vec<Stack> = Vec::new();
        for front in segments {
            let first = stacks.len();
            for back in front.seats.clone().filter_map(|seat| of(self.behind[seat]?)) {
                if !stacks[first..].iter().any(|stack| stack.back.seats == back.seats) {
                    stacks.push(Stack { front: front.clone(), back: back.clone() });
                }
            }
        }
        stacks
    }
}

impl Stack {
    pub(super) fn nearest(&self) -> u64 {
        self.front.nearest.min(self.back.nearest)
    }
}

/// The seats of each row, in layout order.
fn rows(seats: &[LayoutSeat<'_>]) -> Vec<Range<usize>> {
    let mut start = 0;
    let rows = seats.chunk_by(|a, b| (a.sector_index, a.row) == (b.sector_index, b.row));
    rows.map(|row| {
        start += row.len();
        start - row.len()..start
    })
    .collect()
}

fn joined(rows: &[Range<usize>], places: &[Point]) -> Vec<bool> {
    let mut joined = vec![false; places.len()];
    for row in rows {
        for seat in row.start..row.end - 1 {
            joined[seat] = places[seat].is_within(NEIGHBOURS_WITHIN, places[seat + 1]);
        }
    }
    joined
}

/// By seat: the nearest one in the next row of its sector, if it is right behind.
fn behind(rows: &[Range<usize>], seats: &[LayoutSeat<'_>], places: &[Point]) -> Vec<Option<usize>> {
    let mut behind = vec![None; places.len()];
    for pair in rows.windows(2) {
        let [front, back] = pair else { continue };
        if seats[front.start].sector_index != seats[back.start].sector_index {
            continue;
        }
        for seat in front.clone() {
            let nearest = back.clone().min_by_key(|other| places[*other].distance_squared(places[seat]));
            behind[seat] = nearest.filter(|other| places[*other].is_within(BEHIND_WITHIN, places[seat]));
        }
    }
    behind
}
