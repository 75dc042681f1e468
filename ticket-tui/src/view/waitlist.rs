//! What the user waits for: a line for each entry, and below them all about the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::api::WaitlistEntryDetails;
use ticket_core::domain::WaitlistState;

use super::frame::URGENT_SECONDS;
use super::{entry, frame, list, when};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Model, WaitAsk};
use crate::text::{countdown, fit, pad, pad_left, wrap, wrap_to};

/// Lines above the list.
pub(super) const ROWS_ABOVE: u16 = 1;
/// Lines for the entry under the cursor, with a blank one above.
const ROWS_BELOW: u16 = 9;
/// Below this width the date goes without weekday and round.
const COLUMNS_MIN_FOR_ROUND: u16 = 76;
const STATE_COLUMNS: usize = 16;
/// A wider column would tear the line apart.
const NAME_COLUMNS_MAX: usize = 48;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let (theme, lang) = (model.theme(), model.lang());
    let area = frame::body(model, frame);
    let entries = model.waitlist.entries();
    if entries.is_empty() {
        let lines = match &model.waitlist.list {
            None => frame::loading(model, area.width, |effect| *effect == Effect::LoadWaitlist),
            Some(_) => {
                let lines = wrap(&how_to_wait(model), usize::from(area.width)).into_iter();
                lines.map(|line| Line::styled(line, theme.muted())).collect()
            }
        };
        frame::lines(frame, area, lines);
        return;
    }
    let is_wide = area.width >= COLUMNS_MIN_FOR_ROUND;
    let date = if is_wide { 26 } else { 17 };
    // Besides: the mark, the number of seats, and two blanks after each column.
    let name = usize::from(area.width).saturating_sub(2 + 8 + date + STATE_COLUMNS + 4).min(NAME_COLUMNS_MAX);
    let titles = lang.say(["Show", "Performance", "Seats", "State"], ["공연", "일시", "좌석", "상태"]);
    let heading = format!(
        "  {} {} {}  {}",
        pad(titles[0], name),
        pad(titles[1], date),
        pad_left(titles[2], 8),
        pad(titles[3], STATE_COLUMNS)
    );
    let below = frame::lines(frame, area, [Line::styled(heading, theme.muted())]);
    let rows = rows(entries.len(), below.height);
    let (above, rest) =
        (Rect { height: rows, ..below }, Rect { y: below.y + rows, height: below.height - rows, ..below });
    list::draw(frame, theme, above, (entries.len(), model.waitlist.cursor), |i| {
        let entry = &entries[i];
        let at = if is_wide {
            when::round(entry.show_date, entry.show_time, entry.show_round, lang)
        } else {
            when::short(entry.show_date, entry.show_time, lang)
        };
        let seats = pad_left(&lang.seats(entry.seat_count as usize), 8);
        format!(
            "{} {} {seats}  {}",
            pad(&entry.show_name, name),
            pad(&at, date),
            entry::state(entry, left(model, entry), lang)
        )
    });
    if let Some(entry) = model.waitlist.selected() {
        let lines = about(model, entry, usize::from(rest.width));
        frame::lines(frame, rest, std::iter::once(Line::default()).chain(lines));
    }
}

/// Rows of the list in so many rows of the body below its heading.
pub(super) fn rows(entries: usize, height: u16) -> u16 {
    u16::try_from(entries).unwrap_or(u16::MAX).min(height.saturating_sub(ROWS_BELOW).max(1))
}

fn how_to_wait(model: &Model) -> String {
    let (pick, wait) = (model.settings.keys.label(Command::Pick), model.settings.keys.label(Command::Wait));
    model.lang().say(
        format!(
            "You wait for nothing. On a seat map, mark taken seats with {pick} and press {wait}: when enough of them are \
             given back, they are offered to you."
        ),
        format!(
            "대기 중인 신청이 없습니다. 좌석도에서 나간 좌석을 {pick} 키로 표시하고 {wait} 키를 누르면, 취소된 좌석이 \
             나올 때 배정받을 수 있습니다."
        ),
    )
}

/// Seconds until the offer of an entry ends; 0 without one.
fn left(model: &Model, entry: &WaitlistEntryDetails) -> i64 {
    entry.offer.as_ref().map_or(0, |offer| model.seconds_until(offer.expires_at))
}

/// All about an entry, down to the question about it or what can be done.
fn about(model: &Model, entry: &WaitlistEntryDetails, columns: usize) -> Vec<Line<'static>> {
    let (theme, lang) = (model.theme(), model.lang());
    let at = when::round(entry.show_date, entry.show_time, entry.show_round, lang);
    let mut lines = vec![Line::styled(fit(&format!("{} · {at}", entry.show_name), columns), theme.title())];
    let wish = entry::wish(entry, lang);
    lines.extend(wrap_to(&wish, columns, 2).into_iter().map(Line::raw));
    let style = |is_good: bool| if is_good { theme.good() } else { theme.muted() };
    for (text, is_good) in entry::news(entry, &model.zones, lang) {
        lines.extend(wrap_to(&text, columns, 2).into_iter().map(|line| Line::styled(line, style(is_good))));
    }
    lines.push(Line::default());
    lines.extend(what_now(model, entry, columns));
    lines
}

fn what_now(model: &Model, entry: &WaitlistEntryDetails, columns: usize) -> Vec<Line<'static>> {
    let (theme, lang) = (model.theme(), model.lang());
    let line = |text: String, style| {
        let lines = wrap_to(&text, columns, 2).into_iter();
        lines.map(|line| Line::styled(line, style)).collect::<Vec<_>>()
    };
    if model.waitlist.is_busy {
        return line(lang.say("One moment…", "잠시만요…").into(), theme.muted());
    }
    let open = model.settings.keys.label(Command::Open);
    let leave = model.settings.keys.label(Command::LeaveWaitlist);
    let offer = entry.offer.as_ref().filter(|_| entry.current_state == WaitlistState::Activation);
    let left = left(model, entry);
    match (model.waitlist.ask, offer) {
        (Some(WaitAsk::Book), Some(offer)) => {
            let price = offer.currency.format(offer.total_price);
            let text = lang.say(
                format!("Book the offered seats for {price}? {} left. (y/n)", countdown(left)),
                format!("배정된 좌석을 {price}에 예매할까요? {} 남음 (y/n)", countdown(left)),
            );
            line(text, theme.own())
        }
        (Some(_), Some(_)) => line(
            lang.say(
                "Decline the offer? The seats go to whoever waits next. (y/n)",
                "배정을 거절할까요? 좌석은 다음 대기자에게 넘어갑니다. (y/n)",
            )
            .into(),
            theme.warning(),
        ),
        (Some(_), None) => line(
            lang.say(
                "Give up waiting? Your place in the queue is lost. (y/n)",
                "대기를 취소할까요? 대기 순서를 잃습니다. (y/n)",
            )
            .into(),
            theme.warning(),
        ),
        (None, Some(_)) if left > 0 => {
            let style = if left < URGENT_SECONDS { theme.warning() } else { theme.own() };
            let time = countdown(left);
            line(
                lang.say(
                    format!("{time} left. {open} books them, {leave} declines."),
                    format!("{time} 남음. {open}: 예매, {leave}: 거절"),
                ),
                style,
            )
        }
        _ => Vec::new(),
    }
}
