use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::{ChangeHoldRequest, ErrorCode};
use ticket_core::domain::HoldId;

use super::seat_choices;
use crate::answer::Answer;
use crate::shop::{Buyer, OPEN, OPEN_TOO, Shop, unknown_hold};

#[tokio::test]
async fn holds_seats() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0, 10]).await;
    let hold = shop.post_as(&mina, "/api/holds", &json!({"seatIds": seats})).await.ok();
    let id: HoldId = hold["holdId"].as_str().unwrap().parse().unwrap();
    assert_eq!(id.performance, shop.performance(OPEN).await);
    let seat = |id, row: &str, number: i64, grade: &str, price| {
        json!({
            "seatId": id, "grade": grade, "sector": "1F", "row": row, "number": number,
            "label": number.to_string(), "price": price,
        })
    };
    let expected = json!({
        "holdId": id, "performanceId": 1,
        "seats": [seat(seats[0], "A", 1, "VIP", 150_000), seat(seats[1], "B", 1, "R", 90_000)],
        "totalPrice": 240_000, "currency": "KRW", "expiresAt": "2027-01-02T00:07:00Z",
    });
    assert_eq!(hold, expected);
    assert_eq!(shop.get_as(&mina, "/api/holds?performanceId=1").await.ok(), json!({"holds": [expected]}));
    let letters = shop.letters().await;
    assert_eq!((letters.chars().next(), letters.chars().nth(10)), (Some('H'), Some('H')));
}

#[tokio::test]
async fn holds_the_best_that_are_free() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let wish = |best: Value| json!({"performanceId": 1, "best": best});
    let hold = shop.post_as(&mina, "/api/holds", &wish(json!({"count": 2, "grade": "R", "together": true}))).await.ok();
    let held = hold["seats"].as_array().unwrap();
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|seat| seat["grade"] == "R"), "{hold}");
    assert_eq!(held[1]["number"].as_i64().unwrap() - held[0]["number"].as_i64().unwrap(), 1, "side by side");

    let ask = async |best| shop.post_as(&mina, "/api/holds", &wish(best)).await;
    ask(json!({"count": 0, "together": true})).await.refused(400, "B_001", None);
    ask(json!({"count": 11, "together": true})).await.refused(409, "B_007", None);
    ask(json!({"count": 2, "sector": "9F", "together": true})).await.refused(400, "G_001", Some("best.sector"));
    ask(json!({"count": 2, "grade": "Z", "together": true})).await.refused(400, "G_001", Some("best.grade"));
    ask(json!({"count": 2})).await.refused(400, "G_001", Some("best"));
    let both = json!({"seatIds": [1], "performanceId": 1, "best": {"count": 1, "together": true}});
    shop.post_as(&mina, "/api/holds", &both).await.refused(400, "G_001", None);
    let nowhere = json!({"performanceId": 99, "best": {"count": 1, "together": true}});
    shop.post_as(&mina, "/api/holds", &nowhere).await.refused(404, "S_005", None);
}

#[tokio::test]
async fn refuses_seats_that_nobody_may_have() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.post_as(&mina, "/api/holds", &json!({"seatIds": []})).await.refused(400, "B_001", None);
    let ask = async |seats: Value| shop.post_as(&mina, "/api/holds", &json!({"seatIds": seats})).await;
    seat_choices::are_refused(&shop, &mina, ask).await;
}

#[tokio::test]
async fn refuses_a_request_that_is_none() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    for (body, field) in [
        (json!({}), None),
        (json!({"seatIds": null}), None),
        (json!({"seatIds": [1], "performanceId": 1}), None),
        (json!({"seatIds": ["1"]}), Some("seatIds[0]")),
        (json!({"seatIds": [1], "seats": 1}), Some("seats")),
        (json!([[1]]), None),
    ] {
        shop.post_as(&mina, "/api/holds", &body).await.refused(400, "G_001", field);
    }
}

#[tokio::test]
async fn lists_only_ones_own_holds_of_that_performance() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    shop.hold(&mina, [0]).await;
    let (here, there) = (shop.performance(OPEN).await, shop.performance(OPEN_TOO).await);
    assert_eq!(mina.client.holds(here).await.unwrap().holds.len(), 1);
    assert_eq!(mina.client.holds(there).await.unwrap().holds, []);
    assert_eq!(joon.client.holds(here).await.unwrap().holds, []);
    for (query, field) in
        [("", "performanceId"), ("?performanceId=x", "performanceId"), ("?performanceId=", "performanceId")]
    {
        shop.get_as(&mina, &format!("/api/holds{query}")).await.refused(400, "G_001", Some(field));
    }
}

#[tokio::test]
async fn extending_starts_the_clock_anew() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0]).await;
    shop.test.clock.advance(Duration::from_mins(5));
    let path = format!("/api/holds/{}/extend", hold.hold_id);
    let extended = Answer::to(shop.request(Method::POST, &path).bearer_auth(&mina.token)).await.ok();
    let mut expected = serde_json::to_value(&hold).unwrap();
    expected["expiresAt"] = json!("2027-01-02T00:12:00Z");
    assert_eq!(extended, expected);
}

