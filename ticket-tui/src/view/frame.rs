//! What every screen has: the title line, the line for notices, the body between them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::when;
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Connection, Ended, Model, Screen};
use crate::seat_map::BOTTOM_ROWS;
use crate::text::{countdown, fit, pad, width, wrap, wrap_to};
use crate::theme::Theme;

/// The last seconds of a hold, in which its countdown becomes a warning.
pub(super) const URGENT_SECONDS: i64 = 60;

/// Where a screen draws: below title and banner, above notice and keys, with a margin.
pub(super) fn body(model: &Model, frame: &Frame<'_>) -> Rect {
    let (area, top) = (frame.area(), body_top(model));
    Rect::new(2, top, area.width.saturating_sub(4), area.height.saturating_sub(top + 2))
}

/// A longer notice goes on in the row above its own.
const NOTICE_ROWS: usize = 2;
/// On a narrower screen, the key that leads to a hold stands without a word.
const COLUMNS_MIN_WITH_WORDS: u16 = 76;
/// A shorter name of a show would say nothing.
const NAME_COLUMNS_MIN: usize = 8;

/// The first row of the body.
pub(super) fn body_top(model: &Model) -> u16 {
    2 + u16::from(model.has_banner())
}

/// Draws lines one below the other, as many as fit; answers the area below them.
pub(super) fn lines<'a>(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) -> Rect {
    let mut used = 0;
    for (line, row) in lines.into_iter().zip(area.rows()) {
        frame.render_widget(line, row);
        used += 1;
    }
    Rect { y: area.y + used, height: area.height - used, ..area }
}

/// A line down the left edge of an area.
pub(super) fn rule(frame: &mut Frame<'_>, theme: Theme, area: Rect) {
    for y in area.y..area.bottom() {
        frame.buffer_mut().set_string(area.x, y, "│", theme.muted());
    }
}

/// What stands where something that is not read yet will be: that it is being read, or why it could not be.
pub(super) fn loading(model: &Model, columns: u16, is_meant: impl Fn(&Effect) -> bool) -> Vec<Line<'static>> {
    let (lang, theme) = (model.lang(), model.theme());
    match model.why_unread(is_meant) {
        None => vec![Line::styled(lang.say("Loading…", "불러오는 중…"), theme.muted())],
        Some(why) => {
            let key = model.settings.keys.label(Command::Refresh);
            let again = lang.say(format!("{key} tries again."), format!("{key}: 다시 시도"));
            let why = wrap(why, usize::from(columns)).into_iter().map(|line| Line::styled(line, theme.warning()));
            why.chain([Line::default(), Line::styled(again, theme.muted())]).collect()
        }
    }
}

/// Where we are on the left; the hold, who we are and the connection on the right.
pub(super) fn title(model: &Model, frame: &mut Frame<'_>) {
    let row = Rect { height: 1, ..frame.area() };
    let right = Line::from(status(model));
    let room = usize::from(row.width).saturating_sub(right.width() + 3);
    let left = Span::styled(format!(" {}", fit(&place(model, room), room)), model.theme().title());
    frame.render_widget(Line::from(left), row);
    frame.render_widget(right.right_aligned(), row);
}

/// What was last worth saying, above the lowest lines of the screen.
pub(super) fn notice(model: &Model, frame: &mut Frame<'_>) {
    let Some(notice) = &model.notice else { return };
    let area = frame.area();
    let below = if model.screen == Screen::SeatMap { BOTTOM_ROWS } else { 2 };
    let (mark, style) = if notice.is_warning { ("!", model.theme().warning()) } else { ("·", model.theme().good()) };
    let columns = usize::from(area.width);
    let lines = wrap_to(&notice.text, columns.saturating_sub(4), NOTICE_ROWS);
    for (text, (mark, above)) in lines.iter().zip([(mark, lines.len() - 1), (" ", 0)]) {
        let above = u16::try_from(above).unwrap_or(0);
        let row = Rect::new(0, area.height.saturating_sub(below + above), area.width, 1);
        frame.render_widget(Line::styled(pad(&format!(" {mark} {text}"), columns), style), row);
    }
}

