//! The names of rows, before their first seats, and of sectors, behind their last rows.

use std::fmt::Write as _;

use ticket_core::api::{Layout, LayoutSeat};

use super::{UNIT, escaped, place};

/// Sizes of the letters, in pixels.
const ROW_FONT: f32 = 0.7 * UNIT;
const SECTOR_FONT: f32 = 0.9 * UNIT;
/// How far a name is from the seat that it stands beside, in pixels.
const DISTANCE: f32 = 1.1 * UNIT;

type Point = (f32, f32);

/// A row: its sector, its name, and where its seats are.
struct Row<'a> {
    sector: &'a str,
    name: &'a str,
    seats: Vec<Point>,
}

pub(super) fn draw(layout: &Layout) -> String {
    let rows = rows(layout);
    let mut svg = String::new();
    for row in &rows {
        if let Some(at) = before(&row.seats) {
            text(&mut svg, at, ROW_FONT, row.name);
        }
    }
    for sector in rows.chunk_by(|one, other| one.sector == other.sector) {
        if let Some(at) = behind(sector) {
            text(&mut svg, at, SECTOR_FONT, sector[0].sector);
        }
    }
    svg
}

fn rows(layout: &Layout) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for LayoutSeat { sector, row: name, x, y, .. } in layout.seats() {
        let seat = place(x, y);
        match rows.last_mut() {
            Some(row) if (row.sector, row.name) == (sector, name) => row.seats.push(seat),
            _ => rows.push(Row { sector, name, seats: vec![seat] }),
        }
    }
    rows
}

/// Before the first seat of a row, in its direction, however it is turned; to the left of a single one.
fn before(seats: &[Point]) -> Option<Point> {
    let first = *seats.first()?;
    let second = seats.get(1).copied().unwrap_or((first.0 + 1.0, first.1));
    Some(away(first, second))
}

/// Behind the middle of the last row, away from the first.
fn behind(rows: &[Row<'_>]) -> Option<Point> {
    let last = middle(&rows.last()?.seats)?;
    let first = middle(&rows.first()?.seats)?;
    Some(if first == last { away(last, (last.0, last.1 - 1.0)) } else { away(last, first) })
}

fn middle(seats: &[Point]) -> Option<Point> {
    seats.get(seats.len() / 2).copied()
}

/// A little further than `from`, on the way that comes from `other`.
fn away(from: Point, other: Point) -> Point {
    let (x, y) = (from.0 - other.0, from.1 - other.1);
    let length = x.hypot(y).max(f32::EPSILON);
    (from.0 + x / length * DISTANCE, from.1 + y / length * DISTANCE)
}

fn text(svg: &mut String, (x, y): Point, font: f32, name: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{font:.0}\" text-anchor=\"middle\" dominant-baseline=\"central\" \
         fill=\"#707070\">{}</text>",
        escaped(name)
    );
}
