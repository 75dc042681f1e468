//! Reports are what counting tickets and seats one by one says.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use ticket_core::HoldBackend::Embedded;
use ticket_core::domain::{
    Booking, PerformanceId, ReportBy, ReportFilter, SeatId, ShowId, ShowPlan, TicketState, UserId,
};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, Error, TicketFilter, TicketRow};

use crate::support::stranger;

/// A place where clocks change, a week before they do.
const ZONE: &str = "America/New_York";
const BEGIN: &str = "2027-03-09T15:00:00Z";
const SEATS: u32 = 30;

fn plan(name: &str, currency: &str) -> ShowPlan {
    let plan = PlanBuilder::hall(3, SEATS / 3).performance("2027-04-01", 1, None).performance("2027-04-01", 2, None);
    plan.with(|plan| {
        plan.name = name.into();
        plan.currency = currency.parse().unwrap();
        plan.max_seats_per_user = SEATS;
    })
    .build()
}

/// What has happened to a shop in three weeks.
struct History {
    shop: TestShop,
    users: Vec<UserId>,
    random: StdRng,
    bookings: Vec<Booking>,
}

impl History {
    async fn new(seed: u64) -> Self {
        let shop = TestShop::open_at(Embedded, ZONE, BEGIN);
        for (name, currency) in [("Hamlet", "KRW"), ("Macbeth", "USD"), ("Cats", "KRW")] {
            shop.apply(plan(name, currency)).await;
        }
        let users = vec![shop.join("mina").await, shop.join("joon").await];
        let mut history = Self { shop, users, random: StdRng::seed_from_u64(seed), bookings: Vec::new() };
        for _ in 0..150 {
            history.step().await;
        }
        assert_clean(history.box_office()).await;
        history
    }

    fn box_office(&self) -> &BoxOffice {
        &self.shop.box_office
    }

    async fn step(&mut self) {
        let minutes = self.random.random_range(0..7 * 60);
        self.shop.clock.advance(Duration::from_mins(minutes));
        match self.random.random_range(0..10) {
            0..7 => self.book().await,
            7..9 => self.cancel().await,
            _ => {
                let seat = self.random_seat();
                // Sold ones are refused.
                let _ = self.box_office().block_seats(vec![seat]).await;
            }
        }
    }

    fn random_seat(&mut self) -> SeatId {
        // 9 performances, whose seats have the ids from 1 on.
        SeatId(self.random.random_range(1..=9 * i64::from(SEATS)))
    }

    async fn book(&mut self) {
        let first = self.random_seat();
        let user = self.users[self.random.random_range(0..self.users.len())];
        let seats = (0..self.random.random_range(1..4)).map(|n| SeatId(first.0 + n)).collect();
        // Seats that are taken, or of two performances, are refused.
        if let Ok(booking) = self.box_office().book(user, seats).await {
            self.bookings.push(booking);
        }
    }

    async fn cancel(&mut self) {
        if self.bookings.is_empty() {
            return;
        }
        let which = self.random.random_range(0..self.bookings.len());
        let (id, ticket) = (self.bookings[which].id, self.bookings[which].tickets[0].id);
        let named = self.random.random_bool(0.5).then(|| vec![ticket]);
        // Again, it is refused.
        let _ = self.box_office().cancel_as_admin(id, named, false).await;
    }

