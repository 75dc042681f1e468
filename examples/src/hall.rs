//! A hall that is nothing but seats.

use anyhow::Context as _;
use jiff::civil::date;
use jiff::tz::TimeZone;
use ticket_core::BoxOffice;
use ticket_core::domain::{
    Category, Currency, Grade, PerformanceId, PerformancePlan, SeatId, SeatPlan, SeatPosition, ShowId, ShowPlan,
    VenuePlan,
};

/// Seats of one row.
const ROW_SEATS: u32 = 100;

/// A show as the load programs need it.
#[derive(Debug, Clone)]
pub struct Hall {
    /// Name of the show, unique in its database.
    pub name: String,
    /// Seats of every performance.
    pub seats: u32,
    /// How many performances, at most 365.
    pub performances: u32,
    /// Seats that one buyer may have per performance.
    pub seats_per_buyer_max: u32,
}

/// The seats of one performance, in the order of the hall.
#[derive(Debug, Clone)]
pub struct House {
    /// The show.
    pub show: ShowId,
    /// The performance.
    pub performance: PerformanceId,
    /// Its seats.
    pub seats: Vec<SeatId>,
}

impl Hall {
    /// Puts it on sale, one performance a day. Returns its houses by date.
    ///
    /// # Errors
    ///
    /// When the shop refuses it.
    pub async fn open(&self, box_office: &BoxOffice) -> anyhow::Result<Vec<House>> {
        box_office.apply(self.plan()?, false).await?;
        let shows = box_office.shows(None, Some(self.name.clone()), 0, 1).await?.content;
        let show = shows.first().context("the show is not there")?.show_id;
        let mut houses = Vec::new();
        for (performance, _) in box_office.performances(show).await? {
            let seats = box_office.layout(performance.id).await?.seats().map(|seat| seat.id).collect();
            houses.push(House { show, performance: performance.id, seats });
        }
        Ok(houses)
    }

    fn plan(&self) -> anyhow::Result<ShowPlan> {
        Ok(ShowPlan {
            venue: VenuePlan {
                name: "Load Hall".into(),
                contact: "none".into(),
                address: "loopback".into(),
                url: "http://localhost".into(),
            },
            name: self.name.clone(),
            category: Category::Concert,
            running_minutes: 120,
            intermission_minutes: 0,
            age_limit: "all".into(),
            currency: Currency::KRW,
            max_seats_per_user: self.seats_per_buyer_max,
            cancel_until_hours: 0,
            performances: (0..self.performances).map(performance).collect::<anyhow::Result<_>>()?,
            stage: None,
            seats: (0..self.seats).map(seat).collect(),
        })
    }
}

/// Far away, so that it is on sale whenever this runs.
fn performance(day: u32) -> anyhow::Result<PerformancePlan> {
    let date = date(2999, 1, 1).checked_add(jiff::Span::new().days(day))?;
    let start = date.at(19, 0, 0, 0);
    let starts_at = TimeZone::UTC.to_timestamp(start)?;
    Ok(PerformancePlan {
        date,
        round: 1,
        start_time: start.time(),
        starts_at,
        sale_opens_at: None,
        sale_closes_at: starts_at,
        seating: None,
    })
}

#[allow(clippy::cast_precision_loss, reason = "places of a hall are small numbers")]
fn seat(index: u32) -> SeatPlan {
    let (row, number) = (index / ROW_SEATS + 1, index % ROW_SEATS + 1);
    SeatPlan {
        guid: format!("{row}/{number}"),
        grade: Grade::R,
        price: 90_000,
        position: SeatPosition {
            sector: "1F".into(),
            row: row.to_string(),
            number: i64::from(number),
            label: number.to_string(),
        },
        is_seat: true,
        x: number as f32,
        y: row as f32,
    }
}
