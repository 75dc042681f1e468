use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::frame;
use crate::field::Field;
use crate::lang::Say;
use crate::model::{FIELDS, LoginMode, Model};
use crate::text::fit;

const LABEL_COLUMNS: u16 = 10;
const FIELD_COLUMNS_MAX: u16 = 44;
const HEADING_ROWS: u16 = 3;
/// The field whose text is not shown.
const PASSWORD: usize = 1;

/// The field in a row of the screen.
pub(super) fn field_at(model: &Model, row: u16) -> Option<usize> {
    let first = frame::body_top(model) + HEADING_ROWS;
    let field = usize::from(row.checked_sub(first)? / 2);
    (field < model.login.field_count()).then_some(field)
}

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let (login, lang) = (&model.login, model.lang());
    let area = frame::body(model, frame);
    let (title, other) = match login.mode {
        LoginMode::Login => {
            (lang.say("Log in", "로그인"), lang.say("No account yet? Ctrl-N joins.", "계정이 없으면 Ctrl-N: 가입"))
        }
        LoginMode::Join => {
            (lang.say("Join", "가입"), lang.say("Joined already? Ctrl-N logs in.", "계정이 있으면 Ctrl-N: 로그인"))
        }
    };
    let heading =
        [Line::styled(title, model.theme().title()), Line::styled(other, model.theme().muted()), Line::default()];
    let mut below = frame::lines(frame, area, heading);
    for i in 0..login.field_count() {
        below = field(model, frame, below, i);
    }
    frame::lines(frame, below, closing(model));
}

/// One field of the form; answers the area below.
fn field(model: &Model, frame: &mut Frame<'_>, area: Rect, i: usize) -> Rect {
    let login = &model.login;
    let input = Input {
        label: model.lang().say(FIELDS[i].0, FIELDS[i].1),
        typed: &login.fields[i],
        is_focused: login.focus == i,
        is_hidden: i == PASSWORD,
        wrong: login.error.as_ref().filter(|(field, _)| *field == Some(i)).map_or("", |(_, text)| text),
    };
    input.draw(model, frame, area)
}

/// A field of a form with its label, and below it what is wrong with it.
pub(super) struct Input<'a> {
    pub(super) label: &'static str,
    pub(super) typed: &'a Field,
    pub(super) is_focused: bool,
    /// Whether its text is not to be seen.
    pub(super) is_hidden: bool,
    pub(super) wrong: &'a str,
}

impl Input<'_> {
    /// Draws it; answers the area below.
    pub(super) fn draw(&self, model: &Model, frame: &mut Frame<'_>, area: Rect) -> Rect {
        let row = Rect { height: 1, ..area };
        let style = if self.is_focused { model.theme().own() } else { model.theme().muted() };
        frame.render_widget(Line::styled(self.label, style), row);
        let columns = FIELD_COLUMNS_MAX.min(area.width - LABEL_COLUMNS);
        let input = Rect { x: area.x + LABEL_COLUMNS, width: columns, ..row };
        let room = usize::from(columns) - 1;
        let (text, cursor) = if self.is_hidden { self.typed.dots(room) } else { self.typed.window(room) };
        frame.render_widget(Line::raw("_".repeat(usize::from(columns))).style(model.theme().muted()), input);
        frame.render_widget(Line::raw(text), input);
        if self.is_focused {
            frame.set_cursor_position(Position::new(input.x + cursor, input.y));
        }
        let wrong = fit(self.wrong, usize::from(area.width - LABEL_COLUMNS));
        let below = Rect { x: input.x, y: area.y + 1, width: area.width - LABEL_COLUMNS, height: 1 };
        frame.render_widget(Line::styled(wrong, model.theme().warning()), below);
        Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }
    }
}

fn closing(model: &Model) -> Vec<Line<'static>> {
    let (login, lang) = (&model.login, model.lang());
    let text = match &login.error {
        Some((None, text)) => Line::styled(text.clone(), model.theme().warning()),
        _ if login.is_busy => Line::styled(lang.say("One moment…", "잠시만요…"), model.theme().muted()),
        _ => Line::styled(
            lang.say("Esc looks at shows and seats without an account.", "Esc: 계정 없이 공연과 좌석 둘러보기"),
            model.theme().muted(),
        ),
    };
    vec![Line::default(), text]
}
