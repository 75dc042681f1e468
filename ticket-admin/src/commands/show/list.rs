use anyhow::Result;
use ticket_core::BoxOffice;
use ticket_core::api::ShowSummary;

use crate::cli::Global;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text, word};

/// Shows read at once.
const PAGE_SIZE: u64 = 100;

impl Record for ShowSummary {
    const COLUMNS: &'static [&'static str] =
        &["showId", "showName", "placeName", "category", "showStartDate", "showEndDate"];
}

pub(super) fn run(global: &Global) -> Result<Exit> {
    let shows = in_shop(global, all)?;
    let columns = [
        number("ID"),
        text("SHOW"),
        text("VENUE").spare(1),
        word("CATEGORY").spare(2),
        word("FROM"),
        word("TO").spare(3),
    ];
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
