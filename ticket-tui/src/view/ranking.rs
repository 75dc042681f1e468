//! Which shows sell best, with a bar for each: as long as its share of what the first has sold.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ticket_core::api::RankingShow;
use ticket_core::domain::{Category, RankingPeriod};

use super::shows::tabs;
use super::{frame, list};
use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::Model;
use crate::text::{pad, pad_left};

/// Lines above the list, on the screen of its own.
pub(super) const ROWS_ABOVE: u16 = 4;
/// Rows of an entry beside the list of shows: its name, and its bar.
const ROWS_BESIDE: u16 = 2;
const TICKETS_COLUMNS: usize = 8;
/// Longer names take the room of the bars.
const NAME_COLUMNS_MAX: usize = 48;

/// On a screen of its own.
pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame::body(model, frame);
    let title = Line::styled(title(model.shows.category, model.ranking.period, model.lang()), model.theme().muted());
    let below = frame::lines(frame, area, [tabs(model), Line::default(), title, Line::default()]);
    let shows = model.ranking.shows();
    if shows.is_empty() {
        frame::lines(frame, below, why_empty(model, below.width));
        return;
    }
    let columns = usize::from(below.width).saturating_sub(2 + 4 + TICKETS_COLUMNS + 2);
    let name = (columns / 2).min(NAME_COLUMNS_MAX);
    let room = columns - name;
    list::draw(frame, model.theme(), below, (shows.len(), model.ranking.cursor), |i| {
        let show = &shows[i];
        let place = pad_left(&(i + 1).to_string(), 3);
        let tickets = pad_left(&show.total_ticket_count.to_string(), TICKETS_COLUMNS);
        format!("{place} {} {tickets} {}", pad(&show.show_name, name), bar(shows, show, room))
    });
}

/// Beside the list of shows.
pub(super) fn beside(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme();
    frame::rule(frame, theme, area);
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let below = frame::lines(
        frame,
        inside,
        [Line::styled(title(model.shows.category, model.ranking.period, model.lang()), theme.title()), Line::default()],
    );
    let shows = model.ranking.shows();
    if shows.is_empty() {
        frame::lines(frame, below, why_empty(model, below.width));
        return;
    }
    let columns = usize::from(below.width);
    let lines = shows.iter().enumerate().take(usize::from(below.height / ROWS_BESIDE)).flat_map(|(i, show)| {
        let name = pad(&show.show_name, columns.saturating_sub(4));
        let bar = bar(shows, show, columns.saturating_sub(4 + TICKETS_COLUMNS));
        [
            Line::raw(format!("{} {name}", pad_left(&(i + 1).to_string(), 3))),
            Line::from(vec![
                Span::raw("    "),
                Span::styled(bar, theme.good()),
                Span::styled(format!(" {}", show.total_ticket_count), theme.muted()),
            ]),
        ]
    });
    frame::lines(frame, below, lines);
}

/// At least one cell for whoever has sold anything.
fn bar(shows: &[RankingShow], show: &RankingShow, columns: usize) -> String {
    let most = shows.iter().map(|show| show.total_ticket_count).max().unwrap_or(0).max(1);
    let share = u128::from(show.total_ticket_count) * columns as u128 / u128::from(most);
    "█".repeat(usize::try_from(share).unwrap_or(columns).clamp(1, columns.max(1)))
}

pub(crate) fn title(kind: Option<Category>, since: RankingPeriod, lang: Language) -> String {
    let kind = kind.map_or(lang.say("All", "전체"), |kind| super::category(kind, lang));
    let period = period(since, lang);
    lang.say(format!("Tickets sold {period}: {kind}"), format!("{period} 판매 순위: {kind}"))
}

pub(crate) fn period(period: RankingPeriod, lang: Language) -> &'static str {
    let (english, korean) = match period {
        RankingPeriod::Day => ("today", "오늘"),
        RankingPeriod::Week => ("this week", "이번 주"),
        RankingPeriod::Month => ("this month", "이번 달"),
    };
    lang.say(english, korean)
}

fn why_empty(model: &Model, columns: u16) -> Vec<Line<'static>> {
    match &model.ranking.shows {
        None => frame::loading(model, columns, |effect| matches!(effect, Effect::LoadRanking(..))),
        Some(_) => {
            let text = model.lang().say("Nothing was sold.", "판매된 티켓이 없습니다.");
            vec![Line::styled(text, model.theme().muted())]
        }
    }
}
