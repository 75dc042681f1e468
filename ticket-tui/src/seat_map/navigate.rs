//! From seat to seat by direction, as the eye would go.

use super::level::Level;
use super::place::Cell;

/// A way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Left,
    Right,
    Up,
    Down,
}

/// How far apart two seats of a row may be to count as neighbours: an aisle's width.
const AISLE_CELLS_MAX: u16 = 6;

impl Direction {
    /// Every way there is.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    /// Whether `to` lies this way from `from`, not further than across an aisle.
    pub(super) fn leads(self, from: Cell, to: Cell) -> bool {
        let (aside, along) = (from.x.abs_diff(to.x), from.y.abs_diff(to.y));
        let this_way = match self {
            Self::Left => to.x < from.x && aside >= along,
            Self::Right => to.x > from.x && aside >= along,
            Self::Up => to.y < from.y && along > aside,
            Self::Down => to.y > from.y && along > aside,
        };
        this_way && aside.max(along) <= AISLE_CELLS_MAX
    }
}

impl Level {
    /// The seat of the nearest cell in that direction, if there is any.
    ///
    /// What lies within 45 degrees comes first; only when nothing does, the whole half-plane counts, so that every
    /// seat can be reached with the four keys.
    #[must_use]
    pub(super) fn neighbour(&self, from: Cell, direction: Direction) -> Option<usize> {
        self.nearest(from, direction, true).or_else(|| self.nearest(from, direction, false))
    }

    fn nearest(&self, from: Cell, direction: Direction, in_cone: bool) -> Option<usize> {
        let (ahead_max, aside_max) = match direction {
            Direction::Left | Direction::Right => (self.width, self.height),
            Direction::Up | Direction::Down => (self.height, self.width),
        };
        let mut best: Option<(u16, usize)> = None;
        for ahead in 1..=ahead_max {
            if best.is_some_and(|(cost, _)| cost <= ahead) {
                break;
            }
            let spread = if in_cone { ahead.min(aside_max) } else { aside_max };
            for (cost, cell) in across(from, direction, ahead, spread) {
                let block = self.block(cell.x, cell.y);
                if block.total > 0 && best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, block.seat as usize));
                }
            }
        }
        best.map(|(_, seat)| seat)
    }
}

/// The cells so far ahead, with what it costs to go to each: straying aside costs double.
fn across(from: Cell, direction: Direction, ahead: u16, spread: u16) -> impl Iterator<Item = (u16, Cell)> {
    (0..=spread).flat_map(move |aside| {
        let cost = ahead.saturating_add(aside.saturating_mul(2));
        [false, true].into_iter().filter_map(move |other| Some((cost, step(from, direction, ahead, aside, other)?)))
    })
}

fn step(from: Cell, direction: Direction, ahead: u16, aside: u16, other: bool) -> Option<Cell> {
    let go = |value: u16, by: u16, back: bool| if back { value.checked_sub(by) } else { value.checked_add(by) };
    let (x, y) = match direction {
        Direction::Left | Direction::Right => {
            (go(from.x, ahead, direction == Direction::Left), go(from.y, aside, other))
        }
        Direction::Up | Direction::Down => (go(from.x, aside, other), go(from.y, ahead, direction == Direction::Up)),
    };
    Some(Cell { x: x?, y: y? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seat_map::Grid;
    use crate::testing;

    #[test]
    fn a_row_is_followed_across_the_aisle() {
        let layout = testing::theatre();
        let grid = Grid::new(&layout, |_| false);
        let seats: Vec<_> = layout.seats().collect();
        let mut at = 0;
        for expected in 1..12 {
            at = grid.level(0).neighbour(grid.cell(at), Direction::Right).unwrap();
            assert_eq!(seats[at].number, seats[expected].number);
            assert_eq!(seats[at].row, seats[0].row);
        }
    }

    #[test]
    fn at_the_edge_there_is_nowhere_to_go() {
        let grid = Grid::new(&testing::theatre(), |_| false);
        assert_eq!(grid.level(0).neighbour(Cell { x: u16::MAX, y: 3 }, Direction::Right), None);
    }
}
