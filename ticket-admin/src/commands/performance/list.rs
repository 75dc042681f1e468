use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::AvailableDate;
use ticket_core::domain::ShowId;

use super::local;
use crate::cli::Global;
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, word};

/// A performance as the API lists it, and whether it is cancelled, of which the API lists none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(flatten)]
    listed: AvailableDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_at: Option<Timestamp>,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] =
        &["showDate", "round", "startTime", "performanceId", "leftSeats", "saleOpensAt", "saleClosesAt", "canceledAt"];
}

pub(super) fn run(global: &Global, show: ShowId) -> Result<Exit> {
    let (performances, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        let performances = box_office.all_performances(show).await?;
        Ok((performances, box_office.time_zone().clone()))
    })?;
    let performances: Vec<Item> = performances
        .iter()
        .map(|(of, left)| {
            let left = if of.canceled_at.is_some() { 0 } else { *left };
            Item { listed: AvailableDate::new(of, left), canceled_at: of.canceled_at }
        })
        .collect();
    let columns = [
        number("ID"),
        word("DATE"),
        number("ROUND"),
        word("START"),
        number("LEFT"),
        word("SALE OPENS").spare(2),
        word("SALE CLOSES").spare(1),
    ];
    output::list(global.format, "performances", &performances, columns, |item| {
        let performance = &item.listed;
        let opens = match (item.canceled_at, performance.sale_opens_at) {
            (Some(_), _) => "-".to_owned(),
            (None, None) => "always".to_owned(),
            (None, Some(at)) => local(at, &time_zone),
        };
        let closes = match item.canceled_at {
            Some(at) => format!("cancelled {}", local(at, &time_zone)),
            None => local(performance.sale_closes_at, &time_zone),
        };
        [
            performance.performance_id.to_string(),
            performance.show_date.to_string(),
            performance.round.to_string(),
            performance.start_time.strftime("%H:%M").to_string(),
            performance.left_seats.to_string(),
            opens,
            closes,
        ]
    })?;
    Ok(Exit::Ok)
}
