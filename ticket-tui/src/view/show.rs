use ratatui::Frame;
use ratatui::text::Line;
use ticket_core::api::{AvailableDate, ShowDetails};

use super::{frame, list, when};
use crate::model::Model;
use crate::text::{fit, pad, pad_left};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(page) = &model.show else { return };
    let area = frame::body(model, frame);
    let Some((details, dates)) = &page.details else {
        frame::lines(frame, area, [Line::styled("Loading…", model.theme.muted())]);
        return;
    };
    let columns = usize::from(area.width);
    let below = frame::lines(frame, area, about(model, details, columns));
    if dates.is_empty() {
        frame::lines(frame, below, [Line::styled("No performance is announced.", model.theme.muted())]);
        return;
    }
    let heading = format!("  {} Round  Starts  Seats left", pad("Date", 17));
    let below = frame::lines(frame, below, [Line::styled(heading, model.theme.muted())]);
    list::draw(frame, model.theme, below, (dates.len(), page.cursor), |i| performance(model, &dates[i]));
}

fn about(model: &Model, show: &ShowDetails, columns: usize) -> Vec<Line<'static>> {
    let place = &show.place_details_info;
    let contact = [&place.show_place_address, &place.show_place_contact_info, &place.show_place_url];
    let contact = contact.into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    let muted = |text: String| Line::styled(fit(&text, columns), model.theme.muted());
    vec![
        Line::styled(fit(&show.show_name, columns), model.theme.title()),
        Line::raw(fit(
            &format!("{} · {}", place.show_place_name, when::span(show.show_start_date, show.show_end_date)),
            columns,
        )),
        muted(facts(show)),
        muted(contact),
        Line::default(),
    ]
}

fn facts(show: &ShowDetails) -> String {
    let kind = show.category.as_str();
    let kind = format!("{}{}", &kind[..1], kind[1..].to_lowercase());
    let pause = match show.show_intermission_time {
        0 => String::new(),
        minutes => format!(" + {minutes} min break"),
    };
    let age = if show.show_age_limit.is_empty() { String::new() } else { format!(" · {}", show.show_age_limit) };
    format!("{kind} · {} min{pause}{age} · {} seats each", show.show_time, show.max_seats_per_user)
}

fn performance(model: &Model, date: &AvailableDate) -> String {
    let (day, start) = (when::date(date.show_date), when::time(date.start_time));
    let round = pad_left(&date.round.to_string(), 5);
    format!("{} {round} {}  {:>10}", pad(&day, 17), pad_left(&start, 7), left(model, date))
}

fn left(model: &Model, date: &AvailableDate) -> String {
    match date.sale_opens_at {
        Some(at) if model.seconds_until(at) > 0 => format!("opens {}", when::instant(at, &model.zone)),
        _ if model.seconds_until(date.sale_closes_at) == 0 => "closed".into(),
        _ if date.left_seats == 0 => "sold out".into(),
        _ => date.left_seats.to_string(),
    }
}
