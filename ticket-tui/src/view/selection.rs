//! Below the seat map: the seat under the cursor, and what is picked or held.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{frame::URGENT_SECONDS, seat};
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Checkout, Hall, Model, Prompt, PromptKind};
use crate::text::{countdown, fit, width};

pub(super) fn draw(model: &Model, hall: &Hall, frame: &mut Frame<'_>) {
    let area = frame.area();
    let row = |from_bottom: u16| Rect::new(0, area.height - from_bottom, area.width, 1);
    match &hall.prompt {
        Some(prompt) => draw_prompt(model, hall, prompt, frame, (row(4), row(3))),
        None => {
            let typed = hall.count.map(|count| format!("{count} ")).or_else(|| filter_note(model, hall));
            let typed = typed.unwrap_or_default();
            let text = fit(&under_cursor(model, hall), usize::from(area.width).saturating_sub(2 + width(&typed)));
            frame.render_widget(Line::raw(format!(" {text}")), row(3));
            frame.render_widget(Line::styled(typed, model.theme().own()).right_aligned(), row(3));
        }
    }
    draw_selection(model, hall, frame, row(2));
}

fn filter_note(model: &Model, hall: &Hall) -> Option<String> {
    (!hall.filter.is_empty()).then(|| {
        let (text, count) = (&hall.filter_text, hall.house.wanted_count());
        model.lang().say(format!("filter {text}: {count} free "), format!("필터 {text}: {count}석 "))
    })
}

/// The line that is typed, and above it what is wrong with it or what it does.
fn draw_prompt(model: &Model, hall: &Hall, prompt: &Prompt, frame: &mut Frame<'_>, (above, line): (Rect, Rect)) {
    let (theme, lang) = (model.theme(), model.lang());
    let (sign, does) = match prompt.kind {
        PromptKind::Jump { .. } => ("/".to_owned(), under_cursor(model, hall)),
        PromptKind::Filter { .. } => {
            let count = hall.house.wanted_count();
            let sign = lang.say("filter: ", "필터: ").to_owned();
            (
                sign,
                lang.say(
                    format!("{count} free seats pass: grades, sectors, <price"),
                    format!("빈 좌석 {count}석 (등급, 구역, <가격)"),
                ),
            )
        }
    };
    let (text, style) = match &prompt.error {
        Some(error) => (format!(" ! {error}"), theme.warning()),
        None => (format!("   {does}"), theme.muted()),
    };
    frame.render_widget(ratatui::widgets::Clear, above);
    frame.render_widget(Line::styled(fit(&text, usize::from(above.width)), style), above);
    let start = 1 + width(&sign);
    let (shown, cursor) = prompt.field.window(usize::from(line.width).saturating_sub(start + 2));
    frame.render_widget(Line::styled(format!(" {sign}{shown}"), theme.title()), line);
    let x = u16::try_from(start).unwrap_or(0) + cursor;
    frame.set_cursor_position((line.x + x, line.y));
}

fn under_cursor(model: &Model, hall: &Hall) -> String {
    let (lang, house) = (model.lang(), &hall.house);
    let (Some((sector, row, label)), Some(category)) = (house.position(hall.cursor), house.category(hall.cursor))
    else {
        return lang.say("This house has no seats.".into(), "좌석이 없습니다.".into());
    };
    let price = house.header.currency.format(category.price);
    let grade = category.grade;
    let level = house.grid.level(hall.level);
    if level.factor > 1 {
        let at = level.cell(house.grid.cell(hall.cursor));
        let (free, total) = (level.block(at.x, at.y).free, level.block(at.x, at.y).total);
        return lang.say(
            format!("{sector} · {free} of {total} seats here are free · row {row} · {grade} {price}"),
            format!("{sector} · 여기 {total}석 중 {free}석 비어 있음 · {row}열 · {grade} {price}"),
        );
    }
    let state = state(model, hall);
    lang.say(
        format!("{sector} · row {row} · no. {label} · {grade} {price} · {state}"),
        format!("{sector} · {row}열 {label}번 · {grade} {price} · {state}"),
    )
}

