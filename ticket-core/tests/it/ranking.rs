//! Rankings are what counting the tickets one by one says, whenever that is.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
use rstest::rstest;
use rusqlite::Connection;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{BookingId, Category, Ranking, RankingPeriod, SeatId, ShowId, ShowPlan, UserId};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{BoxOffice, Config};

/// Rows and seats per row of every hall.
const ROWS: u32 = 4;
const SEATS_PER_ROW: u32 = 10;

/// Names and categories of the shows; their ids are 1, 2, …
const SHOWS: [(&str, Category); 4] = [
    ("Hamlet", Category::Play),
    ("Macbeth", Category::Play),
    ("The Tempest", Category::Play),
    ("Cats", Category::Musical),
];

pub(crate) fn plan(name: &str, category: Category) -> ShowPlan {
    PlanBuilder::hall(ROWS, SEATS_PER_ROW)
        .with(|plan| {
            plan.name = name.into();
            plan.category = category;
            plan.max_seats_per_user = ROWS * SEATS_PER_ROW;
            let performance = &mut plan.performances[0];
            performance.starts_at = "2099-01-01T00:00:00Z".parse().unwrap();
            performance.sale_closes_at = performance.starts_at;
        })
        .build()
}

/// Counts tickets as one would with a calendar: by the dates that clocks have shown.
fn count_tickets(
    database: &Path,
    zone: &TimeZone,
    now: Timestamp,
) -> HashMap<(Category, RankingPeriod), Vec<(i64, u64)>> {
    let date_of = |at: i64| Timestamp::from_millisecond(at).unwrap().to_zoned(zone.clone()).date();
    let today = date_of(now.as_millisecond());
    let mut week_begin = today;
    while week_begin.weekday() != Weekday::Thursday {
        week_begin = week_begin.yesterday().unwrap();
    }
    let is_in = |period, date: Date| match period {
        RankingPeriod::Day => date == today,
        RankingPeriod::Week => (week_begin..=today).contains(&date),
        RankingPeriod::Month => (date.year(), date.month()) == (today.year(), today.month()) && date <= today,
    };
    let connection = Connection::open(database).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT show.id, show.category, booking.booked_at FROM ticket JOIN booking ON booking.id = ticket.booking_id
             JOIN performance ON performance.id = booking.performance_id JOIN show ON show.id = performance.show_id
             WHERE ticket.state = 'BOOKED'",
        )
        .unwrap();
    let tickets: Vec<(i64, String, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut rankings = HashMap::new();
    for &category in Category::ALL {
        for &period in RankingPeriod::ALL {
            let mut counts = BTreeMap::<i64, u64>::new();
            for (show, of, at) in &tickets {
                if *of == category.as_str() && is_in(period, date_of(*at)) {
                    *counts.entry(*show).or_default() += 1;
                }
            }
            let mut ranking: Vec<_> = counts.into_iter().collect();
            // Stable: ties stay in the order of ids.
            ranking.sort_by_key(|(_, tickets)| std::cmp::Reverse(*tickets));
            rankings.insert((category, period), ranking);
        }
    }
    rankings
}

pub(crate) fn counts(ranking: &Ranking) -> Vec<(i64, u64)> {
    ranking.shows.iter().map(|show| (show.show.0, show.tickets)).collect()
}

#[derive(Debug, Clone)]
enum Step {
    /// So many seats of a show.
    Book(usize, usize),
    /// One of the bookings, whole or its first valid ticket.
    Cancel(usize, bool),
    Wait(Duration),
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let minutes = |n: u64| Just(Duration::from_secs(60 * n));
    prop_oneof![
        5 => (0..SHOWS.len(), 1..5usize).prop_map(|(show, seats)| Step::Book(show, seats)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, whole)| Step::Cancel(which, whole)),
        2 => prop_oneof![
            Just(Duration::from_millis(1)), minutes(1), minutes(59), minutes(69), minutes(70), minutes(6 * 60),
            minutes(23 * 60), minutes(24 * 60), minutes(3 * 24 * 60)
        ].prop_map(Step::Wait),
        3 => Just(Step::Look),
    ]
}

