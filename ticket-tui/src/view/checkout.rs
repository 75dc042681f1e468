use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::frame::{self, URGENT_SECONDS};
use super::when;
use crate::model::{Checkout, Hall, Model, OwnHold};
use crate::text::{count, countdown, fit, pad, pad_left};

/// Width of the column of seats and prices.
const COLUMNS: usize = 52;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some((hall, hold)) = model.hall.as_ref().and_then(|hall| Some((hall, hall.hold.as_ref()?))) else { return };
    let area = frame::body(model, frame);
    let header = &hall.house.header;
    let heading = [
        Line::styled(fit(&header.show_name, usize::from(area.width)), model.theme.title()),
        Line::raw(fit(&format!("{} · {}", header.place_name, when::performance(header)), usize::from(area.width))),
        Line::default(),
    ];
    let below = frame::lines(frame, area, heading);
    let rows = usize::from(below.height).saturating_sub(6);
    let below = frame::lines(frame, below, seats(hall, hold, rows));
    frame::lines(
        frame,
        below,
        [total(model, hall, hold), Line::default(), time_left(model, hold), Line::default(), next(model, hall)],
    );
}

fn seats(hall: &Hall, hold: &OwnHold, rows: usize) -> Vec<Line<'static>> {
    let shown = if hold.seats.len() > rows { rows.saturating_sub(1) } else { hold.seats.len() };
    let mut lines: Vec<_> = hold.seats.iter().take(shown).map(|index| seat(hall, *index)).collect();
    if shown < hold.seats.len() {
        lines.push(Line::raw(format!("and {} more", hold.seats.len() - shown)));
    }
    lines
}

fn seat(hall: &Hall, index: usize) -> Line<'static> {
    let (sector, row, label) = hall.house.position(index).unwrap_or_default();
    let price = hall.house.category(index).map_or(0, |category| category.price);
    let grade = hall.house.category(index).map_or("", |category| category.grade.as_str());
    let place = format!("{sector} · row {row} · no. {label}");
    Line::raw(format!(
        "{} {} {}",
        pad(&place, 30),
        pad(grade, 4),
        pad_left(&hall.house.header.currency.format(price), COLUMNS - 36)
    ))
}

fn total(model: &Model, hall: &Hall, hold: &OwnHold) -> Line<'static> {
    let total = hall.house.header.currency.format(hall.house.total_price(&hold.seats));
    let seats = count(hold.seats.len(), "seat");
    Line::styled(format!("{} {}", pad(&seats, 30), pad_left(&total, COLUMNS - 31)), model.theme.title())
}

fn time_left(model: &Model, hold: &OwnHold) -> Line<'static> {
    let seconds = model.seconds_until(hold.expires_at);
    let style = if seconds < URGENT_SECONDS { model.theme.warning() } else { model.theme.own() };
    let urgent = if seconds < URGENT_SECONDS { "  e gives more time" } else { "" };
    Line::from(vec![
        Span::raw("These seats are held for you for another "),
        Span::styled(countdown(seconds), style),
        Span::raw("."),
        Span::styled(urgent, style),
    ])
}

fn next(model: &Model, hall: &Hall) -> Line<'static> {
    match hall.checkout {
        Checkout::Confirming => Line::styled("Buying…", model.theme.own()),
        Checkout::Changing => Line::styled("One moment…", model.theme.muted()),
        _ => Line::styled("Enter buys them.", model.theme.own()),
    }
}
