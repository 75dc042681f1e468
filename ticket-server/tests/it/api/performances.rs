use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::{BookRequest, SeatUpdate, SeatUpdateChanges};
use ticket_core::client::{SeatEvent, SeatEvents};
use ticket_core::domain::{PerformanceId, SeatStatus};

use crate::answer::Answer;
use crate::raw::RawConnection;
use crate::shop::{Buyer, OPEN, OPEN_TOO, Shop, soon};

async fn book(shop: &Shop, buyer: &Buyer, index: usize) {
    buyer.client.book(&BookRequest::Seats { seat_ids: shop.seats([index]).await }).await.unwrap();
}

async fn next_changes(events: &mut SeatEvents) -> SeatUpdateChanges {
    match soon(events.next()).await.expect("the stream has ended").unwrap() {
        SeatEvent::Changes(changes) => changes,
        SeatEvent::Reset => panic!("a reset without need"),
    }
}

#[tokio::test]
async fn tells_the_layout() {
    let shop = Shop::open().await;
    let layout = shop.get("/api/performances/1/layout").await.ok();
    let all = shop.test.seats(OPEN).await;
    let row = |n: usize, name: &str, category: u8| {
        json!({
            "row": name, "ids": all[n * 10..n * 10 + 10], "numbers": (1..=10).collect::<Vec<_>>(),
            "categories": [category], "x": (1..=10).map(f64::from).collect::<Vec<_>>(), "y": [n as f64 + 2.0],
        })
    };
    let rows: Vec<Value> =
        ["A", "B", "C", "D", "E", "F"].iter().enumerate().map(|(n, name)| row(n, name, u8::from(n > 0))).collect();
    let expected = json!({
        "layoutVersion": 1, "performanceId": 1, "showId": 1, "showName": "The Tempest", "placeName": "Small Hall",
        "date": "2027-03-01", "round": 1, "startTime": "19:30:00", "startsAt": "2027-03-01T10:30:00Z",
        "saleClosesAt": "2027-03-01T10:30:00Z", "currency": "KRW", "maxSeatsPerUser": 4,
        "stage": {"label": "STAGE", "x": 0.0, "y": 0.0, "width": 10.0, "height": 1.0},
        "categories": [{"grade": "VIP", "price": 150_000}, {"grade": "R", "price": 90_000}],
        "sectors": [{"name": "1F", "rows": rows}],
    });
    assert_eq!(layout, expected);
    assert_eq!(shop.client().layout(PerformanceId(1)).await.unwrap().seats().count(), 60);
}

#[tokio::test]
async fn a_layout_that_is_known_is_not_sent_again() {
    let shop = Shop::open().await;
    let path = "/api/performances/1/layout";
    let tag = shop.get(path).await.header("etag").to_owned();
    let ask = async |known: &str| Answer::to(shop.request(Method::GET, path).header("if-none-match", known)).await;
    for known in [tag.as_str(), "*", &format!("\"other\", {tag}"), tag.trim_start_matches("W/")] {
        let answer = ask(known).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), tag);
    }
    assert_eq!(ask("\"other\"").await.status, 200);

    let mut plan = crate::shop::plan();
    plan.seats[0].price += 1;
    shop.test.apply(plan).await;
    let changed = ask(&tag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn seats_are_compressed_when_asked() {
    let shop = Shop::open().await;
    for path in
        ["/api/performances/1/layout", "/api/performances/1/seats", "/api/shows/1/seats?date=2027-03-01&round=1"]
    {
        let plain = shop.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let packed = Answer::to(shop.request(Method::GET, path).header("accept-encoding", "gzip")).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert_eq!(packed.body[..2], [0x1f, 0x8b]);
        assert!(packed.body.len() < plain.body.len(), "{path}");
    }
    let small = Answer::to(shop.request(Method::GET, "/api/shows/1").header("accept-encoding", "gzip")).await;
    assert_eq!(small.header("content-encoding"), "");
}

#[tokio::test]
async fn tells_what_every_seat_looks_like() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.hold(&mina, [0]).await;
    book(&shop, &mina, 1).await;
    let canceled = mina.client.book(&BookRequest::Seats { seat_ids: shop.seats([2]).await }).await.unwrap();
    mina.client.cancel(canceled.booking_id, None).await.unwrap();
    let seats = shop.get("/api/performances/1/seats").await.ok();
    let revision = seats["revision"].as_str().unwrap();
    let states = format!("HBCAAAAAA-{}", "A".repeat(50));
    assert_eq!(seats, json!({"layoutVersion": 1, "revision": revision, "states": states}));
}

