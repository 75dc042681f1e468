use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::{BookRequest, BookingReceipt};
use ticket_core::domain::SeatId;
use ticket_core::testing::{expire_offers, offer_canceled_seats};

use crate::answer::Answer;
use crate::shop::{Buyer, CLOSED, GAP, NOT_YET_OPEN, OPEN_TOO, Shop};

const PATH: &str = "/api/waiting_bookings";

/// A shop in which the owner has booked the first three places, one by one, and what he has booked.
async fn sold() -> (Shop, Buyer, Vec<BookingReceipt>) {
    let shop = Shop::open().await;
    let owner = shop.buyer("owner").await;
    let mut booked = Vec::new();
    for seat in shop.seats(0..3).await {
        booked.push(owner.client.book(&BookRequest::Seats { seat_ids: vec![seat] }).await.unwrap());
    }
    (shop, owner, booked)
}

async fn give_back(owner: &Buyer, booked: &BookingReceipt) {
    owner.client.cancel(booked.booking_id, None).await.unwrap();
}

#[tokio::test]
async fn waits_is_offered_and_books() {
    let (shop, owner, booked) = sold().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([1, 0]).await;
    let joined = shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats})).await.ok();
    assert_eq!(joined, json!({"waitingBookingId": 1}));
    let seat = |n: usize, number: i64, state: &str| {
        json!({
            "seatId": seats[n], "grade": "VIP", "sector": "1F", "row": "A", "number": number,
            "label": number.to_string(), "price": 150_000, "seatStatus": state,
        })
    };
    let mut expected = json!({
        "waitingBookingId": 1, "showId": 1, "showName": "The Tempest", "performanceId": 1, "showDate": "2027-03-01",
        "showRound": 1, "showTime": "19:30:00", "seatCount": 1, "currentState": "WAITING",
        "seats": [seat(0, 2, "BOOKED"), seat(1, 1, "BOOKED")], "joinedAt": "2027-01-02T00:00:00Z", "position": 1,
        "reason": "SEATS_TAKEN", "reasonText": "Too few of these seats were given back so far.",
    });
    assert_eq!(shop.get_as(&mina, "/api/waiting_bookings/1").await.ok(), expected);
    let page = shop.get_as(&mina, PATH).await.ok();
    let whole = json!({"content": [expected], "totalPages": 1, "totalItems": 1, "currentPage": 0, "pageSize": 20});
    assert_eq!(page, whole);

    give_back(&owner, &booked[1]).await;
    assert_eq!(offer_canceled_seats(&shop.test.box_office).await.offered, 1);
    assert_eq!(&shop.letters().await[..3], "BWB");
    for name in ["position", "reason", "reasonText"] {
        expected.as_object_mut().unwrap().remove(name);
    }
    expected["currentState"] = json!("ACTIVATION");
    expected["seats"][0] = seat(0, 2, "WAITING");
    expected["offer"] = json!({
        "seatIds": [seats[0]], "totalPrice": 150_000, "currency": "KRW", "offeredAt": "2027-01-02T00:00:00Z",
        "expiresAt": "2027-01-02T06:00:00Z",
    });
    assert_eq!(shop.get_as(&mina, "/api/waiting_bookings/1").await.ok(), expected);
    let classic = shop.get("/api/shows/1/seats?date=2027-03-01&round=1").await.ok();
    let groups = classic["seatsInfo"].as_array().unwrap().clone();
    let all: Vec<Value> = groups.iter().flat_map(|group| group["seats"].as_array().unwrap().clone()).collect();
    let offered = all.iter().find(|seat| seat["id"] == json!(seats[0])).unwrap();
    assert_eq!(offered["isBookingAvailable"], "WAITING");

    let receipt = shop.post_as(&mina, "/api/waiting_bookings/1/book", &json!({})).await.ok();
    assert_eq!(receipt["bookingTickets"][0]["seatId"], json!(seats[0]));
    assert_eq!(shop.post_as(&mina, "/api/waiting_bookings/1/book", &json!({})).await.ok(), receipt, "again");
    let entry = mina.client.waitlist_entry(serde_json::from_value(json!(1)).unwrap()).await.unwrap();
    assert_eq!(json!(entry.booking_id), receipt["bookingId"]);
    assert_eq!(entry.current_state.as_str(), "FIN");
}