    fn tickets(&self) -> Vec<Counted> {
        let zone = TimeZone::get(ZONE).unwrap();
        let database = stranger(&self.shop);
        let mut statement = database
            .prepare(
                "SELECT show.id, show.currency, performance.id, seat.grade, ticket.price, ticket.state = 'BOOKED',
                        booking.booked_at
                 FROM ticket JOIN seat ON seat.id = ticket.seat_id JOIN booking ON booking.id = ticket.booking_id
                 JOIN performance ON performance.id = seat.performance_id JOIN show ON show.id = performance.show_id",
            )
            .unwrap();
        let rows = statement.query_map([], |row| {
            let sold_at = Timestamp::from_millisecond(row.get(6)?).unwrap();
            Ok(Counted {
                show: row.get(0)?,
                currency: row.get(1)?,
                performance: row.get(2)?,
                grade: row.get(3)?,
                price: row.get(4)?,
                is_valid: row.get(5)?,
                day: sold_at.to_zoned(zone.clone()).date(),
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

/// A ticket, as the database has it.
struct Counted {
    show: i64,
    currency: String,
    performance: i64,
    grade: String,
    price: i64,
    is_valid: bool,
    day: Date,
}

impl Counted {
    fn key(&self, by: ReportBy) -> String {
        match by {
            ReportBy::Day => self.day.to_string(),
            ReportBy::Grade => self.grade.clone(),
            ReportBy::Show => self.show.to_string(),
            ReportBy::Performance => self.performance.to_string(),
        }
    }

    fn is_meant(&self, filter: &ReportFilter) -> bool {
        filter.show.is_none_or(|show| show == ShowId(self.show))
            && filter.performance.is_none_or(|performance| performance == PerformanceId(self.performance))
            && filter.from.is_none_or(|from| from <= self.day)
            && filter.to.is_none_or(|to| self.day <= to)
    }
}

/// Sold, cancelled and valid tickets, cancelled and remaining revenue.
type Sums = [i64; 5];

fn key_of(subject: &serde_json::Value) -> String {
    let text = |name: &str| subject.get(name).map(|value| value.to_string().trim_matches('"').to_owned());
    ["day", "grade", "performanceId", "showId"].into_iter().find_map(text).unwrap()
}

fn sums_of(line: &serde_json::Value) -> Sums {
    ["soldTickets", "canceledTickets", "validTickets", "canceledRevenue", "revenue"]
        .map(|name| line[name].as_i64().unwrap())
}

fn filters() -> Vec<ReportFilter> {
    let all = ReportFilter::default();
    let day = |text: &str| Some(text.parse().unwrap());
    vec![
        all,
        ReportFilter { show: Some(ShowId(2)), ..all },
        ReportFilter { performance: Some(PerformanceId(4)), ..all },
        ReportFilter { show: Some(ShowId(2)), performance: Some(PerformanceId(1)), ..all },
        // The day on which clocks are set forward has 23 hours.
        ReportFilter { from: day("2027-03-14"), to: day("2027-03-14"), ..all },
        ReportFilter { from: day("2027-03-15"), ..all },
        ReportFilter { to: day("2027-03-12"), show: Some(ShowId(3)), ..all },
    ]
}

#[tokio::test]
async fn sales_are_what_the_tickets_say() {
    for seed in 0..4 {
        let history = History::new(seed).await;
        let tickets = history.tickets();
        assert!(tickets.len() > 60 && tickets.iter().any(|ticket| !ticket.is_valid), "{}", tickets.len());
        for filter in filters() {
            let meant: Vec<&Counted> = tickets.iter().filter(|ticket| ticket.is_meant(&filter)).collect();
            for &by in ReportBy::ALL {
                let mut lines: BTreeMap<(String, String), Sums> = BTreeMap::new();
                let mut totals: BTreeMap<String, Sums> = BTreeMap::new();
                for ticket in &meant {
                    let (valid, price) = (i64::from(ticket.is_valid), ticket.price);
                    let sums = [1, 1 - valid, valid, (1 - valid) * price, valid * price];
                    for line in [
                        lines.entry((ticket.key(by), ticket.currency.clone())).or_default(),
                        totals.entry(ticket.currency.clone()).or_default(),
                    ] {
                        line.iter_mut().zip(sums).for_each(|(sum, more)| *sum += more);
                    }
                }
                let report = history.box_office().sales_report(by, filter).await.unwrap();
                let report = serde_json::to_value(report).unwrap();
                let currency = |line: &serde_json::Value| line["currency"].as_str().unwrap().to_owned();
                let told: Vec<_> = report["lines"].as_array().unwrap().iter().collect();
                assert_eq!(told.len(), lines.len(), "{by} {filter:?}");
                let told = told.into_iter().map(|line| ((key_of(line), currency(line)), sums_of(line))).collect();
                assert_eq!(lines, told, "{by} {filter:?} seed {seed}");
                let told = report["totals"].as_array().unwrap().iter();
                let told: BTreeMap<_, _> = told.map(|line| (currency(line), sums_of(line))).collect();
                assert_eq!(totals, told, "{by} {filter:?} seed {seed}");
            }
        }
    }
}

#[tokio::test]
async fn the_ticket_count_of_a_day_is_that_of_the_ranking() {
    let history = History::new(9).await;
    let database = stranger(&history.shop);
    let mut statement =
        database.prepare("SELECT day, sum(tickets) FROM sale_day GROUP BY day HAVING sum(tickets) > 0").unwrap();
    let counted: BTreeMap<String, i64> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let report = history.box_office().sales_report(ReportBy::Day, ReportFilter::default()).await.unwrap();
    let mut told: BTreeMap<String, i64> = BTreeMap::new();
    for line in serde_json::to_value(report).unwrap()["lines"].as_array().unwrap() {
        *told.entry(key_of(line)).or_default() += line["validTickets"].as_i64().unwrap();
    }
    told.retain(|_, tickets| *tickets > 0);
    assert_eq!(counted, told);
}

#[tokio::test]
async fn occupancy_is_what_the_seats_say() {
    let history = History::new(5).await;
    history.box_office().cancel_performance(PerformanceId(2), &|_| {}).await.unwrap();
    let database = stranger(&history.shop);
    let count = |condition: &str, key: &str| -> BTreeMap<String, [i64; 5]> {
        let states = ["'AVAILABLE'", "'BOOKED'", "'CANCELED', 'WAITING'", "'BLOCKED'"];
        let [left, sold, waiting, blocked] = states.map(|of| format!("sum(seat.state IN ({of}))"));
        let sql = format!(
            "SELECT {key}, count(*), {sold}, {waiting}, {blocked}, {left} FROM seat
             JOIN performance ON performance.id = seat.performance_id WHERE is_seat = 1 AND canceled_at IS NULL AND {condition}
             GROUP BY 1"
        );
        let mut statement = database.prepare(&sql).unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?])));
        rows.unwrap().map(Result::unwrap).collect()
    };
    let all = ReportFilter::default();
    let april = ReportFilter { from: Some("2027-03-31".parse().unwrap()), ..all };
    for (filter, condition) in [
        (all, "true"),
        (april, "date >= '2027-03-31'"),
        (ReportFilter { show: Some(ShowId(2)), ..all }, "show_id = 2"),
        (ReportFilter { performance: Some(PerformanceId(4)), ..all }, "performance.id = 4"),
    ] {
        for (by, key) in [
            (ReportBy::Day, "date"),
            (ReportBy::Grade, "grade"),
            (ReportBy::Show, "cast(show_id AS TEXT)"),
            (ReportBy::Performance, "cast(performance.id AS TEXT)"),
        ] {
            let report = history.box_office().occupancy_report(by, filter).await.unwrap();
            let report = serde_json::to_value(report).unwrap();
            let numbers = |line: &serde_json::Value| {
                ["seats", "soldSeats", "waitingSeats", "blockedSeats", "leftSeats"]
                    .map(|name| line[name].as_i64().unwrap())
            };
            let told: BTreeMap<_, _> =
                report["lines"].as_array().unwrap().iter().map(|line| (key_of(line), numbers(line))).collect();
            assert_eq!(count(condition, key), told, "{by} {filter:?}");
            let total = count(condition, "'all'");
            assert_eq!(total["all"], numbers(&report["total"]), "{by} {filter:?}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_an_error() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let all = ReportFilter::default();
    let show = ReportFilter { show: Some(ShowId(7)), ..all };
    let performance = ReportFilter { performance: Some(PerformanceId(7)), ..all };
    let (from, to) = (Some("2027-01-02".parse().unwrap()), Some("2027-01-01".parse().unwrap()));
    for (filter, code) in [(show, "S_001"), (performance, "S_005"), (ReportFilter { from, to, ..all }, "G_001")] {
        let office = &shop.box_office;
        let tickets = TicketFilter { report: filter, ..TicketFilter::default() };
        let codes = [
            office.sales_report(ReportBy::Day, filter).await.map(drop),
            office.occupancy_report(ReportBy::Day, filter).await.map(drop),
            self::tickets(office, tickets).await.map(drop),
        ];
        assert_eq!(codes.map(|result| result.unwrap_err().code().to_string()), [code; 3]);
    }
}

/// All tickets that pass a filter.
async fn tickets(office: &BoxOffice, filter: TicketFilter) -> Result<Vec<TicketRow>, Error> {
    let collect = |mut rows: Vec<_>, row| {
        rows.push(row);
        ControlFlow::<(), _>::Continue(rows)
    };
    Ok(office.fold_tickets(filter, Vec::new(), collect).await?.continue_value().unwrap())
}

#[tokio::test]
async fn every_ticket_is_told_once_with_what_is_known_of_it() {
    let history = History::new(3).await;
    let office = history.box_office();
    let all = tickets(office, TicketFilter::default()).await.unwrap();
    let mut expected = Vec::new();
    for booking in &history.bookings {
        let booking = office.booking_of_anybody(booking.id).await.unwrap();
        let user = office.user(booking.user).await.unwrap();
        for ticket in &booking.tickets {
            let canceled_at = match ticket.state {
                TicketState::Booked => None,
                TicketState::Canceled => {
                    let changes = office.seat_history(ticket.seat.id).await.unwrap();
                    let after = changes
                        .into_iter()
                        .find(|change| change.state.as_str() == "CANCELED" && change.at >= booking.booked_at);
                    after.map(|change| change.at)
                }
            };
            let row = all.iter().find(|row| row.ticket_id == ticket.id).unwrap();
            assert_eq!(
                (row.booking_id, row.ticket_state, row.booking_date, row.canceled_at),
                (booking.id, ticket.state, booking.booked_at, canceled_at)
            );
            assert_eq!((row.user_id, &row.email, &row.user_name), (user.id, &user.email.to_string(), &user.name));
            assert_eq!((row.seat_id, row.price, row.grade), (ticket.seat.id, ticket.seat.price, ticket.seat.grade));
            assert_eq!((row.show_id, row.performance_id), (booking.show.id, booking.performance.id));
            expected.push(ticket.id);
        }
    }
    let told: Vec<_> = all.iter().map(|row| row.ticket_id).collect();
    expected.sort_unstable();
    assert_eq!(told, expected);

    for report in filters() {
        let found = tickets(office, TicketFilter { report, ..TicketFilter::default() }).await.unwrap();
        let meant = history.tickets().iter().filter(|ticket| ticket.is_meant(&report)).count();
        assert_eq!(found.len(), meant, "{report:?}");
        assert!(found.is_sorted_by_key(|row| (row.booking_id, row.ticket_id)));
    }
    let filter = TicketFilter {
        email: Some("MINA@example.com".parse().unwrap()),
        state: Some(TicketState::Canceled),
        ..TicketFilter::default()
    };
    let found = tickets(office, filter).await.unwrap();
    let his = |row: &&TicketRow| row.email == "mina@example.com" && row.ticket_state == TicketState::Canceled;
    assert!(!found.is_empty());
    assert_eq!(found, all.iter().filter(his).cloned().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_fields_of_a_ticket_are_named_in_their_order() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    let json = serde_json::to_string(&tickets(&shop.box_office, TicketFilter::default()).await.unwrap()[0]).unwrap();
    let places: Vec<_> = TicketRow::FIELDS.iter().map(|name| json.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{json}");
    assert_eq!(json.matches("\":").count(), TicketRow::FIELDS.len(), "{json}");
}

/// A ticket that is sold, or cancelled, while they are gone over is as it was before.
#[tokio::test]
async fn all_tickets_are_of_one_moment() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let office = shop.box_office.clone();
    let booking = office.book(mina, seats[..4].to_vec()).await.unwrap();
    let runtime = tokio::runtime::Handle::current();
    let (seller, last) = (office.clone(), seats[9]);
    let states = office.fold_tickets(TicketFilter::default(), Vec::new(), move |mut seen, row| {
        if seen.is_empty() {
            runtime.block_on(async {
                seller.book(mina, vec![last]).await.unwrap();
                seller.cancel_as_admin(booking.id, None, false).await.unwrap();
            });
        }
        seen.push(row.ticket_state);
        ControlFlow::<(), _>::Continue(seen)
    });
    assert_eq!(states.await.unwrap(), ControlFlow::Continue(vec![TicketState::Booked; 4]));
}
