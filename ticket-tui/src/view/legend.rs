//! Grades and prices with what is left of them, beside the seat map.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{frame, seat};
use crate::lang::Say;
use crate::model::{Ended, Hall, Model};
use crate::seat_map::{Left, legend_rows};
use crate::text::{fit, pad, pad_left};

/// Draws the legend; answers what is left of the panel below it.
pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>, panel: Rect) -> Rect {
    frame::rule(frame, model.theme(), panel);
    let mut left = hall.house.left().to_vec();
    left.sort_by_key(|left| (left.category.grade, std::cmp::Reverse(left.category.price)));
    let (rows, has_two_lines) = legend_rows(panel, left.len());
    let area = Rect { x: panel.x + 2, width: panel.width - 3, ..panel };
    let lines = left.iter().flat_map(|left| entry(model, hall, left, has_two_lines));
    frame::lines(frame, Rect { height: rows, ..area }, lines);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

fn entry(model: &Model, hall: &Hall, left: &Left, has_two_lines: bool) -> Vec<Line<'static>> {
    let (theme, lang) = (model.theme(), model.lang());
    let grade = left.category.grade;
    let mark = Span::styled(format!("{} ", seat::free(grade)), theme.grade(grade));
    let price = amount(hall, left.category.price);
    let total = left.total;
    if !has_two_lines {
        let free = format!("{}/{total}", left.free);
        return vec![Line::from(vec![mark, Span::raw(format!("{} {}", pad_left(&price, 9), pad_left(&free, 9)))])];
    }
    let name = Span::styled(pad(grade.as_str(), 4), theme.grade(grade));
    let rest = match left.free {
        _ if hall.ended == Some(Ended::Cancelled) => lang.say("  not for sale".into(), "  판매 안 함".into()),
        0 => lang.say("  sold out".into(), "  매진".into()),
        free => lang.say(format!("  {free} of {total} left"), format!("  {free}/{total}석 남음")),
    };
    vec![Line::from(vec![mark, name, Span::raw(pad_left(&price, 15))]), Line::styled(fit(&rest, 21), theme.muted())]
}

/// An amount without its currency.
fn amount(hall: &Hall, price: i64) -> String {
    let text = hall.house.header.currency.format(price);
    text.split(' ').next().unwrap_or_default().to_owned()
}