/// Shortly before something happens to days, weeks or months.
const BEGINNINGS: [(&str, &str); 8] = [
    ("Asia/Seoul", "2027-03-02T23:58:00+09:00"),
    // Before a Thursday.
    ("Asia/Seoul", "2027-03-03T23:58:00+09:00"),
    // Before the 1st.
    ("Asia/Seoul", "2027-02-28T22:30:00+09:00"),
    // Before a Thursday that is a 1st.
    ("Asia/Seoul", "2027-03-31T23:58:59.999+09:00"),
    // Clocks are set forward over midnight.
    ("America/Sao_Paulo", "2018-11-03T23:58:00-03:00"),
    ("Asia/Beirut", "2022-03-26T23:58:00+02:00"),
    // Clocks are set forward, and back, in the small hours.
    ("America/New_York", "2027-03-13T23:58:00-05:00"),
    ("America/New_York", "2027-11-06T23:58:00-04:00"),
];

struct Season {
    shop: TestShop,
    user: UserId,
    zone: TimeZone,
    /// Seats of each show that were never sold.
    free: Vec<Vec<SeatId>>,
    bookings: Vec<BookingId>,
    /// What was right when a ranking was computed.
    then: HashMap<(Category, RankingPeriod, Timestamp), Vec<(i64, u64)>>,
}

impl Season {
    async fn begin(holds: HoldBackend, zone: &str, now: &str) -> Self {
        let shop = TestShop::open_at(holds, zone, now);
        let mut free = Vec::new();
        for (name, category) in SHOWS {
            shop.apply(plan(name, category)).await;
            let show = ShowId(i64::try_from(free.len()).unwrap() + 1);
            let performance = shop.box_office.performances(show).await.unwrap()[0].0.id;
            let layout = shop.box_office.layout(performance).await.unwrap();
            free.push(layout.seats().map(|seat| seat.id).collect());
        }
        let user = shop.join("mina").await;
        let zone = TimeZone::get(zone).unwrap();
        Self { shop, user, zone, free, bookings: Vec::new(), then: HashMap::new() }
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Book(show, seats) => {
                let free = &mut self.free[show];
                let seats: Vec<_> = free.drain(..seats.min(free.len())).collect();
                if !seats.is_empty() {
                    self.bookings.push(self.shop.box_office.book(self.user, seats).await.unwrap().id);
                }
            }
            Step::Cancel(which, whole) if !self.bookings.is_empty() => {
                let id = self.bookings[which % self.bookings.len()];
                let booking = self.shop.box_office.booking(self.user, id).await.unwrap();
                let Some(ticket) = booking.valid_tickets().next() else { return };
                let tickets = (!whole).then(|| vec![ticket.id]);
                self.shop.box_office.cancel(self.user, id, tickets).await.unwrap();
            }
            Step::Cancel(..) => {}
            Step::Wait(time) => self.shop.clock.advance(time),
            Step::Look => self.look().await,
        }
    }

    async fn look(&mut self) {
        let office = &self.shop.box_office;
        let now = office.clock().now();
        for ((category, period), expected) in count_tickets(&self.shop.database(), &self.zone, now) {
            let fresh = office.ranking_now(category, period).await.unwrap();
            assert_eq!(counts(&fresh), expected, "{category} {period} at {now}: {:?}", fresh.window);
            assert_eq!(fresh.window.end, now);

            let cached = office.ranking(category, period).await.unwrap();
            assert_eq!(cached.window.start, fresh.window.start, "of the same day, week or month");
            let age = now.duration_since(cached.window.end);
            assert!((0..70 * 60).contains(&age.as_secs()), "{age}");
            let computed_at = cached.window.end;
            assert!(computed_at == now || self.then.contains_key(&(category, period, computed_at)), "{computed_at}");
            let then = self.then.entry((category, period, computed_at)).or_insert(expected);
            assert_eq!(&counts(&cached), then, "{category} {period} of {computed_at}");
        }
    }
}

