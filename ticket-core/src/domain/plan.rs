//! What should be: a show with its venue, performances and seats, as an admin describes it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{Category, Currency, Grade, SeatPosition, Stage};

/// A show as it should be. Applying it makes it so, and changes nothing the second time.
///
/// The venue is known by its name, the show by its name at that venue, a performance by date and round, a seat by its
/// guid. Every performance has the same seats, unless it has its own.
///
/// [`import`](crate::import) reads one from a file. A program that knows its halls itself writes one down, and hands it to
/// [`BoxOffice::apply`](crate::BoxOffice::apply):
///
/// ```
/// use ticket_core::domain::{
///     Category, Currency, Grade, PerformancePlan, SeatPlan, SeatPosition, ShowPlan, VenuePlan,
/// };
/// use ticket_core::jiff::tz::TimeZone;
///
/// let start = ticket_core::jiff::civil::date(2131, 5, 2).at(19, 30, 0, 0);
/// let starts_at = TimeZone::get("Asia/Seoul")?.to_timestamp(start)?;
/// let seat = |number: i64| SeatPlan {
///     guid: format!("1F/A/{number}"),
///     grade: Grade::R,
///     price: 30_000,
///     position: SeatPosition { sector: "1F".into(), row: "A".into(), number, label: number.to_string() },
///     is_seat: true,
///     x: number as f32,
///     y: 0.0,
/// };
/// let plan = ShowPlan {
///     venue: VenuePlan { name: "Studio".into(), contact: String::new(), address: String::new(), url: String::new() },
///     name: "Hamlet".into(),
///     category: Category::Play,
///     running_minutes: 120,
///     intermission_minutes: 0,
///     age_limit: String::new(),
///     currency: Currency::KRW,
///     max_seats_per_user: 4,
///     cancel_until_hours: 24,
///     performances: vec![PerformancePlan {
///         date: start.date(),
///         round: 1,
///         start_time: start.time(),
///         starts_at,
///         sale_opens_at: None,
///         sale_closes_at: starts_at,
///         seating: None,
///     }],
///     stage: None,
///     seats: (1..=8).map(seat).collect(),
/// };
/// # use ticket_core::{HoldBackend, testing::TestShop};
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let box_office = TestShop::open(HoldBackend::Embedded).box_office;
/// let report = box_office.apply(plan, false).await?;
/// assert!(report.applied && report.in_the_way.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShowPlan {
    /// Where it plays.
    pub venue: VenuePlan,
    /// Name of the show.
    pub name: String,
    /// Kind of show.
    pub category: Category,
    /// Running time in minutes, without the intermission.
    pub running_minutes: u32,
    /// Intermission in minutes.
    pub intermission_minutes: u32,
    /// Age limit, as printed.
    pub age_limit: String,
    /// Currency of its prices.
    pub currency: Currency,
    /// Seats that one user may have per performance.
    pub max_seats_per_user: u32,
    /// Hours before the start until which a buyer may cancel.
    pub cancel_until_hours: u32,
    /// Its performances, at least one, by date and round.
    pub performances: Vec<PerformancePlan>,
    /// Where the stage is drawn.
    pub stage: Option<Stage>,
    /// The seats of every performance, in drawing order, at least one; guids are unique.
    pub seats: Vec<SeatPlan>,
}

/// The stage and the seats of a performance.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seating {
    /// Where the stage is drawn.
    pub stage: Option<Stage>,
    /// The seats in drawing order; guids are unique.
    pub seats: Vec<SeatPlan>,
}

/// A venue as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenuePlan {
    /// Unique name.
    pub name: String,
    /// Telephone or mail.
    pub contact: String,
    /// Postal address.
    pub address: String,
    /// Web page.
    pub url: String,
}

/// A performance as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct PerformancePlan {
    /// Local date.
    pub date: Date,
    /// 1-based number on that date.
    pub round: u32,
    /// Local time of day.
    pub start_time: Time,
    /// The same start as an instant.
    pub starts_at: Timestamp,
    /// When selling begins; `None` means at once.
    pub sale_opens_at: Option<Timestamp>,
    /// When selling ends.
    pub sale_closes_at: Timestamp,
    /// Its own stage and seats, where they are not those of the show.
    pub seating: Option<Arc<Seating>>,
}

/// A seat as it should be, in every performance.
#[derive(Debug, Clone, PartialEq)]
pub struct SeatPlan {
    /// Stable name of the place, unique within the plan.
    pub guid: String,
    /// Price class.
    pub grade: Grade,
    /// Price in minor units, not negative.
    pub price: i64,
    /// Where it is, in words.
    pub position: SeatPosition,
    /// `false` for a gap: drawn, never sold.
    pub is_seat: bool,
    /// Centre from the left of the plan, in seat widths.
    pub x: f32,
    /// Centre from the top of the plan, in row distances.
    pub y: f32,
}
