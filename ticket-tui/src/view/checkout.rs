use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::frame::{self, URGENT_SECONDS};
use super::ticket::seat_place;
use super::when;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Checkout, Hall, Model, OwnHold};
use crate::text::{countdown, fit, pad, pad_left, width};

/// Width of the column of seats and prices.
const COLUMNS: usize = 52;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some((hall, hold)) = model.hall.as_ref().and_then(|hall| Some((hall, hall.hold.as_ref()?))) else { return };
    let area = frame::body(model, frame);
    let header = &hall.house.header;
    let columns = usize::from(area.width);
    // Before one buys, the venue gives way rather than the time.
    let at = format!(" · {}", when::performance(header, model.lang()));
    let venue = fit(&header.place_name, columns.saturating_sub(width(&at)));
    let heading = [
        Line::styled(fit(&header.show_name, columns), model.theme().title()),
        Line::raw(format!("{venue}{at}")),
        Line::default(),
    ];
    let below = frame::lines(frame, area, heading);
    let end = [total(model, hall, hold), time_left(model, hold, area.width), next(model, hall)];
    let rows = usize::from(below.height).saturating_sub(end.len());
    // Rather every seat than room between the lines.
    let (blanks, rows) = if hold.seats.len() + 2 > rows { (0, rows) } else { (1, rows - 2) };
    let below = frame::lines(frame, below, seats(model, hall, hold, rows));
    let [total, time_left, next] = end;
    let blank = || std::iter::repeat_n(Line::default(), blanks);
    frame::lines(frame, below, [total].into_iter().chain(blank()).chain([time_left]).chain(blank()).chain([next]));
}

fn seats(model: &Model, hall: &Hall, hold: &OwnHold, rows: usize) -> Vec<Line<'static>> {
    let shown = if hold.seats.len() > rows { rows.saturating_sub(1) } else { hold.seats.len() };
    let mut lines: Vec<_> = hold.seats.iter().take(shown).map(|index| seat(model, hall, *index)).collect();
    if shown < hold.seats.len() {
        let more = hold.seats.len() - shown;
        lines.push(Line::raw(model.lang().say(format!("and {more} more"), format!("그 밖에 {more}석"))));
    }
    lines
}

fn seat(model: &Model, hall: &Hall, index: usize) -> Line<'static> {
    let (sector, row, label) = hall.house.position(index).unwrap_or_default();
    let price = hall.house.category(index).map_or(0, |category| category.price);
    let grade = hall.house.category(index).map_or("", |category| category.grade.as_str());
    let place = seat_place((sector, row, label), model.lang());
    Line::raw(format!(
        "{} {} {}",
        pad(&place, 30),
        pad(grade, 4),
        pad_left(&hall.house.header.currency.format(price), COLUMNS - 36)
    ))
}

fn total(model: &Model, hall: &Hall, hold: &OwnHold) -> Line<'static> {
    let total = hall.house.header.currency.format(hall.house.total_price(&hold.seats));
    let seats = model.lang().seats(hold.seats.len());
    Line::styled(format!("{} {}", pad(&seats, 30), pad_left(&total, COLUMNS - 31)), model.theme().title())
}

/// On a narrow screen, that there is more time to be had stands among the keys alone.
fn time_left(model: &Model, hold: &OwnHold, columns: u16) -> Line<'static> {
    let (theme, lang) = (model.theme(), model.lang());
    let seconds = model.seconds_until(hold.expires_at);
    let is_urgent = seconds < URGENT_SECONDS;
    let style = if is_urgent { theme.warning() } else { theme.own() };
    let key = model.settings.keys.label(Command::Extend);
    let urgent = if is_urgent {
        lang.say(format!("  {key} gives more time"), format!("  {key}: 시간 연장"))
    } else {
        String::new()
    };
    let line = Line::from(vec![
        Span::raw(lang.say("These seats are held for you for another ", "남은 시간 ")),
        Span::styled(countdown(seconds), style),
        Span::raw(lang.say(".", " 동안 좌석을 잡고 있습니다.")),
    ]);
    if line.width() + width(&urgent) > usize::from(columns) {
        return line;
    }
    line + Span::styled(urgent, style)
}

fn next(model: &Model, hall: &Hall) -> Line<'static> {
    let (theme, lang) = (model.theme(), model.lang());
    let key = model.settings.keys.label(Command::Buy);
    match hall.checkout {
        Checkout::Confirming => Line::styled(lang.say("Buying…", "결제하는 중…"), theme.own()),
        Checkout::Changing => Line::styled(lang.say("One moment…", "잠시만요…"), theme.muted()),
        _ => Line::styled(lang.say(format!("{key} buys them."), format!("{key}: 결제")), theme.own()),
    }
}
