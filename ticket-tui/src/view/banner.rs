//! What is wrong or awaited, in a line of its own below the title.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::when;
use crate::model::{Checkout, Model};
use crate::text::{countdown, pad};

pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(text) = text(model) else { return };
    let row = Rect { y: 1, height: 1, ..frame.area() };
    frame.render_widget(Line::styled(pad(&format!(" {text}"), usize::from(row.width)), model.theme.banner()), row);
}

fn text(model: &Model) -> Option<String> {
    if model.offline.is_some() {
        let is_confirming = model.hall.as_ref().is_some_and(|hall| hall.checkout == Checkout::Confirming);
        let what = if is_confirming { "Your order is sent again until it is answered." } else { "Trying again…" };
        return Some(format!("The server cannot be reached. {what}"));
    }
    let hall = model.hall_on_screen()?;
    if let Some(seconds) = model.opens_in(hall) {
        let at = hall.house.header.sale_opens_at.map(|at| when::instant(at, &model.zone)).unwrap_or_default();
        return Some(format!("The sale opens in {} ({at}). Seats can be picked already.", countdown(seconds)));
    }
    model.is_sale_over(hall).then(|| "The sale is closed.".to_owned())
}
