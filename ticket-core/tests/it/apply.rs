use ticket_core::HoldBackend::Embedded;
use ticket_core::domain::ShowId;
use ticket_core::testing::{PlanBuilder, TestShop};

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
async fn a_new_performance_joins_a_running_sale() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(2, 10).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    let longer = PlanBuilder::hall(2, 10).performance("2027-04-01", 1, None).build();
    assert!(shop.box_office.apply(longer, false).await.unwrap().applied);
    assert_eq!(shop.box_office.performances(ShowId(1)).await.unwrap().len(), 2);
    assert!(shop.box_office.audit().await.unwrap().is_clean());
}
