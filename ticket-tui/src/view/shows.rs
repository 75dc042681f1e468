use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ticket_core::domain::Category;

use super::{frame, list, when};
use crate::model::Model;
use crate::text::{fit, pad, pad_left, width};

/// Below this width the venue gives way to the name and the dates.
const COLUMNS_MIN_WITH_VENUE: usize = 70;
const DATES_COLUMNS: usize = 22;

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame::body(model, frame);
    let below = frame::lines(frame, area, [tabs(model), Line::default()]);
    search(model, frame, area);
    let listed = model.shows.listed();
    if listed.is_empty() {
        frame::lines(frame, below, [Line::styled(why_empty(model), model.theme.muted())]);
        return;
    }
    let columns = usize::from(below.width) - 2;
    list::draw(frame, model.theme, below, (listed.len(), model.shows.cursor), |i| {
        let show = listed[i];
        let dates = pad_left(&when::span(show.show_start_date, show.show_end_date), DATES_COLUMNS);
        let room = columns - DATES_COLUMNS - 2;
        if columns < COLUMNS_MIN_WITH_VENUE {
            return format!("{}  {dates}", pad(&show.show_name, room));
        }
        let venue = room * 2 / 5;
        format!("{}  {}  {dates}", pad(&show.show_name, room - venue - 2), pad(&show.place_name, venue))
    });
}

fn tabs(model: &Model) -> Line<'static> {
    let tabs = [
        (None, "All"),
        (Some(Category::Musical), "Musical"),
        (Some(Category::Concert), "Concert"),
        (Some(Category::Play), "Play"),
    ];
    Line::from_iter(tabs.into_iter().flat_map(|(category, name)| {
        let is_present = category == model.shows.category;
        let (text, style) = if is_present {
            (format!("[{name}]"), model.theme.own())
        } else {
            (format!(" {name} "), model.theme.muted())
        };
        [Span::styled(text, style), Span::raw("  ")]
    }))
}

/// The search, to the right of the tabs.
fn search(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let shows = &model.shows;
    if !shows.is_searching && shows.search.text().is_empty() {
        return;
    }
    let columns = area.width.saturating_sub(44);
    let field = Rect { x: area.right() - columns, width: columns, height: 1, ..area };
    let text = fit(&format!("/{}", shows.search.text()), usize::from(columns));
    frame.render_widget(Line::styled(text, model.theme.title()), field);
    if shows.is_searching {
        let at =
            u16::try_from(1 + width(shows.search.before_cursor())).unwrap_or(columns).min(columns.saturating_sub(1));
        frame.set_cursor_position(Position::new(field.x + at, field.y));
    }
}

fn why_empty(model: &Model) -> String {
    match &model.shows.all {
        None => "Loading…".into(),
        Some(all) if all.is_empty() => "There are no shows yet.".into(),
        Some(_) if !model.shows.search.text().is_empty() => {
            format!("No show has \"{}\" in its name or venue. Esc shows all.", model.shows.search.text())
        }
        Some(_) => "No show of this kind. Tab goes to the next kind.".into(),
    }
}
