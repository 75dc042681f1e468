//! The names on the plan: stage, sectors, rows. What they name stays named while a part of it is on the screen.

use std::collections::HashSet;

use ratatui::style::Color;

use super::canvas::Canvas;
use crate::model::Hall;
use crate::seat_map::{Cell, Level, Window, names_in_view};
use crate::text::{fit, width};
use crate::theme::Theme;

/// Longer names of rows are cut beside the plan.
const ROW_COLUMNS: usize = 3;

pub(super) fn stage(canvas: &mut Canvas<'_>, level: &Level, theme: Theme) {
    let Some(stage) = &level.stage else { return };
    let (columns, rows) = canvas.visible(level);
    let bottom = stage.corner.y + stage.height;
    let seen = columns.start.max(stage.corner.x)..columns.end.min(stage.corner.x + stage.width);
    for y in rows.start.max(stage.corner.y)..rows.end.min(bottom) {
        for x in seen.clone() {
            let edge = if y + 1 == bottom { "▔" } else { " " };
            canvas.write(Cell { x, y }, &edge.repeat(usize::from(canvas.step)), theme.muted());
        }
    }
    let is_on_edge = stage.height == 1;
    let label = if is_on_edge { format!(" {} ", stage.label) } else { stage.label.clone() };
    // On an edge that is hardly longer, the name stands for the stage.
    let label = if cells(canvas, &label) > seen.end.saturating_sub(seen.start) { &stage.label } else { &label };
    let spare = seen.end.saturating_sub(seen.start).saturating_sub(cells(canvas, label));
    let x = seen.start + spare / 2;
    canvas.write(Cell { x, y: stage.corner.y + (stage.height - 1) / 2 }, label, theme.title());
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
        let at = label.at;
        // On the seats it names, their colour and their letters would go on through it.
        let style = theme.title().fg(Color::Reset);
        let covers = (at.x..at.x + cells(canvas, &label.text)).any(|x| level.block(x, at.y).is_drawn());
        if covers && (theme.is_plain() || level.factor == 1) && at.x > x {
            canvas.write(Cell { x: at.x - 1, ..at }, &format!("{:>1$}{2} ", "", usize::from(canvas.step), label.text), style);
        } else {
            canvas.write(at, &label.text, style);
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