/// What the seat under the cursor is to the user, or to the world.
fn state(model: &Model, hall: &Hall) -> String {
    let (lang, seat) = (model.lang(), hall.cursor);
    let word = seat::word(hall.house.status(seat), lang);
    if hall.marked.contains(&seat) {
        lang.say(format!("{word}, marked to wait for"), format!("{word}, 대기 표시"))
    } else if hall.picked.contains(&seat) {
        lang.say("picked", "선택함").into()
    } else if hall.is_mine(seat) {
        lang.say("held for you", "내가 잡음").into()
    } else if model.offered_seats(hall).any(|offered| offered == seat) {
        lang.say("offered to you", "나에게 배정됨").into()
    } else if model.waited_for(hall).any(|waited| waited == seat) {
        lang.say(format!("{word}, you wait for it"), format!("{word}, 대기 신청함"))
    } else {
        word.into()
    }
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
    let (theme, lang) = (model.theme(), model.lang());
    let enter = model.settings.keys.label(Command::Hold);
    let price = |seats: &[usize]| format!(" · {}", hall.house.header.currency.format(hall.house.total_price(seats)));
    match (&hall.hold, hall.picked.as_slice()) {
        (None, []) if !hall.marked.is_empty() => {
            let (count, key) = (hall.marked.len(), model.settings.keys.label(Command::Wait));
            let mark = lang.say(format!("{count} to wait for: "), format!("대기 {count}석: "));
            let next = match (hall.is_joining, count) {
                (true, _) => lang.say("joining…".into(), "신청하는 중…".into()),
                (_, 1) => lang.say(format!("{key} waits for it"), format!("{key}: 대기 신청")),
                _ => match hall.wait_count() {
                    1 => lang.say(format!("{key} waits for 1, 2{key} for 2"), format!("{key}: 1석, 2{key}: 2석 대기")),
                    n => lang.say(format!("{key} waits for {n}"), format!("{key}: {n}석 대기")),
                },
            };
            (theme.own(), [format!("{} {mark}", seat::MARKED), hall.house.names(&hall.marked), String::new()], next)
        }
        _ if hall.ended.is_some() => {
            let nothing = lang.say("Nothing can be picked any more.", "더 이상 선택할 수 없습니다.");
            (theme.muted(), [nothing.into(), String::new(), String::new()], String::new())
        }
        (None, []) if hall.is_sold_out() => {
            let (pick, best) = (model.settings.keys.label(Command::Pick), model.settings.keys.label(Command::Best));
            let text = lang.say(
                format!("Sold out: {pick} marks a seat to wait for, {best} the best."),
                format!("매진: {pick}: 대기 좌석 표시, {best}: 추천 좌석 표시"),
            );
            (theme.own(), [text, String::new(), String::new()], String::new())
        }
        (None, []) => {
            let nothing = lang.say("Nothing picked yet.", "선택한 좌석이 없습니다.");
            (theme.muted(), [nothing.into(), String::new(), String::new()], String::new())
        }
        (hold, picked @ [_, ..]) => {
            let count = picked.len();
            let mark = lang.say(format!("{count} picked: "), format!("{count}석 선택: "));
            let next = match (&hall.checkout, hold) {
                (Checkout::Holding(_), _) => lang.say("holding…".into(), "잡는 중…".into()),
                (_, Some(hold)) => {
                    let held = lang.seats(hold.seats.len());
                    lang.say(format!("{enter} adds to {held} held"), format!("{enter}: 잡은 {held}에 더하기"))
                }
                _ => lang.say(format!("{enter} holds"), format!("{enter}: 잡기")),
            };
            (theme.own(), [format!("{} {mark}", seat::PICKED), hall.house.names(picked), price(picked)], next)
        }
        (Some(hold), []) => {
            let left = model.seconds_until(hold.expires_at);
            let style = if left < URGENT_SECONDS { theme.warning() } else { theme.own() };
            let (count, left) = (hold.seats.len(), countdown(left));
            let mark = lang.say(format!("{count} held: "), format!("{count}석 잡음: "));
            let next = match hall.checkout {
                Checkout::Dropping(_) => lang.say("letting go…".into(), "놓는 중…".into()),
                Checkout::Swapping(_) => lang.say("swapping…".into(), "바꾸는 중…".into()),
                _ => lang.say(format!("{left} left · {enter} to checkout"), format!("{left} 남음 · {enter}: 결제")),
            };
            (style, [format!("{} {mark}", seat::MINE), hall.house.names(&hold.seats), price(&hold.seats)], next)
        }
    }
}
