use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::{BookRequest, BookingReceipt};
use ticket_core::domain::{BookingId, Changed, Role, SeatId, TicketId, UserEdit};

use super::seat_choices;
use crate::answer::Answer;
use crate::shop::{Buyer, Shop};

async fn book(shop: &Shop, buyer: &Buyer, indices: impl IntoIterator<Item = usize>) -> BookingReceipt {
    buyer.client.book(&BookRequest::Seats { seat_ids: shop.seats(indices).await }).await.unwrap()
}

fn ids(receipt: &BookingReceipt) -> Vec<TicketId> {
    receipt.booking_tickets.iter().map(|ticket| ticket.ticket_id).collect()
}

fn ticket(id: i64, seat: SeatId, row: &str, grade: &str, price: i64) -> Value {
    json!({
        "ticketId": id, "showName": "The Tempest", "seatGrade": grade, "seatPositionInfo": format!("1F {row}열 1행"), "seatSector": "1F", "seatRow": row, "seatLabel": "1",
        "seatStatus": "BOOKED", "showDate": "2027-03-01", "showTime": "19:30:00", "showRound": 1,
        "seatId": seat, "price": price,
    })
}

#[tokio::test]
async fn books_seats() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0, 10]).await;
    let receipt = shop.post_as(&mina, "/api/bookings", &json!({"seatIds": seats})).await.ok();
    let tickets = [ticket(1, seats[0], "A", "VIP", 150_000), ticket(2, seats[1], "B", "R", 90_000)];
    let mut expected = json!({"bookingId": 1, "bookingTickets": tickets, "totalPrice": 240_000, "currency": "KRW"});
    assert_eq!(receipt, expected);

    let details = shop.get_as(&mina, "/api/bookings/1").await.ok();
    for (name, value) in [
        ("bookingDate", json!("2027-01-02T00:00:00Z")),
        ("currentState", json!("BOOKED")),
        ("showId", json!(1)),
        ("performanceId", json!(1)),
        ("placeName", json!("Small Hall")),
    ] {
        expected[name] = value;
    }
    assert_eq!(details, expected);
}

#[tokio::test]
async fn says_where_a_seat_is_in_the_language_of_the_request() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    book(&shop, &mina, [0]).await;
    let position = async |language: Option<&str>| {
        let request = shop.request(Method::GET, "/api/bookings/1").bearer_auth(&mina.token);
        let request = language.iter().fold(request, |request, value| request.header("accept-language", *value));
        Answer::to(request).await.ok()["bookingTickets"][0]["seatPositionInfo"].as_str().unwrap().to_owned()
    };
    assert_eq!(position(None).await, "1F A열 1행");
    assert_eq!(position(Some("ko")).await, "1F A열 1행");
    assert_eq!(position(Some("en")).await, "1F row A no. 1");
}

#[tokio::test]
async fn confirms_a_hold_once_however_often_it_is_asked() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0, 1]).await;
    let first = shop.post_as(&mina, "/api/bookings", &json!({"holdId": hold.hold_id})).await;
    let second = shop.post_as(&mina, "/api/bookings", &json!({"holdId": hold.hold_id})).await;
    assert_eq!(first.ok(), second.ok());
    assert_eq!(first.ok()["bookingTickets"].as_array().unwrap().len(), 2);
    assert_eq!(mina.client.bookings(1, 0, 10).await.unwrap().total_items, 1);
    assert_eq!(&shop.letters().await[..3], "BBA");
    assert_eq!(mina.client.holds(hold.performance_id).await.unwrap().holds, []);
}

#[tokio::test]
async fn takes_over_ones_own_held_seats() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.hold(&mina, [0, 1]).await;
    book(&shop, &mina, [1, 2]).await;
    assert_eq!(&shop.letters().await[..4], "HBBA");
}

#[tokio::test]
async fn refuses_seats_that_nobody_may_have() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.post_as(&mina, "/api/bookings", &json!({"seatIds": []})).await.refused(400, "B_001", None);
    let ask = async |seats: Value| shop.post_as(&mina, "/api/bookings", &json!({"seatIds": seats})).await;
    seat_choices::are_refused(&shop, &mina, ask).await;
}

#[tokio::test]
async fn refuses_a_request_that_is_none() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let hold = shop.hold(&mina, [0]).await.hold_id;
    for (body, field) in [
        (json!({}), None),
        (json!({"seatIds": shop.seats([1]).await, "holdId": hold}), None),
        (json!({"holdId": "1-x"}), Some("holdId")),
        (json!({"holdId": 7}), Some("holdId")),
        (json!({"seats": [1]}), Some("seats")),
    ] {
        shop.post_as(&mina, "/api/bookings", &body).await.refused(400, "G_001", field);
    }
}

