use serde_spanned::Spanned;

use super::document::{RowTable, SectorTable, StageTable};
use super::prices::{self, Prices};
use super::seat_list::{Cell, CellKind};
use super::values::{measure, measure_or_zero, name, optional_text, parsed};
use super::{places, row_names, seat_list};
use crate::domain::limits::PLAN_MAX;
use crate::domain::{Grade, SeatPlan, SeatPosition, Seating, Stage};
use crate::import::error::Fault;
use crate::import::geometry::{Bend, Frame, Point, single};
use crate::import::house::{House, move_to_corner, name_of};

/// Most seats by which each row can be longer than the one in front of it.
const WIDEN_MAX: f64 = 100.0;

/// The stage and the seats, in drawing order.
pub(super) fn seating(
    stage: Option<&StageTable>,
    sectors: &Spanned<Vec<Spanned<SectorTable>>>,
    prices: &Prices,
) -> Result<Seating, Fault> {
    let mut stage = stage.map(stage_of).transpose()?;
    let mut reader = Reader { prices, house: House::default() };
    for sector in sectors.get_ref() {
        reader.add_sector(sector)?;
    }
    let mut seats = reader.house.seats;
    if seats.is_empty() {
        return Err(Fault::new(sectors.span(), "must have at least one sector"));
    }
    // With places that are said, the plan is where they say.
    if sectors.get_ref().iter().all(|sector| sector.get_ref().is_laid_out()) {
        move_to_corner(&mut seats, stage.as_mut());
    }
    Ok(Seating { stage, seats })
}

/// The stage, where it is written.
pub(super) fn stage_of(table: &StageTable) -> Result<Stage, Fault> {
    let label = optional_text(table.label.as_ref())?;
    Ok(Stage {
        label: if label.is_empty() { "STAGE".to_owned() } else { label },
        x: single(measure(&table.x, -PLAN_MAX..=PLAN_MAX)?),
        y: single(measure(&table.y, -PLAN_MAX..=PLAN_MAX)?),
        width: single(measure(&table.width, 0.0..=PLAN_MAX)?),
        height: single(measure(&table.height, 0.0..=PLAN_MAX)?),
    })
}

impl SectorTable {
    /// Whether its seats are where its rows come to lie, and not where each is said to be.
    fn is_laid_out(&self) -> bool {
        let is_said = |row: &Spanned<RowTable>| row.get_ref().x.is_some() || row.get_ref().y.is_some();
        self.at.is_some() || self.around.is_some() || !self.rows.iter().any(is_said)
    }
}

struct Reader<'a> {
    prices: &'a Prices,
    house: House,
}

/// A row to be added.
struct Row<'a> {
    table: &'a RowTable,
    sector: &'a str,
    name: &'a str,
    grade: Option<&'a Spanned<String>>,
}

/// Where the cells of a row are.
enum Places<'a> {
    LaidOut {
        frame: &'a Frame,
        /// Where the first cell begins, in seat widths along the row.
        left: f64,
        /// Row distances from the sector's front to the row's front.
        behind: f64,
    },
    /// One by one, without the aisles.
    Said(Vec<Point>),
}

impl Places<'_> {
    /// The place of a cell, counted with and without aisles; `None` when it does not lie on the arc of its row.
    fn of(&self, cell: usize, seat: usize) -> Option<Point> {
        match self {
            Self::LaidOut { frame, left, behind } => frame.place(left + size(cell) + 0.5, behind + 0.5),
            Self::Said(points) => points.get(seat).copied(),
        }
    }
}

