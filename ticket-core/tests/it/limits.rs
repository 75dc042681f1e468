//! What values may be is the same for show files, for plans, and for what is changed by hand.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ticket_core::HoldBackend::Embedded;
use ticket_core::domain::{
    Change, Changed, Grade, NewPerformance, Obstacle, PerformanceEdit, PricedSeats, ShowEdit, ShowId, ShowPlan,
    VenueEdit, VenueId, limits,
};
use ticket_core::import::Syntax;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::testing::{PlanBuilder, TestShop};
use ticket_core::{BoxOffice, Error};

/// Which field is refused, and why.
fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> (&'static str, String) {
    match result {
        Err(Error::Invalid { field, problem }) => (field, problem.to_string()),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn an_edit_is_refused_what_a_show_file_is() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let office = &shop.box_office;
    let edits = [
        (ShowEdit { running_minutes: Some(99_999), ..ShowEdit::default() }, "runningMinutes", "allowed is 1 to 1440"),
        (ShowEdit { running_minutes: Some(0), ..ShowEdit::default() }, "runningMinutes", "0 is out of range"),
        (ShowEdit { intermission_minutes: Some(601), ..ShowEdit::default() }, "intermissionMinutes", "0 to 600"),
        (ShowEdit { max_seats_per_user: Some(0), ..ShowEdit::default() }, "maxSeatsPerUser", "1 to 1000"),
        (ShowEdit { max_seats_per_user: Some(u32::MAX), ..ShowEdit::default() }, "maxSeatsPerUser", "4294967295 is"),
        (ShowEdit { cancel_until_hours: Some(u32::MAX), ..ShowEdit::default() }, "cancelUntilHours", "0 to 8760"),
        (ShowEdit { name: Some("a\u{1b}[31mX\nY".into()), ..ShowEdit::default() }, "name", "control character"),
        (ShowEdit { age_limit: Some("x".repeat(201)), ..ShowEdit::default() }, "ageLimit", "201 characters long"),
    ];
    for (edit, field, problem) in edits {
        let (wrong, why) = refused(office.edit_show(ShowId(1), edit.clone(), false).await);
        assert!(wrong == field && why.contains(problem), "{edit:?}: {wrong}: {why}");
    }
    let edits = [
        (VenueEdit { contact: Some("l1\nl2".into()), ..VenueEdit::default() }, "contact", "line break"),
        (VenueEdit { url: Some("javascript:alert(1)".into()), ..VenueEdit::default() }, "url", "http://"),
        (VenueEdit { name: Some(" ".into()), ..VenueEdit::default() }, "name", "must not be empty"),
    ];
    for (edit, field, problem) in edits {
        let (wrong, why) = refused(office.edit_venue(VenueId(1), edit.clone(), false).await);
        assert!(wrong == field && why.contains(problem), "{edit:?}: {wrong}: {why}");
    }
    let edit = PerformanceEdit { round: Some(101), ..PerformanceEdit::default() };
    assert_eq!(refused(office.edit_performance(shop.performance(0).await, edit, false).await).0, "round");
    let same_start = NewPerformance {
        show: ShowId(1),
        date: "2027-03-01".parse().unwrap(),
        round: None,
        start_time: "19:30:00".parse().unwrap(),
        sale_opens_at: None,
        sale_closes_at: None,
        seats_of: None,
    };
    let taken = office.add_performance(same_start, false).await.unwrap();
    assert_eq!(taken, Changed::InTheWay(vec![Obstacle::StartTaken(shop.performance(0).await)]));
}

/// Changes a plan, names the field that is wrong then, and what is said of it.
type Mistake = (fn(&mut ShowPlan), &'static str, &'static str);

#[tokio::test]
async fn a_plan_is_refused_what_a_show_file_is() {
    let shop = TestShop::open(Embedded);
    let mistakes: [Mistake; 12] = [
        (|plan| plan.seats[1].price = -1, "seats", r#"seat "1F/A/2": price -1 is out of range"#),
        (|plan| plan.seats[1].price = i64::MAX, "seats", "allowed is 0 to 1000000000000"),
        (|plan| plan.seats[0].position.number = -7, "seats", "number -7 is out of range"),
        (|plan| plan.seats[0].x = f32::NAN, "seats", "NaN is out of range"),
        (|plan| plan.seats[0].position.row = String::new(), "seats", "its row must not be empty"),
        (|plan| plan.seats[0].guid = plan.seats[1].guid.clone(), "seats", "is there twice"),
        (|plan| plan.seats[0].guid.push(' '), "seats", "ends with a space"),
        (|plan| plan.performances.clear(), "performances", "a show has at least one"),
        (|plan| plan.performances[0].round = 0, "performances", "round 0 is out of range"),
        (|plan| plan.performances.push(plan.performances[0].clone()), "performances", "is there twice"),
        (|plan| plan.running_minutes = 9_999, "runningMinutes", "9999"),
        (|plan| plan.venue.url = "javascript:0".into(), "venue", "url: "),
    ];
    for (mistake, field, problem) in mistakes {
        let plan = PlanBuilder::hall(1, 5).with(mistake).build();
        let (wrong, why) = refused(shop.box_office.apply(plan, false).await);
        assert!(wrong == field && why.contains(problem), "{wrong}: {why}, expected {problem}");
    }
    assert!(shop.box_office.venues().await.unwrap().is_empty(), "nothing was written");
}

#[tokio::test]
async fn a_plan_tells_the_id_of_its_show() {
    let shop = TestShop::open(Embedded);
    let plan = || PlanBuilder::hall(1, 5).build();
    assert_eq!(shop.box_office.apply(plan(), true).await.unwrap().show, None, "it would only have been made");
    assert_eq!(shop.box_office.apply(plan(), false).await.unwrap().show, Some(ShowId(1)));
    assert_eq!(shop.box_office.apply(plan(), true).await.unwrap().show, Some(ShowId(1)));
}

#[tokio::test]
async fn the_highest_prices_have_a_sum() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let highest = *limits::PRICE.end();
    let performance = shop.performance(0).await;
    let priced = |price| PricedSeats::Grades(performance, BTreeMap::from([(Grade::Vip, price)]));
    assert_eq!(refused(office.change_prices(priced(highest + 1), false).await).0, "price");
    office.change_prices(priced(highest), false).await.unwrap();
    let mina = shop.join("mina").await;
    let booking = office.book(mina, seats[..4].to_vec()).await.unwrap();
    assert_eq!(booking.total_price(), 4 * highest);
    let listed = office.list_bookings(ticket_core::BookingFilter { limit: 9, ..Default::default() }).await.unwrap();
    assert_eq!(listed[0].total_price, 4 * highest);
}

/// Texts at and beyond what is allowed.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~가-힣\"'\\\\#]{0,12}",
        Just("x".repeat(200)),
        Just("x".repeat(201)),
        Just("a\u{1b}[31m".to_owned()),
        Just("null".to_owned()),
        Just("\u{2028}\u{feff}a".to_owned()),
    ]
}

