//! One terminal cell per seat, without two seats ever sharing one.

use std::collections::HashSet;

use ticket_core::api::Layout;

/// A position in terminal cells, from the top left of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// Room to the left of the plan for the names of rows.
pub(super) const MARGIN_LEFT: u16 = 4;
/// Room above the plan for the names of sectors.
pub(super) const MARGIN_TOP: u16 = 1;
/// A plan larger than this is squeezed at its far edges rather than eating all memory.
const EXTENT_MAX: f32 = 1_000.0;

/// Turns plan coordinates into cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    x: f32,
    y: f32,
}

impl Origin {
    /// The top left of everything that is drawn.
    pub(super) fn of(layout: &Layout) -> Self {
        let stage = layout.header.stage.iter().map(|s| (s.x, s.y));
        let corners = layout.seats().map(|s| (s.x, s.y)).chain(stage);
        let (x, y) = corners.fold((f32::MAX, f32::MAX), |(x, y), (sx, sy)| (x.min(sx), y.min(sy)));
        Self { x, y }
    }

    pub(super) fn cell(self, x: f32, y: f32) -> Cell {
        Cell { x: whole(x - self.x) + MARGIN_LEFT, y: whole(y - self.y) + MARGIN_TOP }
    }
}

/// The cell of every seat, in layout order: the one it falls into, or the nearest that is still free.
pub(super) fn place_seats(layout: &Layout, origin: Origin) -> Vec<Cell> {
    let mut taken = HashSet::new();
    layout
        .seats()
        .map(|seat| {
            let cell = nearest_free(origin.cell(seat.x, seat.y), &taken);
            taken.insert(cell);
            cell
        })
        .collect()
}

fn nearest_free(wanted: Cell, taken: &HashSet<Cell>) -> Cell {
    if !taken.contains(&wanted) {
        return wanted;
    }
    (1..u16::MAX).find_map(|radius| free_on_ring(wanted, radius, taken)).unwrap_or(wanted)
}

/// The free cell at this distance that strays least from the row.
fn free_on_ring(centre: Cell, radius: u16, taken: &HashSet<Cell>) -> Option<Cell> {
    let columns = centre.x.saturating_sub(radius)..=centre.x.saturating_add(radius);
    columns
        .flat_map(|x| {
            let on_side = x.abs_diff(centre.x) == radius;
            let rows = centre.y.saturating_sub(radius)..=centre.y.saturating_add(radius);
            rows.filter(move |y| on_side || y.abs_diff(centre.y) == radius).map(move |y| Cell { x, y })
        })
        .filter(|cell| !taken.contains(cell))
        .min_by_key(|cell| (cell.y.abs_diff(centre.y), cell.x.abs_diff(centre.x)))
}

/// Rounds half up, so that rows staggered by half a seat keep their distances; nonsense becomes 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
fn whole(value: f32) -> u16 {
    // Coordinates come in hundredths; a sum of them may fall just short of the half.
    (value + 0.501).floor().clamp(0.0, EXTENT_MAX) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn every_seat_has_a_cell_of_its_own() {
        for layout in testing::every_house() {
            let cells = place_seats(&layout, Origin::of(&layout));
            let distinct: HashSet<_> = cells.iter().collect();
            assert_eq!(distinct.len(), layout.seats().count());
        }
    }

    #[test]
    fn nonsense_coordinates_do_no_harm() {
        assert_eq!(whole(f32::NAN), 0);
        assert_eq!(whole(-5.0), 0);
        assert_eq!(whole(1e30), 1_000);
        assert_eq!((whole(0.49), whole(0.5), whole(1.5)), (0, 1, 2));
    }
}