#[tokio::test]
async fn cancels_a_whole_booking() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    // Without a body, and with one that names no tickets.
    for (index, body) in [(0, None), (1, Some(json!({})))] {
        let booking = book(&shop, &mina, [index]).await;
        let request = shop.request(Method::POST, &format!("/api/bookings/cancel/{}", booking.booking_id));
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = Answer::to(request.bearer_auth(&mina.token)).await.ok();
        let seat = booking.booking_tickets[0].seat_id;
        let canceled = json!([{"seatId": seat, "seatStatus": "CANCELED"}]);
        assert_eq!(answer, json!({"bookingStatus": "CANCELED", "canceledTickets": canceled}));
    }
    assert_eq!(&shop.letters().await[..3], "CCA");
}

#[tokio::test]
async fn cancels_single_tickets() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let booking = book(&shop, &mina, [0, 1]).await;
    let path = format!("/api/bookings/cancel/{}", booking.booking_id);
    let tickets = ids(&booking);
    let cancel = async |tickets: &[TicketId]| shop.post_as(&mina, &path, &json!({"ticketIds": tickets})).await;
    let first = cancel(&tickets[..1]).await.ok();
    let seat = |n: usize| json!([{"seatId": booking.booking_tickets[n].seat_id, "seatStatus": "CANCELED"}]);
    assert_eq!(first, json!({"bookingStatus": "BOOKED", "canceledTickets": seat(0)}));
    let details = mina.client.booking(booking.booking_id).await.unwrap();
    assert_eq!(details.receipt.total_price, 150_000);
    cancel(&tickets[..1]).await.refused(409, "B_006", None);
    assert_eq!(cancel(&tickets[1..]).await.ok(), json!({"bookingStatus": "CANCELED", "canceledTickets": seat(1)}));
    cancel(&tickets[1..]).await.refused(409, "B_006", None);
}

#[tokio::test]
async fn refuses_to_cancel_what_cannot_be() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let (one, two) = (book(&shop, &mina, [0]).await, book(&shop, &mina, [1]).await);
    let path = format!("/api/bookings/cancel/{}", one.booking_id);
    let cancel = async |body: Value| shop.post_as(&mina, &path, &body).await;
    cancel(json!({"ticketIds": []})).await.refused(400, "G_001", Some("ticketIds"));
    cancel(json!({"ticketIds": "1"})).await.refused(400, "G_001", Some("ticketIds"));
    cancel(json!({"ticketIds": [-1]})).await.refused(400, "B_008", None);
    cancel(json!({"ticketIds": ids(&two)})).await.refused(400, "B_008", None);
    cancel(json!({"tickets": ids(&one)})).await.refused(400, "G_001", Some("tickets"));
    let not_json = shop.request(Method::POST, &path).bearer_auth(&mina.token).body("all");
    Answer::to(not_json).await.refused(415, "G_005", None);
    // Cancelling ends a day before the start.
    shop.test.clock.advance(Duration::from_hours(24 * 58));
    let fresh = shop.buyer_again("mina").await;
    shop.post_as(&fresh, &path, &json!({})).await.refused(409, "B_009", None);
    let details = fresh.client.booking(one.booking_id).await.unwrap();
    assert_eq!(details.current_state.as_str(), "BOOKED");
}

#[tokio::test]
async fn a_ticket_is_cancelled_once_however_often_it_is_named() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let booking = book(&shop, &mina, [0, 1]).await;
    let (path, ticket) = (format!("/api/bookings/cancel/{}", booking.booking_id), ids(&booking)[0]);
    let cancel = async |tickets: Vec<TicketId>| shop.post_as(&mina, &path, &json!({"ticketIds": tickets})).await;
    for times in [2, 50] {
        let problem = cancel(vec![ticket; times]).await.refused(400, "B_008", None);
        assert_eq!(problem.message, format!("A ticket is named more than once: {ticket}."));
    }
    cancel(vec![ticket; 51]).await.refused(400, "G_001", Some("ticketIds"));
    assert_eq!(&shop.letters().await[..2], "BB");
    assert!(shop.test.box_office.audit().await.unwrap().is_clean());
    assert_eq!(cancel(vec![ticket]).await.ok()["canceledTickets"].as_array().unwrap().len(), 1);
    let report = shop.test.box_office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
}

