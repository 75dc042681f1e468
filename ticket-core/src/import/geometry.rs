//! Where the seats of a sector lie on the plan.
//!
//! A seat is 1 wide (about half a metre), a row distance is 1 deep (about a metre): in a hall and in a terminal cell
//! alike, one step in y is as long as two steps in x. Turning and bending are done in true lengths, so that a sector
//! keeps its shape whatever its angle. The seats of a row that runs straight up or down are therefore half a unit of y
//! apart, and its rows two units of x: a view that gives each of them a cell of its own draws two columns and two
//! lines per unit.

use std::collections::HashMap;

/// Seat widths in one row distance.
const SEAT_WIDTHS_PER_ROW: f64 = 2.0;

/// Seats whose centres are nearer than this, in seat widths, are in the same place. Half a seat, less what places lose when
/// they are stored.
const SAME_PLACE: f64 = 0.499;

/// Farthest that a seat of a bent row is from the axis, in radii of its arc: 64 degrees to either side.
const OFF_AXIS_MAX: f64 = 0.9;

/// A point of the plan: `x` in seat widths to the right, `y` in row distances down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// How a sector lies on the plan.
///
/// Its rows are first laid out straight, `along` running to the right and `behind` running down, then bent, then turned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The point of the plan on which `along` = 0, `behind` = 0 comes to lie.
    pub(super) origin: Point,
    /// Clockwise turn around the origin, in degrees.
    pub(super) angle_degrees: f64,
    /// What becomes of its rows.
    pub(super) bend: Bend,
}

/// What becomes of the rows of a sector. Every radius is in row distances.
///
/// Seats move straight forward, not along the arc: so the columns of a bent sector stay columns, and in a terminal every
/// seat has a cell of its own. At the ends of a row this draws seats a little too far apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bend {
    /// They stay straight.
    Straight,
    /// Each becomes an arc of the same radius, deepest at `axis` (in seat widths along the row).
    Parallel { radius: f64, axis: f64 },
    /// They become arcs around one centre, the front of the sector being at this distance from it.
    Concentric { radius: f64 },
}

impl Frame {
    /// The frame of a sector whose rows bend around `centre`, with the middle of each row at `along` = 0.
    pub(super) fn around(centre: Point, radius: f64, angle_degrees: f64) -> Self {
        let straight = Self { origin: centre, angle_degrees, bend: Bend::Straight };
        let origin = straight.turn(0.0, radius * SEAT_WIDTHS_PER_ROW);
        Self { origin, angle_degrees, bend: Bend::Concentric { radius } }
    }

    /// The place of what is `along` seat widths along its row and `behind` row distances behind the sector's front.
    ///
    /// `None` when it is too far from the middle to lie on the arc of its row.
    pub(super) fn place(&self, along: f64, behind: f64) -> Option<Point> {
        let behind = behind * SEAT_WIDTHS_PER_ROW;
        let forward = match self.bend {
            Bend::Straight => 0.0,
            Bend::Parallel { radius, axis } => rise(along - axis, radius * SEAT_WIDTHS_PER_ROW)?,
            Bend::Concentric { radius } => rise(along, radius * SEAT_WIDTHS_PER_ROW + behind)?,
        };
        Some(self.turn(along, behind - forward))
    }

    /// Lengths are in seat widths.
    fn turn(&self, along: f64, behind: f64) -> Point {
        let (sin, cos) = self.angle_degrees.to_radians().sin_cos();
        Point {
            x: self.origin.x + along * cos - behind * sin,
            y: self.origin.y + (along * sin + behind * cos) / SEAT_WIDTHS_PER_ROW,
        }
    }
}

/// How far an arc comes forward at this distance from its middle.
fn rise(off_axis: f64, radius: f64) -> Option<f64> {
    (off_axis.abs() <= radius * OFF_AXIS_MAX).then(|| radius - (radius * radius - off_axis * off_axis).sqrt())
}

/// The places that are taken already, to find two seats in one place.
#[derive(Debug, Default)]
pub(super) struct TakenPlaces {
    cells: HashMap<(i64, i64), Vec<(Point, usize)>>,
}