#[tokio::test]
async fn the_client_joins_books_and_leaves() {
    let (shop, owner, booked) = sold().await;
    let mina = shop.buyer("mina").await.client;
    let (first, second) = (shop.seats([0]).await, shop.seats([1]).await);
    let first = mina.join_waitlist(1, first).await.unwrap().waiting_booking_id;
    let second = mina.join_waitlist(1, second).await.unwrap().waiting_booking_id;
    assert_eq!(mina.waitlist(0, 10).await.unwrap().content.len(), 2);
    give_back(&owner, &booked[0]).await;
    offer_canceled_seats(&shop.test.box_office).await;
    assert_eq!(mina.book_offer(first).await.unwrap().booking_tickets.len(), 1);
    assert_eq!(mina.leave_waitlist(second).await.unwrap().current_state.as_str(), "WITHDRAWN");
}

#[tokio::test]
async fn offered_seats_can_be_booked_like_any_other() {
    let (shop, owner, booked) = sold().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let seats = shop.seats([0, 1]).await;
    shop.post_as(&mina, PATH, &json!({"seatCount": 2, "seatIds": seats})).await.ok();
    for booking in &booked[..2] {
        give_back(&owner, booking).await;
    }
    offer_canceled_seats(&shop.test.box_office).await;
    let free = shop.seats([3]).await[0];
    for part in [json!([seats[0]]), json!([seats[0], seats[1], free]), json!([seats[1], free])] {
        let problem = shop.post_as(&mina, "/api/bookings", &json!({"seatIds": part})).await.refused(409, "W_004", None);
        assert_eq!(problem.seat_ids, seats);
    }
    let stranger = shop.post_as(&joon, "/api/bookings", &json!({"seatIds": seats})).await.refused(409, "B_003", None);
    assert_eq!(stranger.seat_ids, seats);
    shop.post_as(&joon, "/api/holds", &json!({"seatIds": [seats[0]]})).await.refused(409, "B_003", None);
    shop.post_as(&mina, "/api/bookings", &json!({"seatIds": seats})).await.ok();
    assert_eq!(&shop.letters().await[..3], "BBB");
}

#[tokio::test]
async fn refuses_wishes_that_are_none() {
    let (shop, ..) = sold().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats(0..12).await;
    let join = async |count: Value, seats: Value| {
        shop.post_as(&mina, PATH, &json!({"seatCount": count, "seatIds": seats})).await
    };
    for count in [json!(0), json!(4), json!(-1), json!(i64::MAX)] {
        let problem = join(count.clone(), json!(seats[..3])).await.refused(400, "W_001", None);
        assert!(problem.message.contains(&count.to_string()), "{problem}");
    }
    join(json!(1), json!([])).await.refused(400, "W_002", None);
    join(json!(2), json!(seats[..1])).await.refused(400, "W_003", None);
    join(json!(1), json!(seats[..11])).await.refused(400, "W_003", None);
    let gap = shop.seats([GAP]).await[0];
    let foreign = shop.test.seats(OPEN_TOO).await[0];
    for (list, concerned) in [
        (json!([seats[0], seats[0]]), json!([seats[0]])),
        (json!([seats[0], 999_999]), json!([999_999])),
        (json!([seats[0], gap]), json!([gap])),
        (json!([seats[0], foreign]), json!([foreign])),
    ] {
        let problem = join(json!(1), list).await.refused(400, "B_002", None);
        assert_eq!(json!(problem.seat_ids), concerned);
    }
    let problem = join(json!(1), json!(seats[1..5])).await.refused(409, "W_006", None);
    assert_eq!(problem.seat_ids, seats[3..5], "the free ones");
    join(json!(1), json!([shop.test.seats(NOT_YET_OPEN).await[0]])).await.refused(409, "S_006", None);
    join(json!(1), json!([shop.test.seats(CLOSED).await[0]])).await.refused(409, "S_007", None);
    for (body, field) in [
        (json!({}), Some("seatCount")),
        (json!({"seatCount": 1}), Some("seatIds")),
        (json!({"seatCount": "1", "seatIds": []}), Some("seatCount")),
        (json!({"seatCount": 1.5, "seatIds": []}), Some("seatCount")),
        (json!({"seatCount": 1, "seatIds": ["x"]}), Some("seatIds[0]")),
        (json!({"seatCount": 1, "seatIds": [1], "seats": 1}), Some("seats")),
    ] {
        shop.post_as(&mina, PATH, &body).await.refused(400, "G_001", field);
    }
    shop.post_bytes(PATH, "{").await.refused(401, "A_005", None);
    let not_json = shop.request(Method::POST, PATH).bearer_auth(&mina.token).body("wait");
    Answer::to(not_json).await.refused(415, "G_005", None);
    assert_eq!(shop.get_as(&mina, PATH).await.ok()["totalItems"], 0, "nothing is left behind");
}

