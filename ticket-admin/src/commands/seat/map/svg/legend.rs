//! What the colours mean, and how many seats have them.

use std::cmp::Reverse;
use std::fmt::Write as _;

use ticket_core::api::Layout;
use ticket_core::domain::SeatStatus;

use super::{MARGIN, UNIT, escaped, look, text_width};

/// From one line to the next, in pixels.
const LINE: f32 = 1.6 * UNIT;

/// A colour, and what to say of it.
pub(super) struct Line {
    fill: &'static str,
    text: String,
}

/// Free seats by grade and price, the best first, and then the others by what has become of them.
pub(super) fn lines(layout: &Layout, statuses: &[SeatStatus]) -> Vec<Line> {
    let mut categories = layout.categories.clone();
    categories.sort_by_key(|category| (category.grade, Reverse(category.price)));
    let mut lines = Vec::new();
    for category in categories {
        let seats = layout.seats().zip(statuses).filter(|(seat, _)| seat.category == category);
        let seats: Vec<SeatStatus> = seats.map(|(_, status)| *status).filter(|of| *of != SeatStatus::Gap).collect();
        let free = seats.iter().filter(|status| **status == SeatStatus::Available).count();
        let price = layout.header.currency.format(category.price);
        let text = format!("{} {price}: {free} of {} free", category.grade, seats.len());
        lines.extend(look(category.grade, SeatStatus::Available).map(|(fill, _)| Line { fill, text }));
    }
    let Some(category) = layout.categories.first() else { return lines };
    for status in [SeatStatus::Booked, SeatStatus::Held, SeatStatus::Offered, SeatStatus::Canceled, SeatStatus::Blocked]
    {
        let count = statuses.iter().filter(|of| **of == status).count();
        if let Some((fill, meaning)) = look(category.grade, status).filter(|_| count > 0) {
            lines.push(Line { fill, text: format!("{meaning}: {count}") });
        }
    }
    lines
}

pub(super) fn width(lines: &[Line]) -> f32 {
    lines.iter().map(|line| text_width(&line.text, UNIT)).fold(0.0, f32::max) + (2.0 * MARGIN + 2.0) * UNIT
}

#[expect(clippy::cast_precision_loss, reason = "there are a few lines")]
pub(super) fn height(lines: &[Line]) -> f32 {
    (lines.len() + 1) as f32 * LINE
}

/// The lines, from `top` pixels on.
pub(super) fn draw(lines: &[Line], top: f32) -> String {
    let mut svg = String::new();
    let mut y = top;
    let x = MARGIN * UNIT;
    for line in lines {
        // Writing to a string does not fail.
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"{}\"/><text x=\"{:.1}\" y=\"{y:.1}\" \
             font-size=\"{UNIT}\" dominant-baseline=\"central\" fill=\"#202020\">{}</text>",
            x + 0.5 * UNIT,
            0.42 * UNIT,
            line.fill,
            x + 1.6 * UNIT,
            escaped(&line.text)
        );
        y += LINE;
    }
    svg
}
