use std::collections::HashSet;

use toml::Spanned;

use super::document::{RowTable, SectorTable, StageTable};
use super::error::Fault;
use super::prices::Prices;
use super::seat_list::{Cell, CellKind};
use super::values::{measure, measure_or_zero, name, optional_text, parsed};
use super::{row_names, seat_list};
use crate::domain::{Grade, SeatPlan, SeatPosition, Stage};
use crate::import::geometry::{Bend, Frame, Point, TakenPlaces};

/// Most seats and gaps of one performance.
const SEATS_MAX: usize = 200_000;

/// Most seats by which each row can be longer than the one in front of it.
const WIDEN_MAX: f64 = 100.0;

/// Farthest that anything lies from the origin of the plan, in its units.
const PLAN_MAX: f64 = 100_000.0;

/// The seats in drawing order.
pub(super) fn seats(sectors: &Spanned<Vec<Spanned<SectorTable>>>, prices: &Prices) -> Result<Vec<SeatPlan>, Fault> {
    let mut seating = Seating { prices, seats: Vec::new(), guids: HashSet::new(), taken: TakenPlaces::default() };
    for sector in sectors.get_ref() {
        seating.add_sector(sector)?;
    }
    if seating.seats.is_empty() {
        return Err(Fault::new(sectors.span(), "must have at least one sector"));
    }
    Ok(seating.seats)
}

/// The stage, where it is written.
pub(super) fn stage(table: &StageTable) -> Result<Stage, Fault> {
    let label = optional_text(table.label.as_ref())?;
    Ok(Stage {
        label: if label.is_empty() { "STAGE".to_owned() } else { label },
        x: single(measure(&table.x, -PLAN_MAX..=PLAN_MAX)?),
        y: single(measure(&table.y, -PLAN_MAX..=PLAN_MAX)?),
        width: single(measure(&table.width, 0.0..=PLAN_MAX)?),
        height: single(measure(&table.height, 0.0..=PLAN_MAX)?),
    })
}

/// Moves everything so that the plan begins at its top left corner.
pub(super) fn move_to_corner(seats: &mut [SeatPlan], stage: Option<&mut Stage>) {
    const HALF_A_SEAT: f32 = 0.5;
    let corners = seats.iter().map(|seat| (seat.x - HALF_A_SEAT, seat.y - HALF_A_SEAT));
    let corners = corners.chain(stage.iter().map(|stage| (stage.x, stage.y)));
    let (left, top) = corners.fold((f32::MAX, f32::MAX), |(left, top), (x, y)| (left.min(x), top.min(y)));
    for seat in seats {
        seat.x -= left;
        seat.y -= top;
    }
    if let Some(stage) = stage {
        stage.x -= left;
        stage.y -= top;
    }
}

struct Seating<'a> {
    prices: &'a Prices,
    seats: Vec<SeatPlan>,
    guids: HashSet<String>,
    taken: TakenPlaces,
}

/// A row to be added.
struct Row<'a> {
    table: &'a RowTable,
    sector: &'a str,
    name: &'a str,
    frame: &'a Frame,
    /// Where its first cell begins, in seat widths along the row.
    left: f64,
    /// Row distances from the sector's front to the row's front.
    behind: f64,
    grade: Option<&'a Spanned<String>>,
}

