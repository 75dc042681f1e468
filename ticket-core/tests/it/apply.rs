use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Grade, Seating, ShowId, ShowPlan};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{ApplyReport, Error};

#[tokio::test]
async fn applying_again_changes_nothing() {
    let shop = TestShop::open(Embedded);
    let plan = PlanBuilder::hall(3, 10).performance("2027-03-02", 1, None).build();
    let first = shop.box_office.apply(plan.clone(), false).await.unwrap();
    assert!(first.applied);
    let changes: Vec<String> = first.changes.iter().map(|c| format!("{}: {}", c.subject, c.action)).collect();
    assert_eq!(
        changes,
        [
            "venue Small Hall: created",
            "show The Tempest: created",
            "performance 2027-03-01 round 1: created",
            "performance 2027-03-01 round 1: 30 seats added",
            "performance 2027-03-02 round 1: created",
            "performance 2027-03-02 round 1: 30 seats added",
        ]
    );
    let second = shop.box_office.apply(plan, false).await.unwrap();
    assert!(second.changes.is_empty(), "{:?}", second.changes);
    let (show, _) = shop.box_office.show(ShowId(1)).await.unwrap();
    assert_eq!((show.total_seats, show.end_date), (30, "2027-03-02".parse().unwrap()));
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let shop = TestShop::open(Embedded);
    let plan = PlanBuilder::hall(3, 10).build();
    let dry = shop.box_office.apply(plan.clone(), true).await.unwrap();
    assert!(!dry.applied);
    assert_eq!(shop.box_office.shows(None, None, 0, 10).await.unwrap().total_items, 0);
    let real = shop.box_office.apply(plan, false).await.unwrap();
    assert_eq!(dry.changes, real.changes);
}

#[tokio::test]
async fn free_seats_change_move_and_go_and_maps_are_told() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let id = shop.performance(0).await;
    let before = shop.box_office.layout(id).await.unwrap().header.layout_version;
    let revision = shop.box_office.seat_states(id).await.unwrap().revision;
    let plan = PlanBuilder::hall(3, 9).with(|plan| plan.seats[0].price = 1).build();
    let report = shop.box_office.apply(plan, false).await.unwrap();
    let changes: Vec<&str> = report.changes.iter().map(|c| c.action.as_str()).collect();
    assert_eq!(changes, ["changed", "9 seats added", "10 seats changed", "2 seats removed"]);
    let layout = shop.box_office.layout(id).await.unwrap();
    assert!(layout.header.layout_version > before);
    assert_eq!(layout.seats().count(), 27);
    assert_eq!(layout.seats().next().unwrap().category.price, 1);
    let update = shop.box_office.seat_changes(id, &revision).await.unwrap();
    assert_eq!(update, ticket_core::api::SeatUpdate::RESET);
}

#[tokio::test]
async fn sold_and_held_seats_stand_in_the_way_and_nothing_is_written() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    shop.box_office.hold(mina, vec![seats[1]]).await.unwrap();
    let dearer = PlanBuilder::hall(2, 10).with(|plan| plan.seats.iter_mut().for_each(|s| s.price = 7)).build();
    let report = shop.box_office.apply(dearer, false).await.unwrap();
    assert!(!report.applied);
    let reasons: Vec<(i64, &str)> = report.in_the_way.iter().map(|s| (s.seat_id.0, s.reason.as_str())).collect();
    assert_eq!(reasons, [(seats[0].0, "sold"), (seats[1].0, "held")]);
    let layout = shop.box_office.layout(shop.performance(0).await).await.unwrap();
    assert!(layout.seats().all(|seat| seat.category.price > 7), "nothing was written");
    let smaller = PlanBuilder::hall(2, 10).with(|plan| drop(plan.seats.remove(0))).build();
    assert!(!shop.box_office.apply(smaller, false).await.unwrap().applied, "a sold seat does not go");
}