#[tokio::test]
async fn tells_what_has_changed_since_a_revision() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let before = shop.client().seat_states(PerformanceId(1)).await.unwrap().revision;
    book(&shop, &mina, 3).await;
    let update = shop.get(&format!("/api/performances/1/seats?since={before}")).await.ok();
    let revision = update["revision"].as_str().unwrap();
    assert_eq!(update, json!({"layoutVersion": 1, "revision": revision, "changes": [[3, "B"]]}));
    let nothing = shop.get(&format!("/api/performances/1/seats?since={revision}")).await.ok();
    assert_eq!(nothing, json!({"layoutVersion": 1, "revision": revision, "changes": []}));
    for unknown in ["00000000.1", "", "x", "99999999999999999999", "%00"] {
        let path = format!("/api/performances/1/seats?since={unknown}");
        assert_eq!(shop.get(&path).await.ok(), json!({"reset": true}), "{unknown}");
    }
    shop.get("/api/performances/1/seats?since=%ff").await.refused(400, "G_001", Some("since"));
    let typed = shop.client().seat_changes(PerformanceId(1), "00000000.1").await.unwrap();
    assert_eq!(typed, SeatUpdate::RESET);
}

#[tokio::test]
async fn refuses_unknown_performances_and_what_is_no_id() {
    let shop = Shop::open().await;
    for tail in ["layout", "seats", "seats?since=x", "events"] {
        for unknown in ["0", "99", "9223372036854775807"] {
            shop.get(&format!("/api/performances/{unknown}/{tail}")).await.refused(404, "S_005", None);
        }
        for bad in ["-1", "x", "9223372036854775808", "%ff"] {
            shop.get(&format!("/api/performances/{bad}/{tail}")).await.refused(400, "G_001", Some("id"));
        }
    }
}

#[tokio::test]
async fn a_booking_is_seen_on_another_connection() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let mut here = shop.client().events(shop.performance(OPEN).await, None).await.unwrap();
    let mut there = shop.client().events(shop.performance(OPEN_TOO).await, None).await.unwrap();
    book(&shop, &mina, 4).await;
    assert_eq!(next_changes(&mut here).await.changes, [(4, SeatStatus::Booked)]);

    // What comes first on the other performance's stream is its own.
    let seat = shop.test.seats(OPEN_TOO).await[7];
    mina.client.hold(vec![seat]).await.unwrap();
    assert_eq!(next_changes(&mut there).await.changes, [(7, SeatStatus::Held)]);
}

#[tokio::test]
async fn a_hold_that_runs_out_is_seen() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let mut events = shop.client().events(shop.performance(OPEN).await, None).await.unwrap();
    shop.hold(&mina, [5]).await;
    assert_eq!(next_changes(&mut events).await.changes, [(5, SeatStatus::Held)]);
    shop.test.clock.advance(Duration::from_mins(7));
    assert_eq!(next_changes(&mut events).await.changes, [(5, SeatStatus::Available)]);
}

#[tokio::test]
async fn a_stream_goes_on_where_another_has_ended() {
    let shop = Shop::open().await;
    let (mina, id) = (shop.buyer("mina").await, shop.performance(OPEN).await);
    let mut events = shop.client().events(id, None).await.unwrap();
    book(&shop, &mina, 0).await;
    let seen = next_changes(&mut events).await;
    drop(events);
    book(&shop, &mina, 1).await;
    shop.hold(&mina, [2]).await;
    let mut resumed = shop.client().events(id, Some(&seen.revision)).await.unwrap();
    let mut missed = next_changes(&mut resumed).await.changes;
    missed.sort_unstable_by_key(|(index, _)| *index);
    assert_eq!(missed, [(1, SeatStatus::Booked), (2, SeatStatus::Held)]);
    book(&shop, &mina, 3).await;
    assert_eq!(next_changes(&mut resumed).await.changes, [(3, SeatStatus::Booked)]);
}

#[tokio::test]
async fn no_change_is_lost_while_one_reads_all_and_subscribes() {
    let shop = Shop::open().await;
    let (mina, id) = (shop.buyer("mina").await, shop.performance(OPEN).await);
    let states = shop.client().seat_states(id).await.unwrap();
    book(&shop, &mina, 6).await;
    let mut events = shop.client().events(id, Some(&states.revision)).await.unwrap();
    assert_eq!(next_changes(&mut events).await.changes, [(6, SeatStatus::Booked)]);
}

#[tokio::test]
async fn an_unknown_revision_begins_with_a_reset() {
    let shop = Shop::open().await;
    let (mina, id) = (shop.buyer("mina").await, shop.performance(OPEN).await);
    let known = shop.client().seat_states(id).await.unwrap().revision;
    let (epoch, _) = known.split_once('.').unwrap();
    for unknown in ["00000000.0", "x", &format!("{epoch}.999")] {
        let mut events = shop.client().events(id, Some(unknown)).await.unwrap();
        assert_eq!(soon(events.next()).await.unwrap().unwrap(), SeatEvent::Reset, "{unknown}");
    }
    let mut events = shop.client().events(id, Some("00000000.0")).await.unwrap();
    soon(events.next()).await.unwrap().unwrap();
    book(&shop, &mina, 8).await;
    assert_eq!(next_changes(&mut events).await.changes, [(8, SeatStatus::Booked)], "after the reset it goes on");
}