fn url() -> impl Strategy<Value = String> {
    prop_oneof![text(), "https?://[a-z가]{1,5}[a-z./?#\"]{0,5}"]
}

/// Numbers at and beyond the ends.
fn number(end: u32) -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(1), Just(end), Just(end + 1), Just(u32::MAX), 0..=end]
}

fn show_edit() -> impl Strategy<Value = ShowEdit> {
    let option = proptest::option::of::<BoxedStrategy<u32>>;
    let texts = (proptest::option::of(text()), proptest::option::of(text()));
    let numbers = (
        option(number(1_440).boxed()),
        option(number(600).boxed()),
        option(number(1_000).boxed()),
        option(number(8_760).boxed()),
    );
    (texts, numbers).prop_map(|((name, age_limit), (running, intermission, seats, hours))| ShowEdit {
        name,
        category: None,
        running_minutes: running,
        intermission_minutes: intermission,
        age_limit,
        max_seats_per_user: seats,
        cancel_until_hours: hours,
    })
}

fn venue_edit() -> impl Strategy<Value = VenueEdit> {
    let option = |text: BoxedStrategy<String>| proptest::option::of(text);
    (option(text().boxed()), option(text().boxed()), option(text().boxed()), option(url().boxed()))
        .prop_map(|(name, contact, address, url)| VenueEdit { name, contact, address, url })
}

fn performance_edit() -> impl Strategy<Value = PerformanceEdit> {
    let time = prop_oneof!["[01][0-9]:[0-5][0-9]", "[01][0-9]:[0-5][0-9]:[0-5][0-9]\\.[0-9]{1,6}"];
    let date = "20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])";
    (proptest::option::of(date), proptest::option::of(number(100)), proptest::option::of(time)).prop_map(
        |(date, round, time)| PerformanceEdit {
            date: date.map(|date| date.parse().unwrap()),
            round,
            start_time: time.map(|time| time.parse().unwrap()),
            ..PerformanceEdit::default()
        },
    )
}

fn price() -> impl Strategy<Value = i64> {
    let highest = *limits::PRICE.end();
    prop_oneof![Just(-1), Just(0), Just(highest), Just(highest + 1), Just(i64::MAX), 0..=highest]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is accepted can be written as a show file of each syntax, which is found unchanged.
    #[test]
    fn what_was_edited_goes_around(
        show in show_edit(),
        venue in venue_edit(),
        performance in performance_edit(),
        (vip, r) in (price(), price()),
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 3).build()).await;
            let office = &shop.box_office;
            let id = shop.performance(0).await;
            accepted(office.edit_show(ShowId(1), show, false).await);
            accepted(office.edit_venue(VenueId(1), venue, false).await);
            accepted(office.edit_performance(id, performance, false).await);
            let prices = BTreeMap::from([(Grade::Vip, vip), (Grade::R, r)]);
            let priced = office.change_prices(PricedSeats::Grades(id, prices), false).await;
            assert!(matches!(priced, Ok(_) | Err(Error::Invalid { .. })), "{priced:?}");
            goes_around(office).await;
        });
    }
}

/// Done, or refused for a reason that is named.
fn accepted<T: std::fmt::Debug>(result: Result<Changed<T>, Error>) -> Option<Change<T>> {
    match result {
        Ok(Changed::Done(change)) => Some(change),
        Err(Error::Invalid { .. }) => None,
        other => panic!("{other:?}"),
    }
}

async fn goes_around(office: &BoxOffice) {
    let plan = office.show_plan(ShowId(1)).await.unwrap();
    for syntax in [Syntax::Toml, Syntax::Yaml, Syntax::Json] {
        let text = show_file::write(&plan, syntax, office.time_zone()).unwrap();
        let options = ShowFileOptions { time_zone: office.time_zone().clone(), starting: None };
        let read = show_file::parse(&text, &options).unwrap();
        let report = office.apply(read, false).await.unwrap();
        assert!(report.changes.is_empty() && report.in_the_way.is_empty(), "{report:?}\n{text}");
    }
}