#[tokio::test]
async fn a_limit_below_what_a_buyer_has_is_refused_with_his_seats() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    shop.box_office.book(mina, seats[..3].to_vec()).await.unwrap();
    shop.box_office.book(joon, seats[3..5].to_vec()).await.unwrap();
    let of_two = PlanBuilder::hall(2, 10).with(|plan| plan.max_seats_per_user = 2).build();
    let report = shop.box_office.apply(of_two, false).await.unwrap();
    assert!(!report.applied);
    let reasons: Vec<(i64, &str)> = report.in_the_way.iter().map(|s| (s.seat_id.0, s.reason.as_str())).collect();
    assert_eq!(reasons, seats[..3].iter().map(|s| (s.0, "of a buyer who has 3, more than 2")).collect::<Vec<_>>());
    let of_three = PlanBuilder::hall(2, 10).with(|plan| plan.max_seats_per_user = 3).build();
    assert!(shop.box_office.apply(of_three, false).await.unwrap().applied);
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn a_canceled_performance_is_left_alone_and_not_in_the_plan() {
    let both = || PlanBuilder::hall(1, 5).performance("2027-03-02", 1, None);
    let shop = TestShop::with(Embedded, both().build()).await;
    let canceled = shop.performance(0).await;
    shop.box_office.cancel_performance(canceled, &|_| {}).await.unwrap();
    let plan = shop.box_office.show_plan(ShowId(1)).await.unwrap();
    assert_eq!(plan.performances.iter().map(|p| p.date.to_string()).collect::<Vec<_>>(), ["2027-03-02"]);
    assert_eq!(shop.box_office.apply(plan, false).await.unwrap().changes, []);
    let dearer = both().with(|plan| plan.seats[0].price = 1).build();
    let report = shop.box_office.apply(dearer, false).await.unwrap();
    let changes: Vec<&str> = report.changes.iter().map(|change| change.subject.as_str()).collect();
    assert_eq!(changes, ["performance 2027-03-02 round 1"]);
    assert_eq!(left_alone(&report), ["performance 2027-03-01 round 1 is cancelled"]);
    assert_clean(&shop.box_office).await;
}

#[tokio::test]
async fn a_performance_that_the_plan_does_not_name_stays_and_is_told() {
    let both = PlanBuilder::hall(1, 5).performance("2027-03-02", 1, None).build();
    let shop = TestShop::with(Embedded, both).await;
    let moved = PlanBuilder::hall(1, 5).performance("2027-03-03", 1, None).build();
    for (dry_run, seen) in [(true, 2), (false, 3)] {
        let report = shop.box_office.apply(moved.clone(), dry_run).await.unwrap();
        assert_eq!(left_alone(&report), ["performance 2027-03-02 round 1 is not in the plan"]);
        assert_eq!(shop.box_office.performances(ShowId(1)).await.unwrap().len(), seen);
    }
    let report = shop.box_office.apply(shop.box_office.show_plan(ShowId(1)).await.unwrap(), false).await.unwrap();
    assert_eq!(report.left_alone, []);
}

fn left_alone(report: &ApplyReport) -> Vec<String> {
    report.left_alone.iter().map(|left| format!("{} {}", left.performance, left.reason)).collect()
}

#[tokio::test]
async fn a_new_performance_joins_a_running_sale() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    let longer = PlanBuilder::hall(2, 10).performance("2027-04-01", 1, None).build();
    assert!(shop.box_office.apply(longer, false).await.unwrap().applied);
    assert_eq!(shop.box_office.performances(ShowId(1)).await.unwrap().len(), 2);
    assert_clean(&shop.box_office).await;
}

/// More free seats than are claimed at once.
#[rstest]
#[tokio::test]
async fn free_seats_change_wherever_holds_are_and_no_claim_is_left(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(11, 100).performance("2027-03-02", 1, None).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    let dearer = |plan: &mut ShowPlan| plan.seats.iter_mut().for_each(|seat| seat.price = 7);
    let plan = || PlanBuilder::hall(11, 99).performance("2027-03-02", 1, None).with(dearer).build();
    let dry = office.apply(plan(), true).await.unwrap();
    let report = office.apply(plan(), false).await.unwrap();
    assert!(report.applied, "{:?}", report.in_the_way);
    assert_eq!(dry.changes, report.changes);
    assert!(office.list_holds().await.unwrap().is_empty());
    assert_eq!(office.book(mina, vec![seats[0]]).await.unwrap().tickets[0].seat.price, 7);
    assert!(office.apply(plan(), false).await.unwrap().changes.is_empty());
    assert_clean(office).await;
}

#[rstest]
#[tokio::test]
async fn held_seats_stand_in_the_way_wherever_holds_are(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(2, 10).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    shop.box_office.hold(mina, vec![seats[1]]).await.unwrap();
    for dry_run in [true, false] {
        let dearer = PlanBuilder::hall(2, 10).with(|plan| plan.seats.iter_mut().for_each(|s| s.price = 7)).build();
        let report = shop.box_office.apply(dearer, dry_run).await.unwrap();
        let reasons: Vec<(i64, &str)> = report.in_the_way.iter().map(|s| (s.seat_id.0, s.reason.as_str())).collect();
        assert_eq!(reasons, [(seats[0].0, "sold"), (seats[1].0, "held")]);
        assert!(!report.applied);
    }
    let layout = shop.box_office.layout(shop.performance(0).await).await.unwrap();
    assert!(layout.seats().all(|seat| seat.category.price > 7), "nothing was written");
    assert_eq!(shop.box_office.list_holds().await.unwrap().len(), 1, "the hold is as it was");
}

