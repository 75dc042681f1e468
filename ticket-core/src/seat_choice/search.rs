use std::ops::{Add, Range};

use super::hall::{Hall, Segment};
use crate::domain::SeatWish;

/// Seats side by side.
pub(super) type Block = Range<usize>;

/// A hall as it is now, seen with a wish.
pub(super) struct Search<'a, F> {
    pub(super) hall: &'a Hall,
    pub(super) count: usize,
    is_free: F,
    max_price: i64,
    sector: Option<usize>,
}

/// What speaks against some seats, the worst first. The costs of pieces add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// Free seats that lose their last free neighbour.
    orphans: usize,
    /// Pairs that are lost to odd numbers of seats on both sides.
    lost_pairs: usize,
    /// People of a party who sit alone.
    alone: usize,
    /// Sum of the squares of the distances from the middle of the front.
    distance: u64,
}

impl<'a, F: Fn(usize) -> bool> Search<'a, F> {
    /// `None` when no seat can be what is wished for.
    pub(super) fn new(hall: &'a Hall, is_free: F, wish: &SeatWish) -> Option<Self> {
        let sector = match &wish.sector {
            Some(name) => Some(hall.sector_index(name)?),
            None => None,
        };
        let count = usize::try_from(wish.count).ok().filter(|count| *count > 0)?;
        Some(Self { hall, count, is_free, max_price: wish.max_price.unwrap_or(i64::MAX), sector })
    }

    /// Whether the wish is for seats of this segment among others.
    pub(super) fn covers(&self, segment: &Segment) -> bool {
        self.sector.is_none_or(|sector| sector == segment.sector)
    }

    /// Whatever of a segment could be chosen, each time as much of it as lies side by side.
    pub(super) fn stretches(&self, segment: &Segment) -> impl Iterator<Item = Block> {
        let Block { start: mut next, end } = segment.seats;
        std::iter::from_fn(move || {
            let start = (next..end).find(|seat| self.fits(*seat))?;
            next = (start..end).find(|seat| !self.fits(*seat)).unwrap_or(end);
            Some(start..next)
        })
    }

    /// The least that any answer costs of whose seats none is nearer than this (squared).
    pub(super) fn bound(&self, nearest: u64) -> Cost {
        Cost { distance: nearest.saturating_mul(self.count as u64), ..Cost::default() }
    }

    /// What speaks against this block of a stretch, taken by itself.
    pub(super) fn cost(&self, stretch: &Block, block: &Block) -> Cost {
        Cost {
            orphans: self.orphans(block),
            lost_pairs: lost_pairs(stretch, block),
            alone: usize::from(block.len() == 1 && self.count > 1),
            distance: self.hall.distance(block),
        }
    }

    fn orphans(&self, block: &Block) -> usize {
        let hall = self.hall;
        let is_orphan = |seat: usize, beyond: Option<usize>| self.is_free(seat) && !self.is_some_free(beyond);
        let left = hall.left_of(block.start).is_some_and(|seat| is_orphan(seat, hall.left_of(seat)));
        let right = hall.right_of(block.end - 1).is_some_and(|seat| is_orphan(seat, hall.right_of(seat)));
        usize::from(left) + usize::from(right)
    }

    fn fits(&self, seat: usize) -> bool {
        self.is_free(seat) && self.hall.price(seat) <= self.max_price
    }

    fn is_some_free(&self, seat: Option<usize>) -> bool {
        seat.is_some_and(|seat| self.is_free(seat))
    }

    fn is_free(&self, seat: usize) -> bool {
        (self.is_free)(seat)
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            orphans: self.orphans + other.orphans,
            lost_pairs: self.lost_pairs + other.lost_pairs,
            alone: self.alone + other.alone,
            distance: self.distance + other.distance,
        }
    }
}

/// With an odd number of seats on either side of a block, one pair fewer fits beside it than when it lies one seat aside.
fn lost_pairs(stretch: &Block, block: &Block) -> usize {
    let (left, right) = (block.start - stretch.start, stretch.end - block.end);
    (left % 2) * (right % 2)
}

/// The blocks of this length within a stretch.
pub(super) fn blocks(stretch: &Block, length: usize) -> impl Iterator<Item = Block> + use<> {
    let end = stretch.end;
    (stretch.start..).map(move |start| start..start + length).take_while(move |block| block.end <= end)
}
