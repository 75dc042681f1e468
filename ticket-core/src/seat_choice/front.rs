//! Distances on the plan, in hundredths of a seat width, as whole numbers.

use crate::domain::Stage;

/// Hundredths in a seat width.
pub(super) const SEAT_WIDTH: u64 = 100;

/// A row distance is as long as two seat widths.
const SEAT_WIDTHS_PER_ROW: f32 = 2.0;

/// Rows whose distances from the stage differ by no more than this are the front together.
const FRONT_DEPTH: f64 = 100.0;

/// Farther out than any seat of any house (5 km), near enough that sums of squares cannot overflow.
const COORDINATE_MAX: f32 = 1_000_000.0;

/// A place on the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    x: i64,
    y: i64,
}

impl Point {
    /// From seat widths to the right and row distances down.
    pub(super) fn new(x: f32, y: f32) -> Self {
        Self { x: hundredths(x), y: hundredths(y * SEAT_WIDTHS_PER_ROW) }
    }

    /// The square of the distance.
    pub(super) fn distance_squared(self, other: Self) -> u64 {
        self.x.abs_diff(other.x).pow(2) + self.y.abs_diff(other.y).pow(2)
    }

    /// Whether the distance is at most this long.
    pub(super) fn is_within(self, distance: u64, other: Self) -> bool {
        self.distance_squared(other) <= distance.pow(2)
    }
}

/// The middle of the front: of those rows that are nearest the stage, or the top of the plan when there is none.
///
/// A row is as near as its seats are on the average, so that rows which bend around the stage stay one row.
pub(super) fn middle_of_front(rows: &[Vec<Point>], stage: Option<&Stage>) -> Point {
    let distances: Vec<f64> = rows.iter().map(|row| mean(row.iter().map(|seat| depth(*seat, stage)))).collect();
    let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
    let front = || {
        let rows = rows.iter().zip(&distances).filter(|(_, distance)| **distance <= nearest + FRONT_DEPTH);
        rows.flat_map(|(row, _)| row)
    };
    Point { x: whole(mean(front().map(|seat| seat.x as f64))), y: whole(mean(front().map(|seat| seat.y as f64))) }
}

/// How far a place is from the nearest edge of the stage.
fn depth(place: Point, stage: Option<&Stage>) -> f64 {
    let Some(stage) = stage else { return place.y as f64 };
    let (near, far) = (Point::new(stage.x, stage.y), Point::new(stage.x + stage.width, stage.y + stage.height));
    let outside = |at: i64, from: i64, to: i64| (from - at).max(at - to).max(0) as f64;
    outside(place.x, near.x, far.x).hypot(outside(place.y, near.y, far.y))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0_f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

fn hundredths(length: f32) -> i64 {
    whole(f64::from((length * 100.0).clamp(-COORDINATE_MAX, COORDINATE_MAX)))
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates are bounded, see COORDINATE_MAX")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(y: f32, x: impl IntoIterator<Item = f32>) -> Vec<Point> {
        x.into_iter().map(|x| Point::new(x, y)).collect()
    }

    fn stage() -> Stage {
        Stage { label: "STAGE".into(), x: 0.0, y: 0.0, width: 10.0, height: 2.0 }
    }

    #[test]
    fn without_a_stage_the_top_is_the_front() {
        let rows = [row(5.0, [1.0, 2.0]), row(3.0, [4.0, 6.0])];
        assert_eq!(middle_of_front(&rows, None), Point::new(5.0, 3.0));
    }

    #[test]
    fn blocks_side_by_side_have_one_middle() {
        let rows = [row(3.0, [1.0, 2.0]), row(4.0, [1.0, 2.0]), row(3.0, [8.0, 9.0]), row(4.0, [8.0, 9.0])];
        assert_eq!(middle_of_front(&rows, Some(&stage())), Point::new(5.0, 3.0));
    }

    #[test]
    fn a_bent_row_is_as_near_as_its_seats_are_on_the_average() {
        // The ends of the second row are nearer the stage than the middle of the first.
        let bent = |y: f32| vec![Point::new(1.0, y - 1.2), Point::new(5.0, y), Point::new(9.0, y - 1.2)];
        assert_eq!(middle_of_front(&[bent(4.0), bent(5.0)], Some(&stage())), Point::new(5.0, 3.2));
    }

    #[test]
    fn around_a_stage_the_front_is_nearest_its_edge() {
        let rows = [row(1.0, [14.0, 15.0]), row(6.0, [4.0, 5.0])];
        assert_eq!(middle_of_front(&rows, Some(&stage())), Point::new(14.5, 1.0));
    }

    #[test]
    fn coordinates_out_of_bounds_do_no_harm() {
        let far = Point::new(f32::MAX, f32::MIN);
        assert!(far.distance_squared(Point::new(f32::NEG_INFINITY, f32::NAN)) > 0);
    }
}
