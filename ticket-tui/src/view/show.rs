use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::{AvailableDate, ShowDetails};

use super::{frame, list, when};
use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::Model;
use crate::text::{fit, pad, pad_left, width};

/// The mark of the list, date, round and start of a performance.
const COLUMNS_BEFORE: usize = 2 + 17 + 1 + 5 + 1 + 7 + 2;
/// Lines above the performances.
pub(super) const ROWS_ABOVE: u16 = 6;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(page) = &model.show else { return };
    let lang = model.lang();
    let area = frame::body(model, frame);
    let Some((details, dates)) = &page.details else {
        let lines = frame::loading(model, area.width, |effect| *effect == Effect::LoadShow(page.id));
        frame::lines(frame, area, lines);
        return;
    };
    let columns = usize::from(area.width);
    let below = frame::lines(frame, area, about(model, details, columns));
    if dates.is_empty() {
        frame::lines(
            frame,
            below,
            [Line::styled(lang.say("No performance is announced.", "예정된 회차가 없습니다."), model.theme().muted())],
        );
        return;
    }
    let heading = lang.say(
        format!("  {} Round  Starts  Seats left", pad("Date", 17)),
        format!("  {}  회차    시작    남은 좌석", pad("날짜", 16)),
    );
    let below = frame::lines(frame, below, [Line::styled(heading, model.theme().muted())]);
    list::draw(frame, model.theme(), below, (dates.len(), page.cursor), |i| performance(model, &dates[i], columns));
}

fn about(model: &Model, show: &ShowDetails, columns: usize) -> Vec<Line<'static>> {
    let place = &show.place_details_info;
    let contact = [&place.show_place_address, &place.show_place_contact_info, &place.show_place_url];
    let contact = contact.into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    let muted = |text: String| Line::styled(fit(&text, columns), model.theme().muted());
    vec![
        Line::styled(fit(&show.show_name, columns), model.theme().title()),
        Line::raw(fit(
            &format!(
                "{} · {}",
                place.show_place_name,
                when::span(show.show_start_date, show.show_end_date, model.lang())
            ),
            columns,
        )),
        muted(facts(show, model.shows.is_liked(show.show_id), model.lang())),
        muted(contact),
        Line::default(),
    ]
}

/// Kind, length, age and likes in one line.
pub(crate) fn facts(show: &ShowDetails, is_liked: bool, lang: Language) -> String {
    let kind = super::category(show.category, lang);
    let pause = match show.show_intermission_time {
        0 => String::new(),
        minutes => lang.say(format!(" + {minutes} min break"), format!(" (중간 휴식 {minutes}분 별도)")),
    };
    let age = if show.show_age_limit.is_empty() { String::new() } else { format!(" · {}", show.show_age_limit) };
    let (minutes, seats, likes) = (show.show_time, show.max_seats_per_user, show.likes);
    let likes = match (likes, is_liked) {
        (0, _) => String::new(),
        (likes, false) => format!(" · ♥ {likes}"),
        (likes, true) => lang.say(format!(" · ♥ {likes}, you too"), format!(" · ♥ {likes}, 나도 좋아함")),
    };
    lang.say(
        format!("{kind} · {minutes} min{pause}{age} · {seats} seats each{likes}"),
        format!("{kind} · {minutes}분{pause}{age} · 1인 {seats}석{likes}"),
    )
}

fn performance(model: &Model, date: &AvailableDate, columns: usize) -> String {
    let (day, start) = (when::date(date.show_date, model.lang()), when::time(date.start_time));
    let round = pad_left(&date.round.to_string(), 5);
    format!(
        "{} {round} {}  {}",
        pad(&day, 17),
        pad_left(&start, 7),
        wide(&left(model, date, columns.saturating_sub(COLUMNS_BEFORE)))
    )
}

/// What is left, or when the sale opens, which is said more shortly where there is no room.
fn left(model: &Model, date: &AvailableDate, columns: usize) -> String {
    let lang = model.lang();
    match date.sale_opens_at {
        Some(at) if model.seconds_until(at) > 0 => {
            let said = when::instant(at, &model.zones, lang);
            // Longer than the column, which nothing follows.
            let said = lang.say(format!("opens {said}"), format!("{said} 판매 시작"));
            let short = when::short_instant(at, &model.zones, lang);
            if width(&said) <= columns { said } else { lang.say(format!("opens {short}"), format!("{short} 판매")) }
        }
        _ if model.seconds_until(date.sale_closes_at) == 0 => lang.say("closed", "판매 종료").into(),
        _ if date.left_seats == 0 => lang.say("sold out", "매진").into(),
        _ => date.left_seats.to_string(),
    }
}

/// To the right in the column, or as long as it is.
fn wide(text: &str) -> String {
    if width(text) < 10 { pad_left(text, 10) } else { text.to_owned() }
}