#[rstest]
fn a_ranking_is_what_counting_the_tickets_says(#[values(Embedded, Redis)] holds: HoldBackend) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let strategy = (prop::sample::select(&BEGINNINGS[..]), prop::collection::vec(step(), 10..60));
    let config = ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&strategy, |((zone, now), steps)| {
            runtime.block_on(async {
                let mut season = Season::begin(holds, zone, now).await;
                for step in steps {
                    season.take(step).await;
                }
                season.look().await;
                assert_clean(&season.shop.box_office).await;
            });
            Ok(())
        })
        .unwrap();
}

/// Every beginning once, and the borders crossed in small steps.
#[rstest]
#[tokio::test]
async fn a_ranking_is_right_on_both_sides_of_every_border(#[values(Embedded, Redis)] holds: HoldBackend) {
    for (zone, now) in BEGINNINGS {
        let mut season = Season::begin(holds, zone, now).await;
        for _ in 0..5 {
            season.take(Step::Book(0, 1)).await;
            season.take(Step::Book(1, 2)).await;
            season.look().await;
            season.take(Step::Wait(Duration::from_secs(59))).await;
        }
        // The sale is corrected where it was, and not where it is cancelled.
        season.take(Step::Cancel(0, true)).await;
        season.take(Step::Wait(Duration::from_secs(70 * 60))).await;
        season.look().await;
        for _ in 0..9 {
            season.take(Step::Wait(Duration::from_secs(20 * 60 * 60))).await;
            season.look().await;
        }
        assert_clean(&season.shop.box_office).await;
    }
}

#[rstest]
#[tokio::test]
async fn yesterdays_ranking_is_not_todays(#[values(Embedded, Redis)] holds: HoldBackend) {
    // A Wednesday that is the last day of its month.
    let mut season = Season::begin(holds, "Asia/Seoul", "2027-03-31T23:59:59+09:00").await;
    season.take(Step::Book(0, 3)).await;
    for &period in RankingPeriod::ALL {
        assert_eq!(counts(&season.shop.box_office.ranking(Category::Play, period).await.unwrap()), [(1, 3)]);
    }
    season.shop.clock.advance(Duration::from_millis(999));
    for &period in RankingPeriod::ALL {
        assert_eq!(counts(&season.shop.box_office.ranking(Category::Play, period).await.unwrap()), [(1, 3)]);
    }
    season.shop.clock.advance(Duration::from_millis(1));
    for &period in RankingPeriod::ALL {
        let ranking = season.shop.box_office.ranking(Category::Play, period).await.unwrap();
        assert_eq!(counts(&ranking), [], "{period}");
        assert_eq!(ranking.window.start, "2027-04-01T00:00:00+09:00".parse().unwrap());
    }
}

#[tokio::test]
async fn ties_go_to_the_earlier_show_and_names_come_along() {
    let mut season = Season::begin(Embedded, "Asia/Seoul", "2027-03-02T12:00:00+09:00").await;
    for (show, seats) in [(2, 2), (1, 3), (0, 2), (3, 9)] {
        season.take(Step::Book(show, seats)).await;
    }
    let ranking = season.shop.box_office.ranking(Category::Play, RankingPeriod::Day).await.unwrap();
    assert_eq!(counts(&ranking), [(2, 3), (1, 2), (3, 2)]);
    let best = &ranking.shows[0];
    assert_eq!((best.name.as_str(), best.venue_name.as_str()), ("Macbeth", "Small Hall"));
    assert_eq!((best.start_date, best.end_date), ("2027-03-01".parse().unwrap(), "2027-03-01".parse().unwrap()));
}

#[tokio::test]
async fn a_week_begins_where_the_configuration_says() {
    let shop = TestShop::open_at(Embedded, "Asia/Seoul", "2027-03-03T12:00:00+09:00");
    let week_start = ticket_core::domain::Weekday::Monday;
    let clock = std::sync::Arc::clone(&shop.clock) as _;
    let monday = BoxOffice::open(Config { week_start, clock, ..Config::new(shop.database()) }).unwrap();
    let window = monday.ranking(Category::Play, RankingPeriod::Week).await.unwrap().window;
    assert_eq!(window.first_day, "2027-03-01".parse().unwrap());
    let window = shop.box_office.ranking(Category::Play, RankingPeriod::Week).await.unwrap().window;
    assert_eq!(window.first_day, "2027-02-25".parse().unwrap(), "the two do not share a cached ranking");
}

