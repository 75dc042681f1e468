//! Every key that counts here, made from the key table, and what the glyphs mean. Scrolls where there is no room for all.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{frame, seat};
use crate::keys::{BINDINGS, Command, Place};
use crate::lang::Say;
use crate::model::{Model, Screen};
use crate::text::{pad, width};

/// Narrower columns cut too much.
const COLUMNS_MIN: u16 = 36;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = area(model, frame.area());
    let lines = lines(model);
    let (columns, rows) = (columns(area), usize::from(area.height));
    let wide = area.width / columns;
    let first = usize::from(model.help.unwrap_or(0)).min(hidden(lines.len(), area));
    // Columns are as high as they must be for all of it, and the part from `first` on is seen.
    let high = lines.len().div_ceil(usize::from(columns));
    for (i, column) in lines.chunks(high.max(1)).enumerate() {
        let x = area.x + u16::try_from(i).unwrap_or(0) * wide;
        let part = Rect { x, width: wide - 1, ..area };
        frame::lines(frame, part, column.iter().skip(first).take(rows).cloned());
    }
}

/// How far help can be scrolled.
pub(super) fn lines_hidden(model: &Model) -> u16 {
    let area = area(model, Rect::new(0, 0, model.size.0, model.size.1));
    u16::try_from(hidden(lines(model).len(), area)).unwrap_or(u16::MAX)
}

fn hidden(lines: usize, area: Rect) -> usize {
    lines.div_ceil(usize::from(columns(area))).saturating_sub(usize::from(area.height))
}

fn area(model: &Model, whole: Rect) -> Rect {
    let top = 1 + u16::from(model.has_banner());
    Rect::new(2, top, whole.width.saturating_sub(3), whole.height.saturating_sub(top + 1))
}

fn columns(area: Rect) -> u16 {
    (area.width / COLUMNS_MIN).clamp(1, 4)
}

fn lines(model: &Model) -> Vec<Line<'static>> {
    let lang = model.lang();
    let title =
        |(english, korean): (&'static str, &'static str)| Line::styled(lang.say(english, korean), model.theme().own());
    let mut lines = Vec::new();
    if model.screen == Screen::Login {
        lines.push(title(("Log in", "로그인")));
        lines.extend(LOGIN.iter().map(|(key, what)| entry(model, key, lang.say(what.0, what.1))));
    }
    for place in model.places() {
        lines.push(title(place.title()));
        lines.extend(of_place(model, *place));
        if *place == Place::Map {
            let keys = |command| model.settings.keys.label(command);
            let (right, best, wait) = (keys(Command::Right), keys(Command::Best), keys(Command::Wait));
            let count = lang
                .say(format!("count: 5{right}, 3{best}, 2{wait}"), format!("횟수·석수: 5{right}, 3{best}, 2{wait}"));
            lines.push(entry(model, "1-9", &count));
        }
    }
    lines.push(entry(model, "C-z", lang.say("to the shell and back: fg", "셸로 (fg로 돌아옴)")));
    lines.push(entry(model, "C-l", lang.say("draw anew", "화면 다시 그리기")));
    if matches!(model.screen, Screen::SeatMap | Screen::Checkout) {
        lines.push(title(("Glyphs", "기호")));
        lines.push(Line::raw(lang.say("v r s a b  free, by grade", "v r s a b  등급별 빈 좌석")));
        lines.push(Line::raw(seat::blocks_key(model.theme(), lang)));
        lines.extend(seat::key(lang).map(|(glyph, what)| Line::raw(format!("{glyph} {what}"))));
        lines.push(Line::raw(lang.say("underlined: just changed", "밑줄: 방금 바뀜")));
    }
    lines
}

fn of_place(model: &Model, place: Place) -> impl Iterator<Item = Line<'static>> {
    let shown = BINDINGS.iter().filter(move |binding| binding.place == place);
    let keyed = shown.map(|binding| (model.settings.keys.labels(binding.command), binding));
    keyed
        .filter(|(keys, _)| !keys.is_empty())
        .map(|(keys, binding)| entry(model, &keys, model.lang().say(binding.what.0, binding.what.1)))
}

fn entry(model: &Model, keys: &str, what: &str) -> Line<'static> {
    const KEY_COLUMNS: usize = 12;
    // As many of them as fit; the first is the one to learn.
    let mut shown = String::new();
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        if !shown.is_empty() && width(&shown) + 1 + width(key) >= KEY_COLUMNS {
            break;
        }
        shown = if shown.is_empty() { key.to_owned() } else { format!("{shown} {key}") };
    }
    Line::from(vec![Span::styled(pad(&shown, KEY_COLUMNS), model.theme().title()), Span::raw(what.to_owned())])
}

/// Keys that type text cannot be bound; these are the ones beside them.
const LOGIN: [(&str, (&str, &str)); 4] = [
    ("Tab S-Tab", ("next, previous field", "다음·이전 칸")),
    ("Enter", ("next field or send", "다음 칸 또는 보내기")),
    ("C-n", ("join or log in", "가입·로그인 전환")),
    ("C-u", ("empty the field", "칸 비우기")),
];
