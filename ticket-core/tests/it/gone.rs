//! Accounts that are not there: deleted, or never made. Their access tokens are good for a while.

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::PasswordChange;
use ticket_core::domain::{
    BookingId, Changed, EntryId, IdempotencyKey, SeatId, SeatWish, ShowId, UserId, WaitlistWish,
};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean};
use ticket_core::{Error, KeptAnswer, Once};

/// Everything that an account can ask for, and how it was refused.
async fn ask_for_all(shop: &TestShop, user: UserId, seats: &[SeatId]) -> Vec<(&'static str, Result<(), Error>)> {
    let (office, id) = (&shop.box_office, shop.performance(0).await);
    let unknown = format!("{id}-{:032x}", 255).parse().unwrap();
    let wish = WaitlistWish { seat_count: 1, seats: vec![seats[0]] };
    let key = || "key".parse::<IdempotencyKey>().unwrap();
    let change = PasswordChange { current_password: "password of mina".into(), new_password: "another one".into() };
    vec![
        ("hold", office.hold(user, vec![seats[1]]).await.map(drop)),
        ("hold what is held", office.hold(user, vec![seats[3]]).await.map(drop)),
        ("hold_best", office.hold_best(user, id, SeatWish::together(1)).await.map(drop)),
        ("holds", office.holds(user, id).await.map(drop)),
        ("change_hold", office.change_hold(user, unknown, vec![seats[1]], vec![]).await.map(drop)),
        ("extend_hold", office.extend_hold(user, unknown).await.map(drop)),
        ("release_hold", office.release_hold(user, unknown).await),
        ("book", office.book(user, vec![seats[1]]).await.map(drop)),
        ("book what is none", office.book(user, vec![SeatId(-1)]).await.map(drop)),
        ("confirm", office.confirm(user, unknown).await.map(drop)),
        ("cancel", office.cancel(user, BookingId(1), None).await.map(drop)),
        ("once", office.once(user, "book", key(), &[]).await.map(drop)),
        ("booking", office.booking(user, BookingId(1)).await.map(drop)),
        ("bookings", office.bookings(user, 1, 0, 10).await.map(drop)),
        ("join_waitlist", office.join_waitlist(user, wish).await.map(drop)),
        ("leave_waitlist", office.leave_waitlist(user, EntryId(1)).await.map(drop)),
        ("book_offer", office.book_offer(user, EntryId(1)).await.map(drop)),
        ("waitlist_entry", office.waitlist_entry(user, EntryId(1)).await.map(drop)),
        ("waitlist", office.waitlist(user, 0, 10).await.map(drop)),
        ("set_like", office.set_like(user, ShowId(1), true).await.map(drop)),
        ("liked_by", office.liked_by(user, 0, 10).await.map(drop)),
        ("user", office.user(user).await.map(drop)),
        ("change_password", office.change_password(user, change).await.map(drop)),
        ("log_out", office.log_out(user).await),
    ]
}

#[rstest]
#[tokio::test]
async fn nothing_is_done_for_an_account_that_is_not_there(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (office, seats) = (&shop.box_office, shop.seats(0).await);
    let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
    office.book(joon, vec![seats[0]]).await.unwrap();
    office.hold(joon, vec![seats[3]]).await.unwrap();
    let token = office.access_token_for(mina).await.unwrap();
    assert!(matches!(office.delete_user(mina, false).await.unwrap(), Changed::Done(_)));
    assert_eq!(office.caller(&token).unwrap().user, mina, "the token knows nothing of it");

    for user in [mina, UserId(0), UserId(99), UserId(i64::MAX)] {
        for (call, refused) in ask_for_all(&shop, user, &seats).await {
            assert_eq!(refused, Err(Error::UserNotFound(user)), "{call}");
        }
    }
    assert_eq!(office.list_holds().await.unwrap().len(), 1, "joon's own");
    assert_eq!(office.likes(ShowId(1)).await, Ok(0));
    assert_clean(office).await;
}

/// Whoever is deleted in the middle of something does not get it.
#[rstest]
#[tokio::test]
async fn what_was_begun_before_the_end_is_not_done_after_it(#[values(Embedded, Redis)] holds: HoldBackend) {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, 5).build()).await;
    let (office, seats, mina) = (&shop.box_office, shop.seats(0).await, shop.join("mina").await);
    let Once::First(turn) = office.once(mina, "book", "key".parse().unwrap(), &[]).await.unwrap() else {
        panic!("nobody has used the key")
    };
    let hold = office.hold(mina, vec![seats[2]]).await.unwrap().hold;
    assert!(matches!(office.delete_user(mina, false).await.unwrap(), Changed::Done(_)));
    let gone = Error::UserNotFound(mina);
    assert_eq!(turn.hold(vec![seats[0]]).await.map(drop), Err(gone.clone()));
    let booked = turn.book(vec![seats[0]], |booking| KeptAnswer::json(&booking.id)).await;
    assert_eq!(booked.map(drop), Err(gone.clone()));
    let confirmed = turn.confirm(hold.id, |booking| KeptAnswer::json(&booking.id)).await;
    assert_eq!(confirmed.map(drop), Err(gone));
    assert!(office.list_holds().await.unwrap().is_empty());
    assert_eq!(office.seat_states(hold.id.performance).await.unwrap().states, "AAAAA");
    assert_clean(office).await;
}
