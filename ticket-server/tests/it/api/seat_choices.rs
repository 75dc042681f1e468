//! Choices of seats that nobody may have, however he asks for them.

use serde_json::{Value, json};
use ticket_core::domain::SeatId;

use crate::answer::Answer;
use crate::shop::{Buyer, CLOSED, GAP, NOT_YET_OPEN, OPEN_TOO, Shop};

/// Tries every such choice; `ask` wants these seats for the buyer. Nothing may be left behind.
pub(super) async fn are_refused(shop: &Shop, buyer: &Buyer, ask: impl AsyncFn(Value) -> Answer) {
    let [sold, blocked, foreign] = [20, 21, 22];
    let other = shop.buyer("other").await;
    shop.test.box_office.book(other.id, shop.seats([sold]).await).await.unwrap();
    block(shop, shop.seats([blocked]).await[0]);
    shop.hold(&other, [foreign]).await;

    let before = shop.letters().await;
    assert_eq!(&before[20..23], "BXH");
    refuses_lists_that_are_none(shop, &ask).await;
    refuses_seats_that_cannot_be_had(shop, &ask, [sold, blocked, foreign]).await;
    refuses_outside_of_the_sale(shop, &ask).await;
    assert_eq!(shop.letters().await, before, "a refused request has left something behind");
    let open_too = shop.client().seat_states(shop.performance(OPEN_TOO).await).await.unwrap().states;
    assert!(!open_too.contains(['H', 'B']), "{open_too}");
    assert_eq!(buyer.client.bookings(1, 0, 1).await.unwrap().total_items, 0);
}

async fn refuses_lists_that_are_none(shop: &Shop, ask: &impl AsyncFn(Value) -> Answer) {
    let seat = shop.seats([0]).await[0];
    let too_many = shop.seats((0..GAP).chain(10..52)).await;
    assert_eq!(too_many.len(), 51);
    let problem: Value = serde_json::from_slice(&ask(json!(too_many)).await.body).unwrap();
    assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(400), Some("G_001")), "{problem}");
    for list in
        [json!([seat, "x"]), json!([seat, 1.5]), json!([seat, null]), json!([seat, 9_223_372_036_854_775_808u64])]
    {
        let problem: Value = serde_json::from_slice(&ask(list).await.body).unwrap();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(400), Some("G_001")), "{problem}");
        assert!(problem["field"].as_str().unwrap().ends_with("[1]"), "{problem}");
    }
    for list in [json!("x"), json!(7), json!({"0": seat})] {
        let problem: Value = serde_json::from_slice(&ask(list).await.body).unwrap();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(400), Some("G_001")), "{problem}");
    }
}

async fn refuses_seats_that_cannot_be_had(shop: &Shop, ask: &impl AsyncFn(Value) -> Answer, taken: [usize; 3]) {
    let free = shop.seats([0]).await[0];
    let gap = shop.seats([GAP]).await[0];
    let other_performance = shop.test.seats(OPEN_TOO).await[0];
    for (list, concerned) in [
        (json!([free, 999_999]), json!([999_999])),
        (json!([free, -1]), json!([-1])),
        (json!([free, i64::MAX]), json!([i64::MAX])),
        (json!([free, free]), json!([free])),
        (json!([free, gap]), json!([gap])),
        (json!([free, other_performance]), json!([other_performance])),
    ] {
        let problem = ask(list).await.refused(400, "B_002", None);
        assert_eq!(json!(problem.seat_ids), concerned);
    }
    for index in taken {
        let seat = shop.seats([index]).await[0];
        let problem = ask(json!([free, seat])).await.refused(409, "B_003", None);
        assert_eq!(problem.seat_ids, [seat]);
        assert!(problem.message.contains(&seat.to_string()));
    }
    let five = shop.seats(0..5).await;
    ask(json!(five)).await.refused(409, "B_007", None);
}

async fn refuses_outside_of_the_sale(shop: &Shop, ask: &impl AsyncFn(Value) -> Answer) {
    let not_yet = shop.test.seats(NOT_YET_OPEN).await[0];
    let closed = shop.test.seats(CLOSED).await[0];
    let problem = ask(json!([not_yet])).await.refused(409, "S_006", None);
    assert!(problem.message.contains("Mon 1 Feb 2027 10:00 KST"), "{problem}");
    ask(json!([closed])).await.refused(409, "S_007", None);
}

/// Takes a seat out of sale. As no program can do so yet, it is written into the database, with its history, as it
/// would be.
fn block(shop: &Shop, seat: SeatId) {
    let database = rusqlite::Connection::open(shop.test.database()).unwrap();
    database
        .execute_batch(&format!(
            "BEGIN IMMEDIATE;
             UPDATE seat SET state = 'BLOCKED' WHERE id = {seat};
             INSERT INTO seat_history (performance_id, seat_id, state, at)
             SELECT performance_id, id, 'BLOCKED', 0 FROM seat WHERE id = {seat};
             COMMIT"
        ))
        .unwrap();
}
