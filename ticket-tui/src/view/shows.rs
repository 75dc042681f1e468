use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ticket_core::api::ShowSummary;
use ticket_core::domain::Category;

use super::{frame, list, ranking, when};
use crate::effect::Effect;
use crate::keys::Command;
use crate::lang::Say;
use crate::model::Model;
use crate::text::{fit, pad, pad_left, width, wrap};

/// Below this width the venue gives way to the name and the dates.
const COLUMNS_MIN_WITH_VENUE: usize = 70;
const LIKED: &str = " ♥";
/// The ranking beside it is no wider.
const SIDE_COLUMNS_MAX: u16 = 60;

/// Lines above the list.
pub(super) const ROWS_ABOVE: u16 = 2;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame::body(model, frame);
    let (area, side) = split(model, area);
    if let Some(side) = side {
        ranking::beside(model, frame, side);
    }
    let below = frame::lines(frame, area, [tabs(model), Line::default()]);
    search(model, frame, area);
    let listed = model.shows.listed();
    if listed.is_empty() {
        frame::lines(frame, below, why_empty(model, below.width));
        return;
    }
    let columns = usize::from(below.width) - 2;
    let dates = |show: &ShowSummary| when::span(show.show_start_date, show.show_end_date, model.lang());
    // Of all shows, so that the columns stay where they are while one searches.
    let longest = |text: &dyn Fn(&ShowSummary) -> usize| model.shows.all.iter().flatten().map(text).max().unwrap_or(0);
    let names = longest(&|show| width(&show.show_name)) + width(LIKED);
    let (venues, dates_columns) = (longest(&|show| width(&show.place_name)), longest(&|show| width(&dates(show))));
    list::draw(frame, model.theme(), below, (listed.len(), model.shows.cursor), |i| {
        let show = listed[i];
        let dates = pad_left(&dates(show), dates_columns);
        let room = columns - dates_columns - 2;
        let liked = if model.shows.is_liked(show.show_id) { LIKED } else { "" };
        let named = |room: usize| {
            let columns = room.min(names);
            pad(&format!("{}{liked}", fit(&show.show_name, columns - width(liked))), columns)
        };
        if columns < COLUMNS_MIN_WITH_VENUE {
            return format!("{}  {dates}", named(room));
        }
        // What the names do not need is the venues'.
        let venue = venues.min((room * 2 / 5).max(room.saturating_sub(names + 2)));
        format!("{}  {}  {dates}", named(room - venue - 2), pad(&show.place_name, venue))
    });
}

/// The list, and beside it the ranking where there is room for both.
fn split(model: &Model, area: Rect) -> (Rect, Option<Rect>) {
    if !super::has_ranking_beside(model.size) {
        return (area, None);
    }
    let side = (area.width / 3).min(SIDE_COLUMNS_MAX);
    let list = Rect { width: area.width - side - 2, ..area };
    (list, Some(Rect { x: list.right() + 2, width: side, ..area }))
}

pub(super) fn tabs(model: &Model) -> Line<'static> {
    let tabs = std::iter::once(None).chain(Category::ALL.iter().copied().map(Some));
    let liked = model.shows.is_only_liked.then(|| Span::styled("♥", model.theme().own()));
    Line::from_iter(
        tabs.flat_map(|tab| {
            let is_present = tab == model.shows.category;
            let name =
                tab.map_or(model.lang().say("All", "전체"), |category| super::category(category, model.lang()));
            let (text, style) = if is_present {
                (format!("[{name}]"), model.theme().own())
            } else {
                (format!(" {name} "), model.theme().muted())
            };
            [Span::styled(text, style), Span::raw("  ")]
        })
        .chain(liked),
    )
}

/// The search, to the right of the tabs.
fn search(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let shows = &model.shows;
    if !shows.is_searching && shows.search.text().is_empty() {
        return;
    }
    let columns = area.width.saturating_sub(44);
    let field = Rect { x: area.right() - columns, width: columns, height: 1, ..area };
    let (text, cursor) = shows.search.window(usize::from(columns).saturating_sub(2));
    frame.render_widget(Line::styled(format!("/{text}"), model.theme().title()), field);
    if shows.is_searching {
        frame.set_cursor_position(Position::new(field.x + 1 + cursor, field.y));
    }
}

fn why_empty(model: &Model, columns: u16) -> Vec<Line<'static>> {
    let (lang, search) = (model.lang(), model.shows.search.text());
    let Some(all) = &model.shows.all else {
        return frame::loading(model, columns, |effect| *effect == Effect::LoadShows);
    };
    let (back, next) = (model.settings.keys.label(Command::Back), model.settings.keys.label(Command::NextTab));
    // While one types, no other key goes back.
    let back = if model.shows.is_searching { "Esc".to_owned() } else { back };
    let text = if all.is_empty() {
        lang.say("There are no shows yet.".into(), "아직 공연이 없습니다.".into())
    } else if !search.is_empty() {
        lang.say(
            format!("No show has {search:?} in its name or venue. {back} shows all."),
            format!("이름이나 장소에 {search:?}이(가) 있는 공연이 없습니다. {back}: 전체 보기"),
        )
    } else if model.shows.is_only_liked {
        lang.say(
            format!("You like none of these. {back} shows all."),
            format!("좋아하는 공연이 없습니다. {back}: 전체 보기"),
        )
    } else {
        lang.say(
            format!("No show of this kind. {next} goes to the next kind."),
            format!("이 장르의 공연이 없습니다. {next}: 다음 장르"),
        )
    };
    let lines = wrap(&text, usize::from(columns)).into_iter();
    lines.map(|line| Line::styled(line, model.theme().muted())).collect()
}
