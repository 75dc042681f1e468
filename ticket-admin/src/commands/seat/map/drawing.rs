//! A seat map as lines of text.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ticket_core::api::{Layout, LayoutHeader, PriceCategory};
use ticket_core::domain::{Grade, SeatStatus, Stage};
use unicode_width::UnicodeWidthChar as _;

/// What is drawn for seats that nobody can buy now, and what it means, the more lasting first.
const TAKEN: [(SeatStatus, char, &str); 5] = [
    (SeatStatus::Booked, 'x', "sold"),
    (SeatStatus::Blocked, '#', "out of sale"),
    (SeatStatus::Held, '~', "held"),
    (SeatStatus::Offered, 'w', "offered to a waiter"),
    (SeatStatus::Canceled, 'c', "cancelled"),
];

const STAGE: char = '=';
const GAP: char = '.';

/// What lies in one cell of the drawing.
#[derive(Debug, Default, Clone)]
struct Cell {
    free: BTreeMap<Grade, u32>,
    taken: [u32; TAKEN.len()],
}

type Cells = BTreeMap<(usize, usize), Cell>;

/// The map in at most so many columns, with what its letters mean.
pub(super) fn draw(layout: &Layout, statuses: &[SeatStatus], columns: u16) -> Vec<String> {
    let units_per_cell = units_per_cell(layout, columns);
    let mut cells = Cells::new();
    for (seat, status) in layout.seats().zip(statuses) {
        let cell = cells.entry((index(seat.y / units_per_cell), index(seat.x / units_per_cell))).or_default();
        cell.add(seat.category.grade, *status);
    }
    let mut lines = vec![title(&layout.header), String::new()];
    lines.extend(map_lines(&cells, layout.header.stage.as_ref(), units_per_cell));
    lines.push(String::new());
    lines.extend(legend(layout, statuses));
    if cells.values().any(|cell| cell.seats() > 1) {
        lines.push("A letter stands for several seats; it is small where fewer than half of them are free.".to_owned());
    }
    lines
}

impl Cell {
    fn add(&mut self, grade: Grade, status: SeatStatus) {
        if status == SeatStatus::Available {
            *self.free.entry(grade).or_default() += 1;
        } else if let Some(kind) = TAKEN.iter().position(|(taken, ..)| *taken == status) {
            self.taken[kind] += 1;
        }
    }

    fn seats(&self) -> u32 {
        self.free.values().sum::<u32>() + self.taken.iter().sum::<u32>()
    }

    fn glyph(&self) -> char {
        // `rev`, because of equals the last wins.
        if let Some((grade, _)) = self.free.iter().rev().max_by_key(|(_, count)| **count) {
            let letter = letter(*grade);
            let free: u32 = self.free.values().sum();
            return if free * 2 >= self.seats() { letter } else { letter.to_ascii_lowercase() };
        }
        let taken = TAKEN.iter().zip(self.taken).rev().filter(|(_, count)| *count > 0);
        taken.max_by_key(|(_, count)| *count).map_or(GAP, |((_, glyph, _), _)| *glyph)
    }
}

fn letter(grade: Grade) -> char {
    grade.as_str().chars().next().unwrap_or('?')
}

fn units_per_cell(layout: &Layout, columns: u16) -> f32 {
    let seats = layout.seats().map(|seat| seat.x);
    let stage = layout.header.stage.iter().map(|stage| stage.x + stage.width);
    let right = seats.chain(stage).fold(0.0, f32::max);
    // The rightmost seat lies within the last column.
    ((right + 0.5) / f32::from(columns)).max(1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are not negative")]
fn index(cells: f32) -> usize {
    cells as usize
}

fn map_lines(cells: &Cells, stage: Option<&Stage>, units_per_cell: f32) -> Vec<String> {
    let mut glyphs: BTreeMap<(usize, usize), char> = BTreeMap::new();
    if let Some(stage) = stage {
        draw_stage(&mut glyphs, stage, units_per_cell);
    }
    glyphs.extend(cells.iter().map(|(at, cell)| (*at, cell.glyph())));
    let mut lines = Vec::new();
    let mut column = 0;
    for ((y, x), glyph) in glyphs {
        while lines.len() <= y {
            lines.push(String::new());
            column = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.extend(std::iter::repeat_n(' ', x.saturating_sub(column)));
            line.push(glyph);
            column = x + glyph.width().unwrap_or(1);
        }
    }
    lines
}

fn draw_stage(glyphs: &mut BTreeMap<(usize, usize), char>, stage: &Stage, units_per_cell: f32) {
    let cell = |units: f32| index(units / units_per_cell);
    let (left, right) = (cell(stage.x), cell(stage.x + stage.width));
    let (top, bottom) = (cell(stage.y), cell(stage.y + stage.height).max(cell(stage.y) + 1));
    let outline = (top..bottom).flat_map(|y| (left..right).map(move |x| ((y, x), STAGE)));
    glyphs.extend(outline);
    let label_width: usize = stage.label.chars().filter_map(char::width).sum();
    let room = right.saturating_sub(left);
    if label_width > room {
        return;
    }
    let (y, mut x) = (top + (bottom - top - 1) / 2, left + (room - label_width) / 2);
    for letter in stage.label.chars() {
        let width = letter.width().unwrap_or(0);
        for covered in x..x + width {
            glyphs.remove(&(y, covered));
        }
        if width > 0 {
            glyphs.insert((y, x), letter);
        }
        x += width;
    }
}

fn title(header: &LayoutHeader) -> String {
    let LayoutHeader { show_name, place_name, date, round, start_time, .. } = header;
    format!("{show_name} - {place_name} - {date} {} (round {round})", start_time.strftime("%H:%M"))
}

fn legend(layout: &Layout, statuses: &[SeatStatus]) -> Vec<String> {
    let mut categories = layout.categories.clone();
    categories.sort_by_key(|category| (category.grade, Reverse(category.price)));
    let mut lines: Vec<String> = categories.iter().map(|category| price_line(layout, statuses, category)).collect();
    let taken = TAKEN.iter().filter_map(|(kind, glyph, meaning)| {
        let count = statuses.iter().filter(|status| *status == kind).count();
        (count > 0).then(|| format!("{glyph} {meaning}: {count}"))
    });
    let taken: Vec<String> = taken.collect();
    if !taken.is_empty() {
        lines.push(taken.join("   "));
    }
    lines
}

fn price_line(layout: &Layout, statuses: &[SeatStatus], category: &PriceCategory) -> String {
    let of_category =
        || layout.seats().zip(statuses).filter(|(seat, _)| seat.category == *category).map(|(_, status)| *status);
    let free = of_category().filter(|status| *status == SeatStatus::Available).count();
    let all = of_category().filter(|status| *status != SeatStatus::Gap).count();
    let price = layout.header.currency.format(category.price);
    format!("{} {:<3} {price:>14}  {free} of {all} free", letter(category.grade), category.grade)
}
