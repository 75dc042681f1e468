use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::frame;
use crate::field::Field;
use crate::lang::Say;
use crate::model::{FieldName, Form, LoginMode, Model};
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
    (field < model.login.fields().len()).then_some(field)
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
    for i in 0..login.fields().len() {
        below = field(model, frame, below, (login.fields(), &login.form, i), i == PASSWORD);
    }
    let otherwise = lang.say("Esc looks at shows and seats without an account.", "Esc: 계정 없이 공연과 좌석 둘러보기");
    frame::lines(frame, below, [Line::default(), closing(model, &login.form, otherwise)]);
}

/// One field of a form; answers the area below.
pub(super) fn field(
    model: &Model,
    frame: &mut Frame<'_>,
    area: Rect,
    (names, form, i): (&[FieldName], &Form, usize),
    is_hidden: bool,
) -> Rect {
    let (english, korean, _) = names[i];
    let label = model.lang().say(english, korean);
    let input = Input { label, typed: &form.fields[i], is_focused: form.focus == i, is_hidden, wrong: form.wrong(i) };
    input.draw(model, frame, area)
}

/// A field of a form with its label, and below it what is wrong with it.
struct Input<'a> {
    label: &'static str,
    typed: &'a Field,
    is_focused: bool,
    /// Whether its text is not to be seen.
    is_hidden: bool,
    wrong: &'a str,
}

impl Input<'_> {
    /// Draws it; answers the area below.
    fn draw(&self, model: &Model, frame: &mut Frame<'_>, area: Rect) -> Rect {
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

/// What is wrong with all of a form, or that it is sent; otherwise something else.
pub(super) fn closing(model: &Model, form: &Form, otherwise: &'static str) -> Line<'static> {
    let theme = model.theme();
    match &form.error {
        Some((None, why)) => Line::styled(why.clone(), theme.warning()),
        _ if form.is_busy => Line::styled(model.lang().say("One moment…", "잠시만요…"), theme.muted()),
        _ => Line::styled(otherwise, theme.muted()),
    }
}
