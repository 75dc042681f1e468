use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::{Category, Currency, Grade, PerformancePlan, SeatPlan, SeatPosition, ShowPlan, Stage, VenuePlan};

/// Describes a small show: rows of seats, VIP in front and R behind, with one gap at the end of the first row if wanted.
#[derive(Debug, Clone)]
pub struct PlanBuilder {
    plan: ShowPlan,
}

impl PlanBuilder {
    /// A hall with rows `A`, `B`, … of so many seats each, VIP in the first row and R behind it, with one performance on
    /// 2027-03-01 that is on sale.
    #[must_use]
    pub fn hall(rows: u32, seats_per_row: u32) -> Self {
        let seats = (0..rows).flat_map(|row| (1..=seats_per_row).map(move |number| seat(row, number))).collect();
        let plan = ShowPlan {
            venue: VenuePlan {
                name: "Small Hall".into(),
                contact: "02-123-4567".into(),
                address: "1 Hall Street, Seoul".into(),
                url: "https://hall.example".into(),
            },
            name: "The Tempest".into(),
            category: Category::Play,
            running_minutes: 120,
            intermission_minutes: 15,
            age_limit: "8+".into(),
            currency: Currency::KRW,
            max_seats_per_user: 10,
            cancel_until_hours: 24,
            performances: Vec::new(),
            stage: Some(Stage { label: "STAGE".into(), x: 0.0, y: 0.0, width: 10.0, height: 1.0 }),
            seats,
        };
        Self { plan }.performance("2027-03-01", 1, None)
    }

    /// Adds a performance at 19:30, Seoul time, whose sale opens at this instant, or has always been open.
    #[must_use]
    pub fn performance(mut self, date: &str, round: u32, sale_opens_at: Option<&str>) -> Self {
        let date: Date = date.parse().unwrap();
        let start = date.at(19, 30, 0, 0);
        let starts_at = TimeZone::get("Asia/Seoul").unwrap().to_timestamp(start).unwrap();
        self.plan.performances.push(PerformancePlan {
            date,
            round,
            start_time: start.time(),
            starts_at,
            sale_opens_at: sale_opens_at.map(|at| at.parse::<Timestamp>().unwrap()),
            sale_closes_at: starts_at,
            seating: None,
        });
        self
    }

    /// Makes the last place of the first row a gap.
    #[must_use]
    pub fn with_gap(mut self) -> Self {
        let row = self.plan.seats.iter().take_while(|seat| seat.position.row == "A").count();
        self.plan.seats[row - 1].is_seat = false;
        self
    }

    /// Puts the first performance and the end of its sale where the system's clock will not come in our time.
    #[must_use]
    pub fn far_in_the_future(self) -> Self {
        self.with(|plan| {
            plan.performances[0].starts_at = "2999-01-01T00:00:00Z".parse().unwrap();
            plan.performances[0].sale_closes_at = plan.performances[0].starts_at;
        })
    }

    /// Changes anything else.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut ShowPlan)) -> Self {
        change(&mut self.plan);
        self
    }

    /// The plan.
    #[must_use]
    pub fn build(self) -> ShowPlan {
        self.plan
    }
}

#[allow(clippy::cast_precision_loss, reason = "halls of tests are small")]
fn seat(row: u32, number: u32) -> SeatPlan {
    let name = char::from(b'A' + u8::try_from(row).unwrap()).to_string();
    SeatPlan {
        guid: format!("1F/{name}/{number}"),
        grade: if row == 0 { Grade::Vip } else { Grade::R },
        price: if row == 0 { 150_000 } else { 90_000 },
        position: SeatPosition { sector: "1F".into(), row: name, number: i64::from(number), label: number.to_string() },
        is_seat: true,
        x: number as f32,
        y: row as f32 + 2.0,
    }
}
