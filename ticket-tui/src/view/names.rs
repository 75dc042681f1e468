//! The names on the plan: stage, sectors, rows. What they name stays named while a part of it is on the screen.

use std::collections::HashSet;

use ratatui::style::Color;

use super::canvas::Canvas;
use crate::model::Hall;
use crate::seat_map::{Cell, Level, Window, names_in_view};
use crate::text::{fit, pad, width};
use crate::theme::Theme;

/// Longer names of rows are cut beside the plan.
const ROW_COLUMNS: usize = 3;
/// Beside its name, a shorter edge of the stage would seem to be a part of the name.
const EDGE_CELLS_MIN: u16 = 6;

pub(super) fn stage(canvas: &mut Canvas<'_>, level: &Level, theme: Theme) {
    let Some(stage) = &level.stage else { return };
    let (columns, rows) = canvas.visible(level);
    let bottom = stage.corner.y + stage.height;
    let seen = columns.start.max(stage.corner.x)..columns.end.min(stage.corner.x + stage.width);
    let spare = seen.end.saturating_sub(seen.start).saturating_sub(cells(canvas, &stage.label));
    // In one row, the name has the edge on both sides, or stands alone.
    let (edge, label) = match stage.height {
        1 if spare < EDGE_CELLS_MIN => (" ", stage.label.clone()),
        1 => ("▔", format!(" {} ", stage.label)),
        _ => ("▔", stage.label.clone()),
    };
    for y in rows.start.max(stage.corner.y)..rows.end.min(bottom) {
        for x in seen.clone() {
            let edge = if y + 1 == bottom { edge } else { " " };
            canvas.write(Cell { x, y }, &edge.repeat(usize::from(canvas.step)), theme.muted());
        }
    }
    let spare = seen.end.saturating_sub(seen.start).saturating_sub(cells(canvas, &label));
    let x = seen.start + spare / 2;
    canvas.write(Cell { x, y: stage.corner.y + (stage.height - 1) / 2 }, &label, theme.title());
}

pub(super) fn sectors(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, theme: Theme) {
    let Cell { x, y } = canvas.viewport.origin;
    let window = Window {
        columns: x..x + canvas.cells.0,
        rows: y..y + canvas.cells.1,
        step: canvas.step,
        cursor: level.cell(hall.house.grid.cell(hall.cursor)),
    };
    for label in names_in_view(level, &window) {
        // On the seats it names, their colour and their letters would go on through it.
        let style = theme.title().fg(Color::Reset);
        if theme.is_plain() && level.factor > 1 {
            canvas.write(Cell { x: label.at.x.saturating_sub(1), ..label.at }, &format!(" {} ", label.text), style);
        } else {
            // A number that begins under the name ends under it as well.
            let columns = cells(canvas, &label.text) * canvas.step;
            canvas.write(label.at, &pad(&label.text, usize::from(columns)), style);
        }
    }
}

/// Before the first seat of every row. With numbered seats, what is seen of a row that begins further left has its name
/// beside the plan; where a line shows parts of several rows, that is the row of the leftmost seat, or of the cursor.
pub(super) fn rows(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, theme: Theme) {
    let (columns, rows) = canvas.visible(level);
    let names = rows.flat_map(|y| level.labels_in_row(y)).filter(|label| label.sector.is_none());
    if canvas.step == 1 {
        names.for_each(|label| canvas.write(label.at, &label.text, theme.muted()));
        return;
    }
    let mut named = HashSet::new();
    for label in names.filter(|label| columns.contains(&label.names.start)) {
        let room = u16::try_from(width(&label.text)).unwrap_or(u16::MAX).saturating_add(1);
        let first = Cell { x: label.names.start, y: label.at.y };
        canvas.write_before(first, room, &label.text, theme.muted());
        named.insert(first);
    }
    beside_plan(canvas, hall, level, (theme, &named));
}

fn beside_plan(canvas: &mut Canvas<'_>, hall: &Hall, level: &Level, (theme, named): (Theme, &HashSet<Cell>)) {
    let (columns, rows) = canvas.visible(level);
    let cursor = level.cell(hall.house.grid.cell(hall.cursor));
    for y in rows {
        let Some(first) = columns.clone().find(|x| level.block(*x, y).is_drawn()) else { continue };
        let leftmost = level.block(first, y).seat as usize;
        let row_of = |seat: usize| hall.house.position(seat).map_or("", |(_, row, _)| row);
        let (seat, style) = if cursor.y == y { (hall.cursor, theme.title()) } else { (leftmost, theme.muted()) };
        let row = row_of(seat);
        let is_named = named.contains(&Cell { x: first, y }) && row == row_of(leftmost);
        if !is_named {
            canvas.write_aside(y, &fit(row, ROW_COLUMNS), style);
        }
    }
}

/// Cells of the plan that a text takes.
fn cells(canvas: &Canvas<'_>, text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX).div_ceil(canvas.step)
}