#[tokio::test]
async fn performances_may_have_seats_of_their_own_and_a_show_is_its_own_plan() {
    let shop = TestShop::open(Embedded);
    let own = |plan: &mut ShowPlan| {
        let seating = Seating { stage: None, seats: plan.seats[..4].to_vec() };
        plan.performances[1].seating = Some(Arc::new(seating));
    };
    let plan =
        PlanBuilder::hall(2, 5).performance("2027-03-02", 1, None).performance("2027-03-03", 1, None).with(own).build();
    assert!(shop.box_office.apply(plan.clone(), false).await.unwrap().applied);
    assert_eq!(shop.box_office.show_plan(ShowId(1)).await.unwrap(), plan);
    assert_eq!(shop.seats(1).await.len(), 4);
    assert!(shop.box_office.apply(plan, false).await.unwrap().changes.is_empty());
    let unknown = shop.box_office.show_plan(ShowId(2)).await;
    assert_eq!(unknown, Err(Error::ShowNotFound(ShowId(2))));
}

#[tokio::test]
async fn differences_are_told_field_by_field() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let changed = PlanBuilder::hall(2, 10).with(|plan| {
        plan.venue.url = String::new();
        plan.max_seats_per_user = 4;
        plan.performances[0].sale_opens_at = Some("2027-01-01T00:00:00Z".parse().unwrap());
        plan.seats[0].grade = Grade::S;
        plan.seats.swap(18, 19);
        for (price, seat) in (0..).zip(&mut plan.seats) {
            seat.price = price;
        }
        plan.seats[5].is_seat = false;
        plan.seats[6].y = 9.0;
    });
    let report = shop.box_office.apply(changed.build(), true).await.unwrap();
    let told = report.changes.iter().map(|change| {
        let fields: Vec<String> = change.fields.iter().map(ToString::to_string).collect();
        format!("{}: {}: {}", change.subject, change.action, fields.join("; "))
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "venue Small Hall: changed: url https://hall.example -> none",
            "show The Tempest: changed: total-seats 20 -> 19; max-seats-per-user 10 -> 4",
            "performance 2027-03-01 round 1: changed: sale-opens-at none -> 2027-01-01T00:00:00Z",
            "performance 2027-03-01 round 1: 20 seats changed: grade VIP -> S (1); kind seat -> gap (1); order (2); \
             place (1); price (20)",
        ]
    );
}

/// Somebody tries to hold a seat of which the price changes, after it was found free. Returns whether he could.
async fn hold_while_a_plan_is_written(leave_out: bool) -> bool {
    let shop = TestShop::with(Redis, PlanBuilder::hall(5, 100).build()).await;
    let (mina, seats, office) = (shop.join("mina").await, shop.seats(0).await, &shop.box_office);
    let tried = Arc::new(Mutex::new(None));
    let (holder, seat, outcome) = (office.clone(), seats[0], Arc::clone(&tried));
    let runtime = tokio::runtime::Handle::current();
    let looks = AtomicU32::new(0);
    // The first look finds out what changes, the second writes it; each tells once of so many seats.
    let meanwhile = move |_, _| {
        if looks.fetch_add(1, Ordering::Relaxed) == 1 {
            *outcome.lock().unwrap() = Some(runtime.block_on(holder.hold(mina, vec![seat])).map(drop));
        }
    };
    let dearer = PlanBuilder::hall(5, 100).with(|plan| plan.seats.iter_mut().for_each(|seat| seat.price = 7)).build();
    let apply = office.apply_watched(dearer, false, meanwhile);
    let report = if leave_out { without_the_claim(apply).await } else { apply.await };
    assert!(report.unwrap().applied);
    match tried.lock().unwrap().take().unwrap() {
        Ok(()) => true,
        Err(Error::SeatsTaken { seats: taken }) => {
            assert_eq!(taken, [seats[0]]);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

#[cfg(feature = "failpoints")]
async fn without_the_claim<F: Future>(apply: F) -> F::Output {
    ticket_core::failpoint::without("claim of nobody", apply).await
}

#[cfg(not(feature = "failpoints"))]
async fn without_the_claim<F: Future>(apply: F) -> F::Output {
    apply.await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_cannot_be_held_while_a_plan_changes_it() {
    assert!(!hold_while_a_plan_is_written(false).await);
}

/// The control: without the claim, he holds a seat whose price is another when he books it.
#[cfg(feature = "failpoints")]
#[tokio::test(flavor = "multi_thread")]
async fn control_without_the_claim_it_can() {
    assert!(hold_while_a_plan_is_written(true).await);
}