#[tokio::test]
async fn a_new_layout_resets_who_has_the_old_one() {
    let shop = Shop::open().await;
    let mut events = shop.client().events(shop.performance(OPEN).await, None).await.unwrap();
    let mut plan = crate::shop::plan();
    plan.seats[0].price += 1;
    shop.test.apply(plan).await;
    assert_eq!(soon(events.next()).await.unwrap().unwrap(), SeatEvent::Reset);
}

#[tokio::test]
async fn events_look_as_agreed() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let mut connection = RawConnection::to(shop.address()).await;
    let head =
        "GET /api/performances/1/events HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\nlast-event-id: x\r\n\r\n";
    connection.send(head).await;
    let start = connection.read_until("data: {\"reset\":true}\n\n").await;
    assert!(start.contains("content-type: text/event-stream\r\n"), "{start}");
    assert!(!start.contains("content-encoding"), "{start}");
    assert!(start.contains("x-accel-buffering: no\r\n"), "nginx would keep events back: {start}");
    assert!(start.contains("event: reset\n"), "{start}");
    book(&shop, &mina, 0).await;
    let event = connection.read_until("\n\n").await;
    let revision = shop.client().seat_states(PerformanceId(1)).await.unwrap().revision;
    assert!(event.contains(&format!("event: seats\nid: {revision}\n")), "{event}");
    let data = format!(r#"data: {{"layoutVersion":1,"revision":"{revision}","changes":[[0,"B"]]}}"#);
    assert!(event.contains(&data), "{event}");
}

#[tokio::test]
async fn a_cancelled_performance_is_refused_and_what_was_booked_is_told_as_cancelled() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0, 1]).await;
    let body = json!({"seatIds": shop.seats([5]).await});
    let booking = mina.client.book(&BookRequest::Seats { seat_ids: seats.clone() }).await.unwrap();
    let entry = mina.client.join_waitlist(1, vec![seats[0]]).await.unwrap().waiting_booking_id;
    let mut events = shop.client().events(PerformanceId(1), None).await.unwrap();
    let known = shop.get("/api/performances/1/layout").await.header("etag").to_owned();
    let id = shop.test.performance(OPEN).await;
    shop.test.box_office.cancel_performance(id, &|_| {}).await.unwrap();

    assert!(matches!(soon(events.next()).await.unwrap().unwrap(), SeatEvent::Reset), "who has the map reads it again");
    let request = shop.request(Method::GET, "/api/performances/1/layout").header("if-none-match", known);
    let refused = [
        Answer::to(request).await,
        shop.post_as(&mina, "/api/bookings", &body).await,
        shop.post_as(&mina, "/api/holds", &body).await,
    ];
    for answer in refused {
        assert_eq!(answer.refused(409, "S_007", None).detail, "This performance was cancelled.");
    }
    let dates = shop.get("/api/shows/1/available").await.ok();
    assert!(dates["availableDates"].as_array().unwrap().iter().all(|date| date["performanceId"] != 1), "{dates}");
    assert_eq!(shop.get("/api/shows/1/seats?date=2027-03-01&round=1").await.ok(), json!({"seatsInfo": []}));
    let details = mina.client.booking(booking.booking_id).await.unwrap();
    assert_eq!(serde_json::to_value(&details).unwrap()["currentState"], "CANCELED");
    let history = mina.client.bookings(30, 0, 10).await.unwrap();
    assert_eq!(serde_json::to_value(&history).unwrap()["bookingList"][0]["currentState"], "CANCELED");
    let waiting = mina.client.waitlist_entry(entry).await.unwrap();
    assert_eq!(serde_json::to_value(&waiting).unwrap()["currentState"], "CANCELED");
}

#[tokio::test]
async fn a_moved_ticket_is_told_with_its_seat_and_what_was_paid() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0, 55]).await;
    let booking = mina.client.book(&BookRequest::Seats { seat_ids: vec![seats[0]] }).await.unwrap();
    shop.test.box_office.move_ticket(seats[0], seats[1], false).await.unwrap();
    let details = serde_json::to_value(mina.client.booking(booking.booking_id).await.unwrap()).unwrap();
    assert_eq!((&details["totalPrice"], &details["currentState"]), (&json!(150_000), &json!("BOOKED")));
    let states = shop.client().seat_states(PerformanceId(1)).await.unwrap().states;
    assert_eq!((&states[..1], &states[55..56]), ("C", "B"));
    // The same ticket, for another seat.
    let ticket = details["tickets"].as_array().or(details["bookingTickets"].as_array()).unwrap()[0].clone();
    assert_eq!(ticket["ticketId"], json!(booking.booking_tickets[0].ticket_id));
    assert_eq!(ticket["seatId"], json!(seats[1]));
}
