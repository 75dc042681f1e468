//! Holds that end, or go on, while one is elsewhere.

use crate::picker::{ENTER, ESC, Picker};
use crate::shop::Shop;
use crate::walk::{join, pick_one};

/// With one seat held, on the checkout.
fn holding(shop: &Shop, state: &tempfile::TempDir) -> Picker {
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker
}

#[test]
fn a_cancelled_performance_ends_the_checkout_with_the_reason() {
    let (shop, state) = (Shop::open(), tempfile::tempdir().unwrap());
    let mut picker = holding(&shop, &state);
    shop.cancel_what_is_held();
    picker.wait_for("This performance was cancelled. The hold of 1 seat is over.");
    picker.wait_for("This performance was cancelled. Esc goes back.");
    picker.wait_for("Nothing can be picked any more.");
    picker.press(ESC);
    picker.wait_for("Seats left");
    assert_eq!(shop.holds(), 0);
}

#[test]
fn a_hold_is_bought_from_another_hall() {
    let (shop, state) = (Shop::open(), tempfile::tempdir().unwrap());
    let mut picker = holding(&shop, &state);
    picker.press(ESC);
    picker.wait_for("Enter to checkout");
    picker.press(ESC);
    picker.wait_for("Seats left");
    picker.press("j");
    picker.press(ENTER);
    picker.wait_for("Nothing picked yet.");
    picker.wait_for("P buys");
    picker.press("P");
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
}

#[test]
fn one_seat_of_two_is_let_go() {
    let (shop, state) = (Shop::open(), tempfile::tempdir().unwrap());
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press("2b");
    picker.wait_for("2 picked");
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ESC);
    picker.wait_for("Space let it go");
    picker.press(" ");
    picker.wait_for("is let go; 1 seat is still held for you.");
    picker.wait_for("1 held");
    assert_eq!(shop.holds(), 1);
}
