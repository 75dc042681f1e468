mod drawing;
mod svg;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::api::{Layout, LayoutHeader};
use ticket_core::domain::{Grade, PerformanceId, SeatId, SeatStatus};
use ticket_core::{BoxOffice, Error};

use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::{file, output};

/// Columns of a drawing that does not go to a terminal.
const COLUMNS_WITHOUT_TERMINAL: u16 = 200;

/// Draw the seats of a performance as they are now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat map 7
  ticket-admin seat map 7 --svg house.svg")]
pub(crate) struct Map {
    /// Id of the performance
    performance: PerformanceId,
    /// Columns to draw in; the terminal's by default, 200 when there is none
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(10..=2000))]
    width: Option<u16>,
    /// Write it as an SVG drawing into this file instead; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with = "width")]
    svg: Option<PathBuf>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeatMap<'a> {
    #[serde(flatten)]
    header: &'a LayoutHeader,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_at: Option<Timestamp>,
    seats: Vec<MapSeat<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MapSeat<'a> {
    pub(super) seat_id: SeatId,
    pub(super) sector: &'a str,
    pub(super) row: &'a str,
    pub(super) number: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<&'a str>,
    pub(super) grade: Grade,
    pub(super) price: i64,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) status: SeatStatus,
}

impl Record for MapSeat<'_> {
    const COLUMNS: &'static [&'static str] =
        &["seatId", "sector", "row", "number", "label", "grade", "price", "x", "y", "status"];
}

impl Map {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let seen = in_shop(global, async |box_office: &BoxOffice| read(box_office, self.performance).await)?;
        seen.warn();
        let Seen { layout, statuses, canceled_at, .. } = seen;
        if let Some(to) = &self.svg {
            let drawing = svg::draw(&layout, &statuses);
            file::write(to, &drawing)?;
            return Ok(Exit::Ok);
        }
        match global.format {
            // A line is a seat.
            lines @ (Format::Ndjson | Format::Csv) => output::records(lines, &seats(&layout, &statuses))?,
            Format::Json => output::json(&seat_map(&layout, &statuses, canceled_at))?,
            Format::Table => output::lines(drawing::draw(&layout, &statuses, self.columns()))?,
        }
        Ok(Exit::Ok)
    }

    fn columns(&self) -> u16 {
        self.width.or_else(output::terminal_columns).unwrap_or(COLUMNS_WITHOUT_TERMINAL)
    }
}

/// A performance as it is now.
pub(super) struct Seen {
    pub(super) layout: Layout,
    /// What each seat looks like, in the order of the layout.
    pub(super) statuses: Vec<SeatStatus>,
    pub(super) canceled_at: Option<Timestamp>,
    /// Why it is not known what is held, if it is not.
    pub(super) holds: Result<(), Error>,
}

/// Looks at the seats of a performance. Nothing of one that is cancelled is on sale.
pub(super) async fn read(box_office: &BoxOffice, performance: PerformanceId) -> Result<Seen> {
    let (found, ..) = box_office.performance(performance).await?;
    let (layout, mut statuses) = loop {
        let layout = box_office.layout_of_any(performance).await?;
        let states = box_office.seat_states(performance).await?;
        // The plan may have changed between the two.
        if layout.header.layout_version == states.layout_version {
            let statuses = states.states.chars().map(SeatStatus::try_from).collect::<Result<Vec<_>, _>>();
            break (layout, statuses.context("the engine told an unknown state")?);
        }
    };
    if found.canceled_at.is_some() {
        for status in statuses.iter_mut().filter(|status| **status == SeatStatus::Available) {
            *status = SeatStatus::Canceled;
        }
    }
    let holds = box_office.health().await.lock_store;
    Ok(Seen { layout, statuses, canceled_at: found.canceled_at, holds })
}

impl Seen {
    /// Says what else one must know of what is shown.
    pub(super) fn warn(&self) {
        let performance = self.layout.header.performance_id;
        if self.canceled_at.is_some() {
            output::note(format_args!("performance {performance} is cancelled: nothing of it is on sale"));
        }
        if let Err(Error::Unavailable { reason }) = &self.holds {
            output::note(format_args!(
                "warning: held seats are shown as free, as it is not known who holds them: {reason}"
            ));
        }
    }
}

fn seat_map<'a>(layout: &'a Layout, statuses: &[SeatStatus], canceled_at: Option<Timestamp>) -> SeatMap<'a> {
    SeatMap { header: &layout.header, canceled_at, seats: seats(layout, statuses) }
}

/// Every seat with what it looks like now, in drawing order.
pub(super) fn seats<'a>(layout: &'a Layout, statuses: &[SeatStatus]) -> Vec<MapSeat<'a>> {
    let seats = layout.seats().zip(statuses).map(|(seat, status)| MapSeat {
        seat_id: seat.id,
        sector: seat.sector,
        row: seat.row,
        number: seat.number,
        label: seat.label,
        grade: seat.category.grade,
        price: seat.category.price,
        x: seat.x,
        y: seat.y,
        status: *status,
    });
    seats.collect()
}
