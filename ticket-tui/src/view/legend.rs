//! Grades and prices with what is left of them, beside the seat map.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{frame, seat};
use crate::model::{Hall, Model};
use crate::seat_map::Left;
use crate::text::{fit, pad, pad_left};

/// Draws the legend; answers what is left of the panel below it.
pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>, panel: Rect) -> Rect {
    for row in panel.rows() {
        frame.render_widget(Line::styled("│", model.theme.muted()), row);
    }
    let area = Rect { x: panel.x + 2, width: panel.width - 3, ..panel };
    let mut left = hall.house.left().to_vec();
    left.sort_by_key(|left| (left.category.grade, std::cmp::Reverse(left.category.price)));
    let has_two_lines = left.len() * 2 + 7 <= usize::from(area.height);
    let lines = left.iter().flat_map(|left| entry(model, hall, left, has_two_lines));
    frame::lines(frame, area, lines)
}

fn entry(model: &Model, hall: &Hall, left: &Left, has_two_lines: bool) -> Vec<Line<'static>> {
    let grade = left.category.grade;
    let mark = Span::styled(format!("{} ", seat::free(grade)), model.theme.grade(grade));
    let price = amount(hall, left.category.price);
    let total = left.total;
    if !has_two_lines {
        let free = format!("{}/{total}", left.free);
        return vec![Line::from(vec![mark, Span::raw(format!("{} {}", pad_left(&price, 9), pad_left(&free, 9)))])];
    }
    let name = Span::styled(pad(grade.as_str(), 4), model.theme.grade(grade));
    let rest = if left.free == 0 { "  sold out".into() } else { format!("  {} of {total} left", left.free) };
    vec![
        Line::from(vec![mark, name, Span::raw(pad_left(&price, 15))]),
        Line::styled(fit(&rest, 21), model.theme.muted()),
    ]
}

/// An amount without its currency.
fn amount(hall: &Hall, price: i64) -> String {
    let text = hall.house.header.currency.format(price);
    text.split(' ').next().unwrap_or_default().to_owned()
}