#[tokio::test]
async fn changing_adds_and_drops_and_keeps_the_clock() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0, 1]).await;
    shop.test.clock.advance(Duration::from_mins(5));
    let (add, remove) = (shop.seats([2]).await, shop.seats([0]).await);
    let path = format!("/api/holds/{}", hold.hold_id);
    let changed = shop.send_as(&mina, Method::PATCH, &path, &json!({"add": add, "remove": remove})).await.ok();
    assert_eq!(changed["holdId"], json!(hold.hold_id));
    assert_eq!(changed["expiresAt"], json!("2027-01-02T00:07:00Z"));
    let seats: Vec<_> = changed["seats"].as_array().unwrap().iter().map(|seat| &seat["seatId"]).collect();
    assert_eq!(json!(seats), json!(shop.seats([1, 2]).await));
    assert_eq!(&shop.letters().await[..4], "AHHA");
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0, 1]).await;
    let path = format!("/api/holds/{}", hold.hold_id);
    let change = async |body: Value| shop.send_as(&mina, Method::PATCH, &path, &body).await;
    change(json!({"remove": shop.seats([0, 1]).await})).await.refused(400, "G_001", Some("remove"));
    change(json!({"drop": [1]})).await.refused(400, "G_001", Some("drop"));
    change(json!({"add": [-1]})).await.refused(400, "B_002", None);
    change(json!({"add": shop.seats([2, 3, 4]).await})).await.refused(409, "B_007", None);

    let joon = shop.buyer("joon").await;
    let taken = shop.hold(&joon, [5]).await.seats[0].seat_id;
    let mut add = shop.seats([2]).await;
    add.push(taken);
    let problem = change(json!({"add": add, "remove": shop.seats([0]).await})).await.refused(409, "B_003", None);
    assert_eq!(problem.seat_ids, [taken]);
    let there = shop.test.seats(OPEN_TOO).await[0];
    change(json!({"add": [there]})).await.refused(400, "B_002", None);
    assert_eq!(mina.client.holds(hold.performance_id).await.unwrap().holds, [hold]);
}

#[tokio::test]
async fn releasing_frees_the_seats() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0, 1]).await;
    let path = format!("/api/holds/{}", hold.hold_id);
    let answer = Answer::to(shop.request(Method::DELETE, &path).bearer_auth(&mina.token)).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(!shop.letters().await.contains('H'));
    let again = mina.client.release_hold(hold.hold_id).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::HoldNotFound));
}

/// Everything that can be done with a hold.
async fn touch(shop: &Shop, buyer: &Buyer, hold: &str) -> Vec<Answer> {
    let path = format!("/api/holds/{hold}");
    let change = json!({"add": shop.seats([8]).await});
    vec![
        shop.send_as(buyer, Method::DELETE, &path, &json!(null)).await,
        shop.send_as(buyer, Method::PATCH, &path, &change).await,
        shop.send_as(buyer, Method::POST, &format!("{path}/extend"), &json!(null)).await,
    ]
}

#[tokio::test]
async fn somebody_elses_hold_is_as_good_as_none() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let hold = shop.hold(&mina, [0, 1]).await;
    let unknown = unknown_hold(hold.performance_id);
    for id in [hold.hold_id, unknown] {
        for answer in touch(&shop, &joon, &id.to_string()).await {
            answer.refused(404, "H_001", None);
        }
        shop.post_as(&joon, "/api/bookings", &json!({"holdId": id})).await.refused(404, "H_001", None);
    }
    assert_eq!(mina.client.holds(hold.performance_id).await.unwrap().holds, [hold]);
}

#[tokio::test]
async fn an_expired_hold_is_gone() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0]).await;
    shop.test.clock.advance(Duration::from_mins(7));
    for answer in touch(&shop, &mina, &hold.hold_id.to_string()).await {
        answer.refused(410, "H_002", None);
    }
    shop.post_as(&mina, "/api/bookings", &json!({"holdId": hold.hold_id})).await.refused(410, "H_002", None);
    assert_eq!(mina.client.holds(hold.performance_id).await.unwrap().holds, []);
    assert!(!shop.letters().await.contains('H'));
    let joon = shop.buyer("joon").await;
    shop.hold(&joon, [0]).await;
}

#[tokio::test]
async fn refuses_what_is_no_id() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let zeros = "0".repeat(32);
    for bad in ["1", "1-", "1-abc", &format!("-1-{zeros}"), &format!("x-{zeros}"), &format!("1-{zeros}0"), "%ff"] {
        for answer in touch(&shop, &mina, bad).await {
            answer.refused(400, "G_001", Some("id"));
        }
    }
}

#[tokio::test]
async fn nobody_holds_without_a_token() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0]).await;
    let path = format!("/api/holds/{}", hold.hold_id);
    for (method, path) in [
        (Method::GET, "/api/holds?performanceId=1"),
        // Who calls is asked before anything else: the body is not even looked at.
        (Method::POST, "/api/holds"),
        (Method::DELETE, &path),
        (Method::PATCH, &path),
        (Method::POST, &format!("{path}/extend")),
    ] {
        Answer::to(shop.request(method, path)).await.refused(401, "A_005", None);
    }
    let change = ChangeHoldRequest { add: vec![], remove: vec![] };
    let anonymous = shop.client().change_hold(hold.hold_id, &change).await.unwrap_err();
    assert_eq!(anonymous.code(), Some(ErrorCode::TokenMissing));
}