#[tokio::test]
async fn refuses_more_than_the_limits_allow() {
    let (shop, owner, _) = sold().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats(0..3).await;
    // The owner has three of four.
    let over = shop.post_as(&owner, PATH, &json!({"seatCount": 2, "seatIds": seats[..2]})).await;
    over.refused(409, "B_007", None);
    for _ in 0..5 {
        shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats[..1]})).await.ok();
    }
    let problem = shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats[..1]})).await;
    assert!(problem.refused(409, "W_008", None).message.contains("5 times"));
}

#[tokio::test]
async fn leaves_the_waitlist() {
    let (shop, owner, booked) = sold().await;
    let mina = shop.buyer("mina").await;
    for seats in [[0], [1], [2]] {
        let seats = shop.seats(seats).await;
        shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats})).await.ok();
    }
    let leave = async |id: i64| shop.send_as(&mina, Method::DELETE, &format!("{PATH}/{id}"), &json!({})).await;
    let book = async |id: i64| shop.post_as(&mina, &format!("{PATH}/{id}/book"), &json!({})).await;
    book(1).await.refused(409, "W_009", None);
    for _ in 0..2 {
        assert_eq!(leave(1).await.ok()["currentState"], "WITHDRAWN");
    }
    book(1).await.refused(409, "W_009", None);
    for booking in &booked[1..] {
        give_back(&owner, booking).await;
    }
    assert_eq!(offer_canceled_seats(&shop.test.box_office).await.offered, 2);
    assert_eq!(leave(2).await.ok()["currentState"], "DECLINED");
    assert_eq!(&shop.letters().await[..3], "BCW");
    shop.test.clock.advance(Duration::from_hours(6));
    let fresh = shop.buyer_again("mina").await;
    let late = async |method: Method, path: &str| {
        shop.send_as(&fresh, method, path, &json!({})).await.refused(410, "W_007", None);
    };
    for _ in 0..2 {
        late(Method::DELETE, "/api/waiting_bookings/3").await;
        late(Method::POST, "/api/waiting_bookings/3/book").await;
        // Before the job has recorded it, and after.
        assert_eq!(shop.get_as(&fresh, "/api/waiting_bookings/3").await.ok()["currentState"], "EXPIRED");
        expire_offers(&shop.test.box_office).await;
    }
    assert_eq!(&shop.letters().await[..3], "BCC");
}

#[tokio::test]
async fn somebody_elses_entry_is_as_good_as_none() {
    let (shop, ..) = sold().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let seats = shop.seats([0]).await;
    shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats})).await.ok();
    for id in [1, 0, 99, i64::MAX] {
        let path = format!("{PATH}/{id}");
        shop.get_as(&joon, &path).await.refused(404, "W_005", None);
        shop.send_as(&joon, Method::DELETE, &path, &json!({})).await.refused(404, "W_005", None);
        shop.post_as(&joon, &format!("{path}/book"), &json!({})).await.refused(404, "W_005", None);
    }
    for bad in ["-1", "x", "9223372036854775808", "%ff"] {
        let path = format!("{PATH}/{bad}");
        shop.get_as(&mina, &path).await.refused(400, "G_001", Some("id"));
        shop.send_as(&mina, Method::DELETE, &path, &json!({})).await.refused(400, "G_001", Some("id"));
        shop.post_as(&mina, &format!("{path}/book"), &json!({})).await.refused(400, "G_001", Some("id"));
    }
    assert_eq!(shop.get_as(&joon, PATH).await.ok()["totalItems"], 0);
    assert_eq!(shop.get_as(&mina, PATH).await.ok()["content"][0]["currentState"], "WAITING");
}

