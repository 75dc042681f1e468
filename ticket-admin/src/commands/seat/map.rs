mod drawing;

use anyhow::{Context as _, Result};
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::{Layout, LayoutHeader};
use ticket_core::domain::{Grade, PerformanceId, SeatId, SeatStatus};

use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::output;

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
struct MapSeat<'a> {
    seat_id: SeatId,
    sector: &'a str,
    row: &'a str,
    number: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    grade: Grade,
    price: i64,
    x: f32,
    y: f32,
    status: SeatStatus,
}

impl Map {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let (layout, statuses) =
            in_shop(global, async |box_office: &BoxOffice| read(box_office, self.performance).await)?;
        match global.format {
            Format::Json => output::json(&seat_map(&layout, &statuses))?,
            Format::Table => output::lines(drawing::draw(&layout, &statuses, self.columns()))?,
        }
        Ok(Exit::Ok)
    }

    fn columns(&self) -> u16 {
        let terminal = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        self.width.or_else(terminal).unwrap_or(COLUMNS_WITHOUT_TERMINAL)
    }
}

/// The seats, and what each looks like now.
async fn read(box_office: &BoxOffice, performance: PerformanceId) -> Result<(Layout, Vec<SeatStatus>)> {
    loop {
        let layout = box_office.layout(performance).await?;
        let states = box_office.seat_states(performance).await?;
        // The plan may have changed between the two.
        if layout.header.layout_version == states.layout_version {
            let statuses = states.states.chars().map(SeatStatus::try_from).collect::<Result<_, _>>();
            return Ok((layout, statuses.context("the engine told an unknown state")?));
        }
    }
}

fn seat_map<'a>(layout: &'a Layout, statuses: &[SeatStatus]) -> SeatMap<'a> {
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
    SeatMap { header: &layout.header, seats: seats.collect() }
}