/// What was sold before sales were counted is counted by the migration, on the days of the business time zone.
#[tokio::test]
async fn an_older_database_gets_its_past_counted() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tickets.db");
    let connection = Connection::open(&database).unwrap();
    for migration in [
        include_str!("../../migrations/sqlite/0001_init.sql"),
        include_str!("../../migrations/sqlite/0002_idempotency.sql"),
        include_str!("../../migrations/sqlite/0003_jobs.sql"),
        include_str!("../../migrations/sqlite/0004_outbox.sql"),
        "INSERT INTO setting VALUES ('time_zone', 'Asia/Seoul'), ('holds', 'embedded');
         INSERT INTO user VALUES (1, 'mina@example.com', 'mina@example.com', 'Mina', 'BUYER', '', 0);
         INSERT INTO venue VALUES (1, 'Globe', '', '', '');
         INSERT INTO show VALUES (1, 1, 'Hamlet', 'PLAY', '2027-05-01', '2027-05-01', 90, 0, '', 4, 'KRW', 4, 0);
         INSERT INTO performance VALUES (1, 1, '2027-05-01', 1, '19:00:00', 1809252000000, NULL, 1809252000000, 1, NULL);
         INSERT INTO seat SELECT n, 1, n, n, 'R', 1, '', 'A', n, n, 1, n, 0, iif(n < 4, 'BOOKED', 'AVAILABLE')
         FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4);
         PRAGMA application_id = 0x5449434b; PRAGMA user_version = 4;",
    ] {
        connection.execute_batch(migration).unwrap();
    }
    // Either side of midnight in Seoul, and one that was cancelled.
    let sales = [
        ("2027-03-01T14:59:59.999Z", "BOOKED"),
        ("2027-03-01T15:00:00Z", "BOOKED"),
        ("2027-03-02T03:00:00Z", "BOOKED"),
    ];
    for (id, (at, state)) in (1..).zip(sales) {
        let at = at.parse::<Timestamp>().unwrap().as_millisecond();
        connection.execute("INSERT INTO booking VALUES (?1, 1, 1, ?3, ?2, NULL)", (id, at, state)).unwrap();
        connection.execute("INSERT INTO ticket VALUES (?1, ?1, 1, 1, ?1, 1, ?2)", (id, state)).unwrap();
        connection.execute("INSERT INTO seat_history VALUES (?1, 1, ?1, ?3, ?2, ?1)", (id, at, state)).unwrap();
    }
    connection
        .execute_batch(
            "INSERT INTO booking VALUES (4, 1, 1, 'CANCELED', 1803945600000, NULL);
             INSERT INTO ticket VALUES (4, 4, 1, 1, 4, 1, 'CANCELED');
             INSERT INTO seat_history VALUES (4, 1, 4, 'BOOKED', 1803945600000, 4),
                                             (5, 1, 4, 'CANCELED', 1803945700000, 4),
                                             (6, 1, 4, 'AVAILABLE', 1803945800000, 4);",
        )
        .unwrap();
    drop(connection);
    BoxOffice::migrate(&database).unwrap();
    let clock = std::sync::Arc::new(ticket_core::clock::ManualClock::new("2027-03-02T12:00:00Z".parse().unwrap()));
    let office = BoxOffice::open(Config { clock, ..Config::new(&database) }).unwrap();
    for (period, tickets) in [(RankingPeriod::Day, 2), (RankingPeriod::Week, 3), (RankingPeriod::Month, 3)] {
        assert_eq!(counts(&office.ranking(Category::Play, period).await.unwrap()), [(1, tickets)], "{period}");
    }
    assert_clean(&office).await;
    office.shutdown().await;
}
