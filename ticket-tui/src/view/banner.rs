//! What is wrong or awaited, in a line of its own below the title.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::when;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Checkout, Ended, Model};
use crate::text::{countdown, fit, pad, width};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let row = Rect { y: 1, height: 1, ..frame.area() };
    let columns = usize::from(row.width).saturating_sub(2);
    let Some(text) = text(model, columns) else { return };
    frame.render_widget(Line::styled(pad(&format!(" {text}"), usize::from(row.width)), model.theme().banner()), row);
}

/// The longer text where it fits, else the shorter one.
fn either(long: String, short: String, columns: usize) -> String {
    if width(&long) <= columns { long } else { short }
}

fn text(model: &Model, columns: usize) -> Option<String> {
    let lang = model.lang();
    if model.offline.is_some() {
        let is_confirming = model.hall.as_ref().is_some_and(|hall| hall.checkout == Checkout::Confirming);
        return Some(if is_confirming {
            let (long, short) = lang.say(
                (
                    "The server cannot be reached. Your order is sent again until it is answered.",
                    "Server not reached; your order is sent until answered.",
                ),
                (
                    "서버에 연결할 수 없습니다. 답을 받을 때까지 주문을 다시 보냅니다.",
                    "연결 끊김. 답을 받을 때까지 주문을 다시 보냅니다.",
                ),
            );
            either(long.into(), short.into(), columns)
        } else {
            lang.say(
                "The server cannot be reached. Trying again…".into(),
                "서버에 연결할 수 없습니다. 다시 시도하는 중…".into(),
            )
        });
    }
    if let Some((entry, offer)) = model.offer_to_tell() {
        let (key, left) = (model.settings.keys.label(Command::Waitlist), model.seconds_until(offer.expires_at));
        let (seats, left) = (lang.seats(offer.seat_ids.len()), countdown(left));
        let (before, after) = lang.say(
            (format!("Offer: {seats} of "), format!(", {left} left. {key} answers.")),
            ("배정: ".into(), format!(" {seats}, {left} 남음. {key}: 보기")),
        );
        let name = fit(&entry.show_name, columns.saturating_sub(width(&before) + width(&after)));
        return Some(format!("{before}{name}{after}"));
    }
    let hall = model.hall_on_screen()?;
    if let Some(seconds) = model.opens_in(hall) {
        let opens_at = hall.house.header.sale_opens_at;
        let at = opens_at.map(|at| when::instant(at, &model.zones, lang)).unwrap_or_default();
        let left = countdown(seconds);
        if model.me.is_none() {
            let key = model.settings.keys.label(Command::Account);
            let long = lang.say(
                format!("The sale opens in {left} ({at}). {key} logs in, to be ready."),
                format!("{left} 후 판매 시작 ({at}). {key}: 미리 로그인"),
            );
            let short = lang.say(
                format!("Opens in {left} ({at}). {key} logs in."),
                format!("{left} 후 시작 ({at}). {key}: 미리 로그인"),
            );
            return Some(either(long, short, columns));
        }
        let long = lang.say(
            format!("The sale opens in {left} ({at}). Seats can be picked already."),
            format!("{left} 후 판매 시작 ({at}). 좌석은 미리 고를 수 있습니다."),
        );
        let short = lang.say(
            format!("Opens in {left} ({at}). Pick seats now."),
            format!("{left} 후 시작 ({at}). 미리 고를 수 있습니다."),
        );
        return Some(either(long, short, columns));
    }
    if model.has_just_opened(hall) {
        let key = model.settings.keys.label(Command::Hold);
        return Some(match hall.picked.len() {
            0 => lang.say("The sale is open.".into(), "판매가 시작되었습니다.".into()),
            _ => lang.say(
                format!("The sale is open. {key} holds what is picked."),
                format!("판매가 시작되었습니다. {key}: 선택한 좌석 잡기"),
            ),
        });
    }
    if hall.ended == Some(Ended::Cancelled) {
        let key = model.settings.keys.label(Command::Back);
        return Some(lang.say(
            format!("This performance was cancelled. {key} goes back."),
            format!("취소된 공연입니다. {key}: 뒤로"),
        ));
    }
    model.is_sale_over(hall).then(|| lang.say("The sale is closed.".into(), "판매가 끝났습니다.".into()))
}
