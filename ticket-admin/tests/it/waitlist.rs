//! Looking at the waitlist, and serving it.

use insta::assert_snapshot;
use ticket_core::BoxOffice;
use ticket_core::api::JoinRequest;
use ticket_core::domain::{BookingId, SeatId, UserId, WaitlistWish};
use ticket_core::testing::offer_canceled_seats;

use crate::support::Folder;

async fn user(shop: &BoxOffice, name: &str) -> UserId {
    let (email, password) = (format!("{name}@example.com"), "correct horse".to_owned());
    shop.join(JoinRequest { email, password, name: name.to_owned() }).await.unwrap()
}

async fn wait(shop: &BoxOffice, user: UserId, seat_count: u32, seats: &[i64]) {
    let seats = seats.iter().copied().map(SeatId).collect();
    shop.join_waitlist(user, WaitlistWish { seat_count, seats }).await.unwrap();
}

/// Sora has booked seats 1, 2 and 4, each by itself; Mina, Joon and Mina again wait for some of them.
fn waiting() -> Folder {
    let folder = Folder::with_show();
    folder.in_shop(async |shop: &BoxOffice| {
        let (sora, mina, joon) = (user(shop, "sora").await, user(shop, "mina").await, user(shop, "joon").await);
        for seat in [1, 2, 4] {
            shop.book(sora, vec![SeatId(seat)]).await.unwrap();
        }
        wait(shop, mina, 2, &[2, 1]).await;
        wait(shop, joon, 1, &[4, 1]).await;
        wait(shop, mina, 1, &[1]).await;
    });
    folder
}

async fn cancel(shop: &BoxOffice, bookings: &[i64]) {
    for booking in bookings {
        shop.cancel(UserId(1), BookingId(*booking), None).await.unwrap();
    }
}

#[test]
fn entries_are_listed_in_the_order_of_the_queue() {
    let folder = waiting();
    folder.in_shop(async |shop: &BoxOffice| {
        cancel(shop, &[3]).await;
        offer_canceled_seats(shop).await;
    });
    assert_snapshot!("waitlist_list", folder.run(&["waitlist", "list"]));
    assert_snapshot!(
        "waitlist_list_json",
        folder.run(&["waitlist", "list", "--format", "json", "--state", "activation"])
    );
    assert_snapshot!("waitlist_list_none", folder.run(&["waitlist", "list", "--performance", "2"]));
    assert_snapshot!("waitlist_list_unknown_performance", folder.run(&["waitlist", "list", "--performance", "9"]));
    assert_snapshot!("waitlist_list_unknown_state", folder.run(&["waitlist", "list", "--state", "hoping"]));
}

#[test]
fn an_entry_is_explained() {
    let folder = waiting();
    assert_snapshot!("waitlist_explain", folder.run(&["waitlist", "explain", "3"]));
    assert_snapshot!("waitlist_explain_json", folder.run(&["waitlist", "explain", "3", "--format", "json"]));
    folder.in_shop(async |shop: &BoxOffice| {
        cancel(shop, &[1]).await;
        offer_canceled_seats(shop).await;
    });
    assert_snapshot!("waitlist_explain_offered", folder.run(&["waitlist", "explain", "2"]));
    assert_snapshot!("waitlist_explain_behind", folder.run(&["waitlist", "explain", "3"]));
    assert_snapshot!("waitlist_explain_unknown", folder.run(&["waitlist", "explain", "9"]));
    assert_snapshot!("waitlist_explain_nonsense", folder.run(&["waitlist", "explain", "first"]));
}

#[test]
fn offers_are_made_now() {
    let folder = waiting();
    folder.in_shop(async |shop: &BoxOffice| cancel(shop, &[1, 2, 3]).await);
    assert_snapshot!("waitlist_offer", folder.run(&["waitlist", "offer"]));
    let again = folder.run(&["waitlist", "offer"]);
    assert!(again.starts_with("exit code 5") && again.contains("was run just now"), "{again}");
    assert_snapshot!("waitlist_offer_again", folder.run(&["waitlist", "offer", "--force"]));
    let states = folder.in_shop(async |shop: &BoxOffice| {
        let entries = shop.list_waitlist(ticket_core::domain::WaitlistFilter { limit: 9, ..Default::default() }).await;
        entries.unwrap().into_iter().map(|(entry, _)| entry.state.to_string()).collect::<Vec<_>>()
    });
    assert_eq!(states, ["ACTIVATION", "ACTIVATION", "WAITING"]);
    assert!(folder.output(&["audit"]).status.success());
}
