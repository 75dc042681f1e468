//! Below the seat map: the seat under the cursor, and what is picked or held.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{frame::URGENT_SECONDS, seat};
use crate::model::{Checkout, Hall, Model};
use crate::text::{count, countdown, fit, width};

pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>) {
    let area = frame.area();
    let row = |from_bottom: u16| Rect::new(0, area.height - from_bottom, area.width, 1);
    frame.render_widget(Line::raw(format!(" {}", fit(&under_cursor(hall), usize::from(area.width) - 2))), row(3));
    if let Some(typed) = hall.count {
        frame.render_widget(Line::raw(format!("{typed} ")).right_aligned(), row(3));
    }
    draw_selection(model, hall, frame, row(2));
}

fn under_cursor(hall: &Hall) -> String {
    let house = &hall.house;
    let (Some((sector, row, label)), Some(category)) = (house.position(hall.cursor), house.category(hall.cursor))
    else {
        return "This house has no seats.".into();
    };
    let state = if hall.picked.contains(&hall.cursor) {
        "picked"
    } else if hall.is_mine(hall.cursor) {
        "held for you"
    } else {
        seat::word(house.status(hall.cursor))
    };
    let price = house.header.currency.format(category.price);
    let seat = format!("{sector} · row {row} · no. {label} · {} {price} · {state}", category.grade);
    let level = house.grid.level(hall.level);
    if level.factor == 1 {
        return seat;
    }
    let at = level.cell(house.grid.cell(hall.cursor));
    let block = level.block(at.x, at.y);
    format!("{sector} · {} of {} seats here are free · row {row} · {} {price}", block.free, block.total, category.grade)
}

fn draw_selection(model: &Model, hall: &Hall, frame: &mut Frame<'_>, row: Rect) {
    let (style, what, next) = summary(model, hall);
    let room = usize::from(row.width).saturating_sub(width(&next) + 3);
    let [mark, names, rest] = what;
    let names = fit(&names, room.saturating_sub(width(&mark) + width(&rest)));
    let left = Span::styled(format!(" {mark}{names}{rest}"), style);
    frame.render_widget(Line::from(left), row);
    frame.render_widget(Line::styled(format!("{next} "), style).right_aligned(), row);
}

/// What there is as mark, names and price, and what comes next.
fn summary(model: &Model, hall: &Hall) -> (Style, [String; 3], String) {
    let price = |seats: &[usize]| format!(" · {}", hall.house.header.currency.format(hall.house.total_price(seats)));
    let own = model.theme.own();
    match (&hall.hold, hall.picked.as_slice()) {
        (None, []) => {
            (model.theme.muted(), ["Nothing picked yet.".into(), String::new(), String::new()], String::new())
        }
        (hold, picked @ [_, ..]) => {
            let mark = format!("{} {} picked: ", seat::PICKED, picked.len());
            let next = match (&hall.checkout, hold) {
                (Checkout::Holding(_), _) => "holding…".into(),
                (_, Some(hold)) => format!("Enter adds to {} held", count(hold.seats.len(), "seat")),
                _ => "Enter holds".to_owned(),
            };
            (own, [mark, hall.house.names(picked), price(picked)], next)
        }
        (Some(hold), []) => {
            let left = model.seconds_until(hold.expires_at);
            let style = if left < URGENT_SECONDS { model.theme.warning() } else { own };
            let mark = format!("{} {} held: ", seat::MINE, hold.seats.len());
            let next = format!("{} left · Enter to checkout", countdown(left));
            (style, [mark, hall.house.names(&hold.seats), price(&hold.seats)], next)
        }
    }
}