impl Reader<'_> {
    fn add_sector(&mut self, spanned: &Spanned<SectorTable>) -> Result<(), Fault> {
        let table = spanned.get_ref();
        let sector = name(&table.name)?;
        let seats_before = self.house.seats.len();
        let frame = if table.is_laid_out() { Some(frame(spanned)?) } else { None };
        let mut behind = 0.0;
        for spanned in &table.rows {
            let row = spanned.get_ref();
            let grade = row.grade.as_ref().or(table.grade.as_ref());
            let Some(frame) = &frame else {
                let name = said_row_name(spanned)?;
                let cells = cells(row)?;
                let places = Places::Said(said_places(spanned, &cells)?);
                self.add_row(&Row { table: row, sector: &sector, name: &name, grade }, &places, &cells)?;
                continue;
            };
            if let Some(place) = row.x.as_ref().or(row.y.as_ref()) {
                return Err(Fault::new(place.span(), "goes only with sectors that have neither `at` nor `around`"));
            }
            behind += measure_or_zero(row.aisle.as_ref(), 0.0..=PLAN_MAX)?;
            let indent = measure_or_zero(row.indent.as_ref(), -PLAN_MAX..=PLAN_MAX)?;
            for (index, name) in row_names(spanned)?.iter().enumerate() {
                let cells = widened(row, index)?;
                let left = if table.around.is_some() { indent - width(&cells) / 2.0 } else { indent };
                let places = Places::LaidOut { frame, left, behind };
                self.add_row(&Row { table: row, sector: &sector, name, grade }, &places, &cells)?;
                behind += 1.0;
            }
        }
        if frame.is_none() || self.house.seats[seats_before..].iter().any(|seat| seat.is_seat) {
            Ok(())
        } else {
            Err(Fault::new(spanned.span(), format!("sector {sector:?} has no seat")))
        }
    }

    fn add_row(&mut self, row: &Row<'_>, places: &Places<'_>, cells: &[Cell]) -> Result<(), Fault> {
        let labels = strings(row.table.labels.as_ref(), cells)?;
        let guids = strings(row.table.guids.as_ref(), cells)?;
        let (mut gaps, mut seats) = (0, 0);
        for (index, cell) in cells.iter().enumerate() {
            let (label, number) = match &cell.kind {
                CellKind::Aisle => continue,
                CellKind::Seat(seat) | CellKind::Gap(Some(seat)) => (seat.label.clone(), i64::from(seat.number)),
                CellKind::Gap(None) => {
                    gaps += 1;
                    (format!("#{gaps}"), 0)
                }
            };
            let fault = |message: String| Fault::within(&row.table.seats, &cell.part, message);
            let label = labels.get(seats).map_or(Ok(label), name)?;
            let position = SeatPosition { sector: row.sector.to_owned(), row: row.name.to_owned(), number, label };
            let guid = guids.get(seats).map_or_else(|| Ok(name_of(&position)), name)?;
            let place =
                places.of(index, seats).ok_or_else(|| fault("the row is too long for so narrow a curve".into()))?;
            let (grade, price) = self.grade_and_price(row, cell)?;
            let is_seat = matches!(cell.kind, CellKind::Seat(_));
            let (x, y) = (single(place.x), single(place.y));
            self.house.add(SeatPlan { guid, grade, price, position, is_seat, x, y }).map_err(fault)?;
            seats += 1;
        }
        Ok(())
    }

    fn grade_and_price(&self, row: &Row<'_>, cell: &Cell) -> Result<(Grade, i64), Fault> {
        let own_price = row.table.price.as_ref().map(prices::checked).transpose()?;
        let price_of = |grade| own_price.map_or_else(|| self.prices.of(grade), Ok);
        if let Some(grade) = cell.grade {
            let price = price_of(grade);
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
        Ok((grade, price_of(grade).map_err(|message| Fault::new(value.span(), message))?))
    }
}

/// The texts of a list that has one for each seat and gap, or none.
fn strings<'a>(
    list: Option<&'a Spanned<Vec<Spanned<String>>>>,
    cells: &[Cell],
) -> Result<&'a [Spanned<String>], Fault> {
    let Some(list) = list else { return Ok(&[]) };
    expect_one_each(list.get_ref().len(), cells).map_err(|message| Fault::new(list.span(), message))?;
    Ok(list.get_ref())
}

fn expect_one_each(count: usize, cells: &[Cell]) -> Result<(), String> {
    let seats = cells.iter().filter(|cell| cell.kind != CellKind::Aisle).count();
    if count == seats { Ok(()) } else { Err(format!("has {count} for {seats} seats and gaps")) }
}

/// The name of a row whose seats each have a place.
fn said_row_name(spanned: &Spanned<RowTable>) -> Result<String, Fault> {
    let RowTable { row, rows, indent, aisle, widen, .. } = spanned.get_ref();
    let layout = [indent, aisle, widen].into_iter().flatten().map(Spanned::span);
    if let Some(span) = layout.chain(rows.as_ref().map(Spanned::span)).next() {
        return Err(Fault::new(span, "goes only with sectors that have `at` or `around`"));
    }
    row.as_ref().map_or_else(|| Err(Fault::new(spanned.span(), "needs `row`")), name)
}

/// The places of the seats and gaps of a row, where each is said. One number for all is said once.
fn said_places(spanned: &Spanned<RowTable>, cells: &[Cell]) -> Result<Vec<Point>, Fault> {
    let RowTable { x: Some(x), y: Some(y), .. } = spanned.get_ref() else {
        let message = "needs `x` and `y`, or its sector needs `at` or `around`";
        return Err(Fault::new(spanned.span(), message));
    };
    let seats = cells.iter().filter(|cell| cell.kind != CellKind::Aisle).count();
    let axis = |list: &Spanned<String>| {
        let mut places =
            places::parse(list.get_ref()).map_err(|(part, message)| Fault::within(list, &part, message))?;
        if let [place] = *places {
            places = vec![place; seats];
        }
        expect_one_each(places.len(), cells).map_err(|message| Fault::new(list.span(), message))?;
        Ok(places)
    };
    Ok(axis(x)?.into_iter().zip(axis(y)?).map(|(x, y)| Point { x, y }).collect())
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
