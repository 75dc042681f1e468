use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ticket_core::BoxOffice;
use ticket_core::api::AvailableDate;
use ticket_core::domain::ShowId;

use super::in_shop;
use crate::cli::Global;
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Look at performances
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Performance {
    /// The performances of a show, by date and round
    List {
        /// Id of the show
        show: ShowId,
    },
}

impl Performance {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Self::List { show } => list(global, *show),
        }
    }
}

fn list(global: &Global, show: ShowId) -> Result<Exit> {
    let (performances, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        let performances = box_office.performances(show).await?;
        let performances: Vec<_> = performances.iter().map(|(of, left)| AvailableDate::new(of, *left)).collect();
        Ok((performances, box_office.time_zone().clone()))
    })?;
    let columns = [
        number("ID"),
        text("DATE"),
        number("ROUND"),
        text("START"),
        number("LEFT"),
        text("SALE OPENS"),
        text("SALE CLOSES"),
    ];
    output::list(global.format, "performances", &performances, columns, |performance| {
        [
            performance.performance_id.to_string(),
            performance.show_date.to_string(),
            performance.round.to_string(),
            performance.start_time.strftime("%H:%M").to_string(),
            performance.left_seats.to_string(),
            performance.sale_opens_at.map_or_else(|| "always".to_owned(), |at| local(at, &time_zone)),
            local(performance.sale_closes_at, &time_zone),
        ]
    })?;
    Ok(Exit::Ok)
}

/// An instant as people of the business time zone read it.
pub(super) fn local(instant: Timestamp, time_zone: &TimeZone) -> String {
    instant.to_zoned(time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
