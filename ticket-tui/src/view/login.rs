use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::frame;
use crate::model::{FIELDS, Login, LoginMode, Model};
use crate::text::{fit, width};

const LABEL_COLUMNS: u16 = 10;
const FIELD_COLUMNS_MAX: u16 = 44;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let login = &model.login;
    let area = frame::body(model, frame);
    let (title, other) = match login.mode {
        LoginMode::Login => ("Log in", "No account yet? Ctrl-N joins."),
        LoginMode::Join => ("Join", "Joined already? Ctrl-N logs in."),
    };
    let heading = [Line::styled(title, model.theme.title()), Line::styled(other, model.theme.muted()), Line::default()];
    let mut below = frame::lines(frame, area, heading);
    for i in 0..login.field_count() {
        below = field(model, frame, below, i);
    }
    frame::lines(frame, below, closing(model));
}

/// One field with its label, and below it what is wrong with it; answers the area below.
fn field(model: &Model, frame: &mut Frame<'_>, area: Rect, i: usize) -> Rect {
    let login = &model.login;
    let is_focused = login.focus == i;
    let row = Rect { height: 1, ..area };
    let label = Span::styled(FIELDS[i].0, if is_focused { model.theme.own() } else { model.theme.muted() });
    frame.render_widget(Line::from(label), row);
    let columns = FIELD_COLUMNS_MAX.min(area.width - LABEL_COLUMNS);
    let input = Rect { x: area.x + LABEL_COLUMNS, width: columns, ..row };
    let (text, cursor) = shown(login, i, usize::from(columns) - 1);
    frame.render_widget(Line::raw("_".repeat(usize::from(columns))).style(model.theme.muted()), input);
    frame.render_widget(Line::raw(text), input);
    if is_focused {
        frame.set_cursor_position(Position::new(input.x + cursor, input.y));
    }
    let wrong = login.error.as_ref().filter(|(field, _)| *field == Some(i)).map_or("", |(_, text)| text);
    let wrong = fit(wrong, usize::from(area.width - LABEL_COLUMNS));
    let below = Rect { x: input.x, y: area.y + 1, width: area.width - LABEL_COLUMNS, height: 1 };
    frame.render_widget(Line::styled(wrong, model.theme.warning()), below);
    Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }
}

/// The visible part of what was typed, and where its cursor is in it. A password is dots.
fn shown(login: &Login, i: usize, columns: usize) -> (String, u16) {
    let field = &login.fields[i];
    let hide = |text: &str| if i == 1 { "•".repeat(text.chars().count()) } else { text.to_owned() };
    let (all, before) = (hide(field.text()), hide(field.before_cursor()));
    let mut start = 0;
    while width(&before[start..]) > columns {
        start += before[start..].chars().next().map_or(1, char::len_utf8);
    }
    let cursor = u16::try_from(width(&before[start..])).unwrap_or(0);
    (fit(&all[start..], columns), cursor)
}

fn closing(model: &Model) -> Vec<Line<'static>> {
    let login = &model.login;
    let text = match &login.error {
        Some((None, text)) => Line::styled(text.clone(), model.theme.warning()),
        _ if login.is_busy => Line::styled("One moment…", model.theme.muted()),
        _ => Line::styled("Esc looks at shows and seats without an account.", model.theme.muted()),
    };
    vec![Line::default(), text]
}
