mod drawing;
mod svg;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::{Layout, LayoutHeader};
use ticket_core::domain::{Grade, PerformanceId, SeatId, SeatStatus};

use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::csv::Record;
use crate::exit::Exit;
use crate::{file, output};

/// Columns of a drawing that does not go to a terminal.
const COLUMNS_WITHOUT_TERMINAL: u16 = 200;

/// Draw the seats of a performance as they are now
#[derive(Debug, clap::Args)]
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
        let (layout, statuses) =
            in_shop(global, async |box_office: &BoxOffice| read(box_office, self.performance).await)?;
        if let Some(to) = &self.svg {
            let drawing = svg::draw(&layout, &statuses);
            file::write(to, &drawing)?;
            return Ok(Exit::Ok);
        }
        match global.format {
            // A line is a seat.
            lines @ (Format::Ndjson | Format::Csv) => output::records(lines, &seats(&layout, &statuses))?,
            Format::Json => output::json(&seat_map(&layout, &statuses))?,
            Format::Table => output::lines(drawing::draw(&layout, &statuses, self.columns()))?,
        }
        Ok(Exit::Ok)
    }

    fn columns(&self) -> u16 {
        self.width.or_else(output::terminal_columns).unwrap_or(COLUMNS_WITHOUT_TERMINAL)
    }
}

/// The seats, and what each looks like now.
pub(super) async fn read(box_office: &BoxOffice, performance: PerformanceId) -> Result<(Layout, Vec<SeatStatus>)> {
    loop {
        let layout = box_office.layout_of_any(performance).await?;
        let states = box_office.seat_states(performance).await?;
        // The plan may have changed between the two.
        if layout.header.layout_version == states.layout_version {
            let statuses = states.states.chars().map(SeatStatus::try_from).collect::<Result<_, _>>();
            return Ok((layout, statuses.context("the engine told an unknown state")?));
        }
    }
}

fn seat_map<'a>(layout: &'a Layout, statuses: &[SeatStatus]) -> SeatMap<'a> {
    SeatMap { header: &layout.header, seats: seats(layout, statuses) }
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