#[tokio::test]
async fn nobody_waits_without_a_token() {
    let (shop, ..) = sold().await;
    let body = json!({"seatCount": 1, "seatIds": shop.seats([0]).await});
    shop.post(PATH, &body).await.refused(401, "A_005", None);
    shop.get(PATH).await.refused(401, "A_005", None);
    shop.get("/api/waiting_bookings/1").await.refused(401, "A_005", None);
    shop.post("/api/waiting_bookings/1/book", &json!({})).await.refused(401, "A_005", None);
    Answer::to(shop.request(Method::DELETE, "/api/waiting_bookings/1")).await.refused(401, "A_005", None);
}

#[tokio::test]
async fn lists_entries_in_pages_newest_first() {
    let (shop, ..) = sold().await;
    let mina = shop.buyer("mina").await;
    for _ in 0..3 {
        let seats = shop.seats([0]).await;
        shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats})).await.ok();
    }
    let page = shop.get_as(&mina, &format!("{PATH}?page=1&size=2")).await.ok();
    assert_eq!((&page["totalPages"], &page["totalItems"], &page["currentPage"]), (&json!(2), &json!(3), &json!(1)));
    assert_eq!(page["content"].as_array().unwrap().len(), 1);
    assert_eq!(page["content"][0]["waitingBookingId"], 1);
    for (query, field) in [("size=0", "size"), ("size=101", "size"), ("page=-1", "page"), ("size=x", "size")] {
        shop.get_as(&mina, &format!("{PATH}?{query}")).await.refused(400, "G_001", Some(field));
    }
}

#[tokio::test]
async fn a_key_makes_every_change_once() {
    let (shop, owner, booked) = sold().await;
    let mina = shop.buyer("mina").await;
    let keyed = async |method: Method, path: &str, body: Option<Value>| {
        let request = shop.request(method, path).bearer_auth(&mina.token).header("idempotency-key", "key");
        Answer::to(body.iter().fold(request, |request, body| request.json(body))).await
    };
    let seats: Vec<SeatId> = shop.seats([0]).await;
    let body = Some(json!({"seatCount": 1, "seatIds": seats}));
    let joined = keyed(Method::POST, PATH, body.clone()).await.ok();
    assert_eq!(keyed(Method::POST, PATH, body).await.ok(), joined);
    let other = Some(json!({"seatCount": 1, "seatIds": shop.seats([1]).await}));
    keyed(Method::POST, PATH, other).await.refused(422, "I_001", None);
    assert_eq!(shop.get_as(&mina, PATH).await.ok()["totalItems"], 1);

    give_back(&owner, &booked[0]).await;
    offer_canceled_seats(&shop.test.box_office).await;
    let receipt = keyed(Method::POST, "/api/waiting_bookings/1/book", None).await.ok();
    assert_eq!(keyed(Method::POST, "/api/waiting_bookings/1/book", None).await.ok(), receipt);

    shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": shop.seats([1]).await})).await.ok();
    let left = keyed(Method::DELETE, "/api/waiting_bookings/2", None).await.ok();
    assert_eq!(left["currentState"], "WITHDRAWN");
    assert_eq!(keyed(Method::DELETE, "/api/waiting_bookings/2", None).await.ok(), left);
}

#[tokio::test]
async fn says_why_in_the_language_of_the_request() {
    let (shop, ..) = sold().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0]).await;
    shop.post_as(&mina, PATH, &json!({"seatCount": 1, "seatIds": seats})).await.ok();
    let korean = shop.request(Method::GET, "/api/waiting_bookings/1").bearer_auth(&mina.token);
    let entry = Answer::to(korean.header("accept-language", "ko")).await.ok();
    assert_eq!(
        (&entry["reason"], &entry["reasonText"]),
        (&json!("SEATS_TAKEN"), &json!("아직 취소된 좌석이 부족합니다."))
    );
}