impl Seating<'_> {
    fn add_sector(&mut self, spanned: &Spanned<SectorTable>) -> Result<(), Fault> {
        let table = spanned.get_ref();
        let sector = name(&table.name)?;
        let seats_before = self.seats.len();
        let frame = frame(spanned)?;
        let mut behind = 0.0;
        for spanned in &table.rows {
            let row = spanned.get_ref();
            behind += measure_or_zero(row.aisle.as_ref(), 0.0..=PLAN_MAX)?;
            let indent = measure_or_zero(row.indent.as_ref(), -PLAN_MAX..=PLAN_MAX)?;
            let grade = row.grade.as_ref().or(table.grade.as_ref());
            for (index, name) in row_names(spanned)?.iter().enumerate() {
                let cells = widened(row, index)?;
                let left = if table.around.is_some() { indent - width(&cells) / 2.0 } else { indent };
                self.add_row(&Row { table: row, sector: &sector, name, frame: &frame, left, behind, grade }, &cells)?;
                behind += 1.0;
            }
        }
        if self.seats[seats_before..].iter().any(|seat| seat.is_seat) {
            Ok(())
        } else {
            Err(Fault::new(spanned.span(), format!("sector {sector:?} has no seat")))
        }
    }

    fn add_row(&mut self, row: &Row<'_>, cells: &[Cell]) -> Result<(), Fault> {
        let mut along = row.left;
        let mut gaps = 0;
        for cell in cells {
            let place = row.frame.place(along + 0.5, row.behind + 0.5);
            along += 1.0;
            let (label, number) = match &cell.kind {
                CellKind::Aisle => continue,
                CellKind::Seat { number, label } => (label.clone(), i64::from(*number)),
                CellKind::Gap => {
                    gaps += 1;
                    (format!("#{gaps}"), 0)
                }
            };
            let is_seat = matches!(cell.kind, CellKind::Seat { .. });
            let position = SeatPosition { sector: row.sector.to_owned(), row: row.name.to_owned(), number, label };
            let place = place.ok_or_else(|| {
                let message = "the row is too long for so narrow a curve";
                Fault::within(&row.table.seats, &cell.part, message)
            })?;
            self.add_seat(row, cell, position, is_seat, place)?;
        }
        Ok(())
    }

    fn add_seat(
        &mut self,
        row: &Row<'_>,
        cell: &Cell,
        position: SeatPosition,
        is_seat: bool,
        place: Point,
    ) -> Result<(), Fault> {
        let fault = |message: String| Fault::within(&row.table.seats, &cell.part, message);
        let index = self.seats.len();
        if index == SEATS_MAX {
            return Err(fault(format!("more than {SEATS_MAX} seats")));
        }
        let guid = format!("{}/{}/{}", position.sector, position.row, position.label);
        if !self.guids.insert(guid.clone()) {
            return Err(fault(format!("seat {guid:?} is there twice")));
        }
        if let Err(other) = self.taken.take(place, index) {
            return Err(fault(format!("seat {guid:?} overlaps seat {:?}", self.seats[other].guid)));
        }
        let (grade, price) = self.grade_and_price(row, cell)?;
        self.seats.push(SeatPlan { guid, grade, price, position, is_seat, x: single(place.x), y: single(place.y) });
        Ok(())
    }

    fn grade_and_price(&self, row: &Row<'_>, cell: &Cell) -> Result<(Grade, i64), Fault> {
        if let Some(grade) = cell.grade {
            let price = self.prices.of(grade);
            return Ok((grade, price.map_err(|message| Fault::within(&row.table.seats, &cell.part, message))?));
        }
        let Some(value) = row.grade else {
            return Err(Fault::within(
                &row.table.seats,
                &cell.part,
                "has no grade; give one to the row or to its sector",
            ));
        };
        let grade = parsed(value)?;
        Ok((grade, self.prices.of(grade).map_err(|message| Fault::new(value.span(), message))?))
    }
}

fn frame(spanned: &Spanned<SectorTable>) -> Result<Frame, Fault> {
    let table = spanned.get_ref();
    let angle_degrees = measure_or_zero(table.angle.as_ref(), -360.0..=360.0)?;
    let curve = measure_or_zero(table.curve.as_ref(), 0.0..=PLAN_MAX)?;
    match (&table.at, &table.around) {
        (Some(at), None) => {
            let bend = if curve > 0.0 { Bend::Parallel { radius: curve, axis: axis(table)? } } else { Bend::Straight };
            Ok(Frame { origin: point(at)?, angle_degrees, bend })
        }
        (None, Some(centre)) => Ok(Frame::around(point(centre)?, curve, angle_degrees)),
        _ => Err(Fault::new(spanned.span(), "needs either `at` or `around`")),
    }
}

/// The middle of the first row, in seat widths from the sector's left edge.
fn axis(table: &SectorTable) -> Result<f64, Fault> {
    let Some(row) = table.rows.first().map(Spanned::get_ref) else { return Ok(0.0) };
    Ok(measure_or_zero(row.indent.as_ref(), -PLAN_MAX..=PLAN_MAX)? + width(&cells(row)?) / 2.0)
}

fn point([x, y]: &[Spanned<f64>; 2]) -> Result<Point, Fault> {
    Ok(Point { x: measure(x, -PLAN_MAX..=PLAN_MAX)?, y: measure(y, -PLAN_MAX..=PLAN_MAX)? })
}

fn cells(row: &RowTable) -> Result<Vec<Cell>, Fault> {
    seat_list::parse(row.seats.get_ref()).map_err(|(part, message)| Fault::within(&row.seats, &part, message))
}

/// The cells of the row that is the `index`-th of those that share its table.
fn widened(row: &RowTable, index: usize) -> Result<Vec<Cell>, Fault> {
    let mut cells = cells(row)?;
    let Some(value) = &row.widen else { return Ok(cells) };
    let seats = measure(value, 0.0..=WIDEN_MAX)? * size(index);
    if seat_list::widen(&mut cells, whole(seats)) {
        Ok(cells)
    } else {
        Err(Fault::new(value.span(), "needs `seats` that end with a seat, whose numbers it can continue"))
    }
}

fn row_names(spanned: &Spanned<RowTable>) -> Result<Vec<String>, Fault> {
    let table = spanned.get_ref();
    match (&table.row, &table.rows) {
        (Some(row), None) => Ok(vec![name(row)?]),
        (None, Some(rows)) => {
            row_names::parse(rows.get_ref()).map_err(|(part, message)| Fault::within(rows, &part, message))
        }
        _ => Err(Fault::new(spanned.span(), "needs either `row` or `rows`")),
    }
}

/// In seat widths.
fn width(cells: &[Cell]) -> f64 {
    size(cells.len())
}

fn size(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative, rounded down on purpose")]
fn whole(seats: f64) -> usize {
    seats as usize
}

#[expect(clippy::cast_possible_truncation, reason = "places need no more digits than a drawing has")]
fn single(length: f64) -> f32 {
    length as f32
}
