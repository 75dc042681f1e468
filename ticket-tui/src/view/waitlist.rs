//! What the user waits for: a line for each entry, and below them all about the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ticket_core::api::{OfferDetails, WaitlistEntryDetails};
use ticket_core::domain::{SeatId, WaitlistState};

use super::frame::URGENT_SECONDS;
use super::{frame, list, when};
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Model, WaitAsk};
use crate::text::{countdown, fit, pad, pad_left, wrap};

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
            None => vec![lang.say("Loading…", "불러오는 중…").to_owned()],
            Some(_) => wrap(&how_to_wait(model), usize::from(area.width)),
        };
        frame::lines(frame, area, lines.into_iter().map(|line| Line::styled(line, theme.muted())));
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
        format!("{} {} {seats}  {}", pad(&entry.show_name, name), pad(&at, date), state(model, entry))
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

/// Where an entry stands, in a word or two.
fn state(model: &Model, entry: &WaitlistEntryDetails) -> String {
    let lang = model.lang();
    match (entry.current_state, &entry.offer, entry.position) {
        (WaitlistState::Activation, Some(offer), _) => match model.seconds_until(offer.expires_at) {
            0 => lang.say("offer over", "배정 만료").into(),
            left => lang.say(format!("offered {}", countdown(left)), format!("배정됨 {}", countdown(left))),
        },
        (WaitlistState::Waiting, _, Some(position)) => {
            lang.say(format!("waiting, no. {position}"), format!("대기 {position}번째"))
        }
        (state, ..) => state_word(state, lang).into(),
    }
}

/// What a state is called.
pub(crate) fn state_word(state: WaitlistState, lang: Language) -> &'static str {
    let (english, korean) = match state {
        WaitlistState::Waiting => ("waiting", "대기 중"),
        WaitlistState::Activation => ("offered", "배정됨"),
        WaitlistState::Fin => ("booked", "예매함"),
        WaitlistState::Expired => ("offer ran out", "배정 만료"),
        WaitlistState::Withdrawn => ("withdrawn", "대기 취소"),
        WaitlistState::Declined => ("declined", "배정 거절"),
        WaitlistState::Canceled => ("performance cancelled", "공연 취소"),
    };
    lang.say(english, korean)
}

/// All about an entry, down to the question about it or what can be done.
fn about(model: &Model, entry: &WaitlistEntryDetails, columns: usize) -> Vec<Line<'static>> {
    let (theme, lang) = (model.theme(), model.lang());
    let at = when::round(entry.show_date, entry.show_time, entry.show_round, lang);
    let mut lines = vec![Line::styled(fit(&format!("{} · {at}", entry.show_name), columns), theme.title())];
    let names = names(entry, |_| true);
    let (seats, all) = (lang.seats(entry.seat_count as usize), entry.seats.len());
    let wish = if all == entry.seat_count as usize {
        lang.say(format!("{seats}: {names}"), format!("{seats}: {names}"))
    } else {
        lang.say(format!("{seats} out of these {all}: {names}"), format!("다음 {all}석 중 {seats}: {names}"))
    };
    lines.extend(short(wrap(&wish, columns), 2, columns).into_iter().map(Line::raw));
    let style = |is_good: bool| if is_good { theme.good() } else { theme.muted() };
    for (text, is_good) in news(model, entry) {
        lines
            .extend(short(wrap(&text, columns), 2, columns).into_iter().map(|line| Line::styled(line, style(is_good))));
    }
    lines.push(Line::default());
    lines.push(what_now(model, entry, columns));
    lines
}

/// At most so many lines, the last with a sign that there would be more.
fn short(mut lines: Vec<String>, most: usize, columns: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), columns);
        }
    }
    lines
}

fn names(entry: &WaitlistEntryDetails, is_meant: impl Fn(SeatId) -> bool) -> String {
    let seats = entry.seats.iter().map(|wanted| &wanted.seat).filter(|seat| is_meant(seat.seat_id));
    let mut before = "";
    let names = seats.map(|seat| {
        let sector = if seat.sector == before { String::new() } else { format!("{} ", seat.sector) };
        before = &seat.sector;
        format!("{sector}{}-{}", seat.row, seat.label)
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The offer, or the place in the queue and why nothing is offered yet.
fn news(model: &Model, entry: &WaitlistEntryDetails) -> Vec<(String, bool)> {
    let lang = model.lang();
    let joined = when::instant(entry.joined_at, &model.zone, lang);
    let joined = lang.say(format!("Joined {joined}."), format!("{joined} 신청."));
    match (entry.current_state, &entry.offer) {
        (WaitlistState::Activation, Some(offer)) => vec![(offered(model, entry, offer), true)],
        (WaitlistState::Waiting, _) => {
            let position = entry.position.unwrap_or(1);
            let place = lang.say(
                format!("No. {position} of those who wait for one of these seats. {joined}"),
                format!("같은 좌석을 기다리는 순서: {position}번째. {joined}"),
            );
            let passed = entry.passed_over_at.map(|at| {
                let at = when::instant(at, &model.zone, lang);
                (lang.say(format!("Last passed over {at}."), format!("{at}에 배정에서 제외되었습니다.")), false)
            });
            [(place, false)]
                .into_iter()
                .chain(entry.reason_text.clone().map(|why| (why, false)))
                .chain(passed)
                .collect()
        }
        (state, _) => {
            let ended = entry.ended_at.map(|at| when::instant(at, &model.zone, lang)).unwrap_or_default();
            vec![(format!("{joined} {}: {ended}", capital(state_word(state, lang))), false)]
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn offered(model: &Model, entry: &WaitlistEntryDetails, offer: &OfferDetails) -> String {
    let lang = model.lang();
    let (names, price) =
        (names(entry, |seat| offer.seat_ids.contains(&seat)), offer.currency.format(offer.total_price));
    let until = when::instant(offer.expires_at, &model.zone, lang);
    lang.say(
        format!("Offered to you until {until}: {names}, {price} in all."),
        format!("{until}까지 배정됨: {names}, 합계 {price}"),
    )
}

fn what_now(model: &Model, entry: &WaitlistEntryDetails, columns: usize) -> Line<'static> {
    let (theme, lang) = (model.theme(), model.lang());
    let line = |text: String, style| Line::styled(fit(&text, columns), style);
    if model.waitlist.is_busy {
        return line(lang.say("One moment…", "잠시만요…").into(), theme.muted());
    }
    let open = model.settings.keys.label(Command::Open);
    let leave = model.settings.keys.label(Command::LeaveWaitlist);
    let offer = entry.offer.as_ref().filter(|_| entry.current_state == WaitlistState::Activation);
    let left = offer.map_or(0, |offer| model.seconds_until(offer.expires_at));
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
        _ => Line::default(),
    }
}
