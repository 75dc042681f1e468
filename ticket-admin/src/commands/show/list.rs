use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::api::ShowSummary;

use crate::cli::Global;
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Shows read at once.
const PAGE_SIZE: u64 = 100;

pub(super) fn run(global: &Global) -> Result<Exit> {
    let shows = in_shop(global, all)?;
    let columns = [number("ID"), text("SHOW"), text("VENUE"), text("CATEGORY"), text("FROM"), text("TO")];
    output::list(global.format, "shows", &shows, columns, |show| {
        [
            show.show_id.to_string(),
            show.show_name.clone(),
            show.place_name.clone(),
            show.category.to_string(),
            show.show_start_date.to_string(),
            show.show_end_date.to_string(),
        ]
    })?;
    Ok(Exit::Ok)
}

async fn all(box_office: &BoxOffice) -> Result<Vec<ShowSummary>> {
    let mut shows = Vec::new();
    for page in 0.. {
        let answer = box_office.shows(None, None, page, PAGE_SIZE).await?;
        shows.extend(answer.content);
        if page + 1 >= answer.total_pages {
            break;
        }
    }
    Ok(shows)
}