impl TakenPlaces {
    /// Takes a place for the seat with this index, or says which seat has it already.
    pub(super) fn take(&mut self, place: Point, index: usize) -> Result<(), usize> {
        let (column, line) = cell_of(place);
        for cell in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (column + dx, line + dy))) {
            let near =
                self.cells.get(&cell).into_iter().flatten().find(|(other, _)| distance(place, *other) < SAME_PLACE);
            if let Some((_, taken_by)) = near {
                return Err(*taken_by);
            }
        }
        self.cells.entry((column, line)).or_default().push((place, index));
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float out of range saturates, which only merges cells")]
fn cell_of(place: Point) -> (i64, i64) {
    let cell = |length: f64| (length / SAME_PLACE).floor() as i64;
    (cell(place.x), cell(place.y * SEAT_WIDTHS_PER_ROW))
}

/// As places are stored.
#[expect(clippy::cast_possible_truncation, reason = "places need no more digits than a drawing has")]
pub(super) fn single(length: f64) -> f32 {
    length as f32
}

/// In seat widths.
fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot((a.y - b.y) * SEAT_WIDTHS_PER_ROW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(angle_degrees: f64) -> Frame {
        Frame { origin: Point { x: 10.0, y: 4.0 }, angle_degrees, bend: Bend::Straight }
    }

    #[track_caller]
    fn assert_at(place: Point, x: f64, y: f64) {
        assert!((place.x - x).abs() < 1e-9 && (place.y - y).abs() < 1e-9, "{place:?} is not at {x}, {y}");
    }

    #[test]
    fn a_straight_row_runs_to_the_right_and_the_next_is_below() {
        assert_at(straight(0.0).place(0.5, 0.5).unwrap(), 10.5, 4.5);
        assert_at(straight(0.0).place(3.5, 1.5).unwrap(), 13.5, 5.5);
    }

    #[test]
    fn turning_keeps_true_lengths() {
        // Ten seats along are five row distances down; one row behind is two seat widths to the left.
        assert_at(straight(90.0).place(10.0, 0.0).unwrap(), 10.0, 9.0);
        assert_at(straight(90.0).place(0.0, 1.0).unwrap(), 8.0, 4.0);
        assert_at(straight(180.0).place(10.0, 1.0).unwrap(), 0.0, 3.0);
        assert_at(straight(-90.0).place(10.0, 0.0).unwrap(), 10.0, -1.0);
        assert_at(straight(-90.0).place(0.0, 1.0).unwrap(), 12.0, 4.0);
    }

    #[test]
    fn a_bent_row_keeps_its_columns_and_its_ends_come_forward() {
        let frame = Frame { bend: Bend::Parallel { radius: 6.5, axis: 5.0 }, ..straight(0.0) };
        assert_at(frame.place(5.0, 3.0).unwrap(), 15.0, 7.0);
        // 5 - 12 - 13 is a right triangle: the ends come 13 - 12 seat widths forward.
        assert_at(frame.place(0.0, 3.0).unwrap(), 10.0, 6.5);
        assert_at(frame.place(10.0, 3.0).unwrap(), 20.0, 6.5);
        assert_eq!(frame.place(17.0, 3.0), None);
    }

    #[test]
    fn around_puts_every_seat_of_a_row_at_the_same_distance_from_the_centre() {
        let centre = Point { x: 3.0, y: -2.0 };
        for angle in [0.0, 33.0, 180.0, 300.0] {
            let frame = Frame::around(centre, 8.0, angle);
            for along in [-6.0, -0.5, 4.0] {
                assert!((distance(frame.place(along, 1.5).unwrap(), centre) - 2.0 * 9.5).abs() < 1e-9);
            }
        }
        assert_at(Frame::around(centre, 8.0, 0.0).place(0.0, 0.0).unwrap(), 3.0, 6.0);
        assert_at(Frame::around(centre, 8.0, 90.0).place(0.0, 0.0).unwrap(), -13.0, -2.0);
    }

    #[test]
    fn finds_what_is_in_the_same_place() {
        let mut taken = TakenPlaces::default();
        assert_eq!(taken.take(Point { x: 0.49, y: 0.0 }, 0), Ok(()));
        assert_eq!(taken.take(Point { x: 1.0, y: 0.0 }, 1), Ok(()));
        assert_eq!(taken.take(Point { x: 0.51, y: 0.2 }, 2), Err(0));
        assert_eq!(taken.take(Point { x: 0.49, y: 0.25 }, 3), Ok(()));
    }
}
