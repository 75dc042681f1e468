use ticket_core::domain::BookingState;

use crate::picker::{ENTER, ESC, Picker};
use crate::shop::Shop;

fn join(picker: &mut Picker) {
    picker.wait_for("No account yet?");
    picker.press("\u{e}");
    picker.wait_for("Joined already?");
    picker.press("mina@example.com\tcorrect horse\t김민아\r");
    picker.wait_for("Hamlet");
    picker.wait_for("김민아");
}

/// From the list of shows to a picked seat.
fn pick_one(picker: &mut Picker) {
    picker.press(ENTER);
    picker.wait_for("Seats left");
    picker.press(ENTER);
    picker.wait_for("Nothing picked yet.");
    picker.wait_for("● live");
    picker.press(" ");
    picker.wait_for("1 picked");
}

#[test]
fn from_joining_to_cancelling() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press("\u{1b}[C ");
    picker.wait_for("2 picked");
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
    let bookings = shop.bookings();
    assert_eq!((bookings.len(), bookings[0].tickets.len()), (1, 2));
    picker.press(ENTER);
    picker.wait_for("Performance");
    picker.wait_for("2 tickets");
    picker.press(ENTER);
    picker.wait_for("cancel ticket");
    picker.press("c");
    picker.wait_for("Cancel the ticket for");
    picker.press("y");
    picker.wait_for("1 ticket cancelled.");
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 1);
    picker.press("Cy");
    picker.wait_until("0 tickets", |screen| screen.contents().contains("0 tickets"));
    assert_eq!(shop.bookings()[0].state, BookingState::Canceled);
    picker.press(ESC);
    picker.wait_for("cancelled");
    picker.press("q");
    assert_eq!(picker.end(), 0);
    assert!(picker.is_given_back());
}

#[test]
fn the_login_is_kept_between_runs() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    picker.press("q");
    assert_eq!(picker.end(), 0);
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    picker.wait_for("김민아");
    picker.wait_for("Hamlet");
}

#[test]
fn a_server_that_vanishes_in_mid_hold_costs_nothing() {
    let mut shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    shop.cut_the_server_off();
    picker.wait_for("The server cannot be reached.");
    picker.press(ENTER);
    picker.wait_for("Your order is sent again until it is answered.");
    shop.bring_the_server_back();
    picker.wait_for("Booked. Your booking number is 1.");
    picker.wait_for("● live");
    assert_eq!(shop.bookings().len(), 1);
}

#[test]
fn two_pickers_see_each_other() {
    let shop = Shop::open();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut first = Picker::open(&["--server", &shop.url()], one.path());
    join(&mut first);
    pick_one(&mut first);
    let mut second = Picker::open(&["--server", &shop.url()], two.path());
    second.wait_for("No account yet?");
    second.press(ESC);
    second.wait_for("Hamlet");
    pick_one(&mut second);
    first.press(ENTER);
    first.wait_for("These seats are held for you");
    second.wait_for("was just taken");
    second.wait_for("Nothing picked yet.");
}