/// An account that is an admin's by now, whatever its token says.
async fn set_role(shop: &Shop, buyer: &Buyer, role: Role) {
    let edit = UserEdit { role: Some(role), ..UserEdit::default() };
    assert!(matches!(shop.test.box_office.edit_user(buyer.id, edit, None, false).await.unwrap(), Changed::Done(_)));
}

#[tokio::test]
async fn an_admin_sees_and_cancels_anybodys_booking() {
    let shop = Shop::open().await;
    let (mina, hana) = (shop.buyer("mina").await, shop.buyer("hana").await);
    let booking = book(&shop, &mina, [0, 1]).await;
    let (look, path) =
        (format!("/api/bookings/{}", booking.booking_id), format!("/api/bookings/cancel/{}", booking.booking_id));
    for role in [Role::Buyer, Role::Seller] {
        set_role(&shop, &hana, role).await;
        shop.get_as(&hana, &look).await.refused(404, "B_004", None);
        shop.post_as(&hana, &path, &json!({})).await.refused(404, "B_004", None);
    }
    set_role(&shop, &hana, Role::Admin).await;
    assert_eq!(shop.get_as(&hana, &look).await.ok(), shop.get_as(&mina, &look).await.ok());
    // The admin's own history stays his own.
    assert_eq!(hana.client.bookings(1, 0, 10).await.unwrap().total_items, 0);
    shop.post_as(&hana, "/api/bookings/cancel/99", &json!({})).await.refused(404, "B_004", None);
    shop.post_as(&hana, &path, &json!({"ticketIds": [99]})).await.refused(400, "B_008", None);
    let one = shop.post_as(&hana, &path, &json!({"ticketIds": &ids(&booking)[..1]})).await.ok();
    assert_eq!(one["bookingStatus"], json!("BOOKED"));

    // Too late for the buyer. The key is the admin's own, and is answered again.
    shop.test.clock.advance(Duration::from_hours(24 * 58));
    let (mina, hana) = (shop.buyer_again("mina").await, shop.buyer_again("hana").await);
    shop.post_as(&mina, &path, &json!({})).await.refused(409, "B_009", None);
    let keyed = async || {
        let request = shop.request(Method::POST, &path).header("idempotency-key", "k").bearer_auth(&hana.token);
        Answer::to(request).await.ok()
    };
    let rest = keyed().await;
    assert_eq!((&rest["bookingStatus"], rest["canceledTickets"].as_array().unwrap().len()), (&json!("CANCELED"), 1));
    assert_eq!(keyed().await, rest);
    shop.post_as(&hana, &path, &json!({})).await.refused(409, "B_006", None);

    // Who is an admin no longer has a token that says he is, and it does not help him.
    let other = book(&shop, &mina, [2]).await.booking_id;
    set_role(&shop, &hana, Role::Buyer).await;
    shop.get_as(&hana, &format!("/api/bookings/{other}")).await.refused(404, "B_004", None);
    shop.post_as(&hana, &format!("/api/bookings/cancel/{other}"), &json!({})).await.refused(404, "B_004", None);
    assert!(shop.test.box_office.audit().await.unwrap().is_clean());
}

#[tokio::test]
async fn somebody_elses_booking_is_as_good_as_none() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let booking = book(&shop, &mina, [0]).await.booking_id;
    for id in [booking, BookingId(0), BookingId(99), BookingId(i64::MAX)] {
        shop.get_as(&joon, &format!("/api/bookings/{id}")).await.refused(404, "B_004", None);
        shop.post_as(&joon, &format!("/api/bookings/cancel/{id}"), &json!({})).await.refused(404, "B_004", None);
    }
    for bad in ["-1", "x", "9223372036854775808", "%ff"] {
        shop.get_as(&joon, &format!("/api/bookings/{bad}")).await.refused(400, "G_001", Some("id"));
        let cancel = shop.post_as(&joon, &format!("/api/bookings/cancel/{bad}"), &json!({})).await;
        cancel.refused(400, "G_001", Some("bookingId"));
    }
    assert_eq!(&shop.letters().await[..1], "B");
}

#[tokio::test]
async fn nobody_books_without_a_token() {
    let shop = Shop::open().await;
    let body = json!({"seatIds": shop.seats([0]).await});
    shop.post("/api/bookings", &body).await.refused(401, "A_005", None);
    shop.get("/api/bookings/1").await.refused(401, "A_005", None);
    shop.post("/api/bookings/cancel/1", &json!({})).await.refused(401, "A_005", None);
    assert!(!shop.letters().await.contains('B'));
}