/// Where we are. When there is little room, the name of the show gives way rather than the date.
fn place(model: &Model, room: usize) -> String {
    let lang = model.lang();
    let of_hall = |what: &str| match &model.hall {
        Some(hall) => {
            let header = &hall.house.header;
            let is_tight = width(what) + NAME_COLUMNS_MIN + 3 + width(&when::performance(header, lang)) > room;
            let at = if is_tight { when::this_year(header, lang) } else { when::performance(header, lang) };
            let name = fit(&header.show_name, room.saturating_sub(width(what) + 3 + width(&at)).max(NAME_COLUMNS_MIN));
            format!("{what}{name} · {at}")
        }
        None => what.to_owned(),
    };
    let shows = lang.say("Shows", "공연");
    let bookings = lang.say("My bookings", "내 예매");
    match model.screen {
        Screen::Login => "Ticket".into(),
        Screen::Shows => shows.into(),
        Screen::Show => model.show.as_ref().map_or_else(String::new, |page| format!("{shows} › {}", page.name)),
        Screen::SeatMap => of_hall(""),
        Screen::Checkout => of_hall(lang.say("Checkout › ", "결제 › ")),
        Screen::Ticket => lang.say("Your ticket", "내 티켓").into(),
        Screen::Bookings => bookings.into(),
        Screen::Booking => {
            let id = model.booking.as_ref().map(|page| page.details.receipt.booking_id.to_string());
            format!("{bookings} › {}", id.unwrap_or_default())
        }
        Screen::Ranking => lang.say("Ranking", "순위").into(),
        Screen::Waitlist => lang.say("My waitlist", "내 대기").into(),
        Screen::Account => lang.say("Account", "계정").into(),
    }
}

fn status(model: &Model) -> Vec<Span<'static>> {
    const SPINNER: [&str; 6] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴"];
    let (theme, lang) = (model.theme(), model.lang());
    let mut spans = Vec::new();
    if let Some(frame) = model.waiting.frame(model.now).filter(|_| model.offline.is_none()) {
        spans.push(Span::styled(format!("{}  ", SPINNER[frame % SPINNER.len()]), theme.own()));
    }
    if let Some((performance, expires_at)) = model.holds().first() {
        let left = model.seconds_until(*expires_at);
        let style = if left < URGENT_SECONDS { theme.warning() } else { theme.own() };
        let is_here = model.hall_on_screen().is_some_and(|hall| hall.performance() == *performance);
        let key = model.settings.keys.label(Command::GoToHold);
        let way = match (is_here, model.size.0 < COLUMNS_MIN_WITH_WORDS) {
            (true, _) => String::new(),
            _ if crate::update::takes_text(model) => String::new(),
            (false, true) => format!(" {key}"),
            (false, false) => lang.say(format!(" {key} buys"), format!(" {key}: 결제")),
        };
        spans.push(Span::styled(format!("■ {}{way}  ", countdown(left)), style));
    }
    if let Some(me) = &model.me {
        let name = if width(&me.name) > 16 { fit(&me.name, 16) } else { me.name.clone() };
        spans.push(Span::styled(format!("{name}  "), theme.muted()));
    }
    let followed = model.hall.as_ref().filter(|hall| hall.ended != Some(Ended::Cancelled));
    let (text, style) = match (&model.offline, followed.map(|hall| hall.connection)) {
        (Some(_), _) => (lang.say("○ offline", "○ 연결 끊김"), theme.warning()),
        (None, Some(Connection::Live)) => (lang.say("● live", "● 실시간"), theme.good()),
        (None, Some(Connection::Connecting)) => (lang.say("○ connecting", "○ 연결 중"), theme.muted()),
        (None, Some(Connection::Lost)) => (lang.say("○ reconnecting", "○ 다시 연결 중"), theme.warning()),
        (None, None) => (lang.say("● online", "● 연결됨"), theme.good()),
    };
    if let Some(seconds) = model.busy_seconds().filter(|_| model.offline.is_none()) {
        let text = lang.say(format!("○ busy, again in {seconds} s "), format!("○ 혼잡, {seconds}초 후 다시 "));
        spans.push(Span::styled(text, theme.warning()));
        return spans;
    }
    spans.push(Span::styled(format!("{text} "), style));
    spans
}
