//! The lines that are typed on the seat map: where to go, and what to filter. The map follows while one types.

use crossterm::event::{KeyCode, KeyEvent};

use crate::field::Field;
use crate::lang::Say;
use crate::model::{Hall, Model, Prompt, PromptKind};
use crate::seat_map::Filter;

pub(super) fn jump(model: &mut Model) {
    // What was said stands where a mistake will be told.
    model.notice = None;
    if let Some(hall) = &mut model.hall {
        let kind = PromptKind::Jump { from: hall.cursor };
        hall.prompt = Some(Prompt { kind, field: Field::default(), error: None });
    }
}

pub(super) fn filter(model: &mut Model) {
    model.notice = None;
    if let Some(hall) = &mut model.hall {
        let mut field = Field::default();
        field.insert(&hall.filter_text);
        let kind = PromptKind::Filter { before: (hall.filter.clone(), hall.filter_text.clone()) };
        hall.prompt = Some(Prompt { kind, field, error: None });
    }
}

/// Every free seat is of interest again.
pub(super) fn no_filter(hall: &mut Hall) {
    set_filter(hall, Filter::default(), String::new());
}

pub(super) fn key(model: &mut Model, key: KeyEvent) {
    match key.code {
        KeyCode::Enter => accept(model),
        KeyCode::Esc => cancel(model),
        _ => {
            let prompt = model.hall.as_mut().and_then(|hall| hall.prompt.as_mut());
            if prompt.is_some_and(|prompt| prompt.field.key(key)) {
                follow(model);
            }
        }
    }
}

pub(super) fn paste(model: &mut Model, text: &str) {
    if let Some(prompt) = model.hall.as_mut().and_then(|hall| hall.prompt.as_mut()) {
        prompt.field.insert(text);
        follow(model);
    }
}

/// Shows on the map what has been typed so far.
fn follow(model: &mut Model) {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return };
    let Some(prompt) = &mut hall.prompt else { return };
    let text = prompt.field.text().to_owned();
    match prompt.kind.clone() {
        PromptKind::Jump { from } => {
            let found = hall.house.named(&text, from);
            prompt.error = (found.is_none() && !text.trim().is_empty()).then(|| {
                let seat = hall.house.examples(1).first().and_then(|seat| hall.house.position(*seat));
                let (sector, row, label) = seat.unwrap_or_default();
                lang.say(
                    format!("There is no {text:?}. It is written {row}-{label}, {sector} {row}-{label} or {sector}."),
                    format!("{text:?} 좌석이 없습니다. 예: {row}-{label}, {sector} {row}-{label}, {sector}"),
                )
            });
            hall.cursor = found.unwrap_or(from);
        }
        PromptKind::Filter { .. } => match Filter::parse(&text, &hall.house, lang) {
            Ok(filter) => {
                prompt.error = None;
                set_filter(hall, filter, text);
            }
            Err(error) => prompt.error = Some(error),
        },
    }
}

/// What is wrong stays to be corrected.
fn accept(model: &mut Model) {
    let Some(hall) = &mut model.hall else { return };
    if hall.prompt.as_ref().is_some_and(|prompt| prompt.error.is_none()) {
        hall.prompt = None;
    }
}

fn cancel(model: &mut Model) {
    let Some(hall) = &mut model.hall else { return };
    match hall.prompt.take().map(|prompt| prompt.kind) {
        Some(PromptKind::Jump { from }) => hall.cursor = from,
        Some(PromptKind::Filter { before: (filter, text) }) => set_filter(hall, filter, text),
        None => {}
    }
}

fn set_filter(hall: &mut Hall, filter: Filter, text: String) {
    hall.house.set_filter(&filter);
    hall.filter = filter;
    hall.filter_text = text;
    hall.proposed.clear();
}
