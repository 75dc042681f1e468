//! With the mouse.

use crate::picker::{ENTER, Picker};
use crate::shop::Shop;
use crate::walk::join;

const WHEEL_UP: u8 = 64;
const WHEEL_DOWN: u8 = 65;
const RIGHT: u8 = 2;
const RIGHT_DRAG: u8 = 34;

#[test]
fn with_the_mouse_from_the_list_to_a_picked_seat() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    assert!(picker.has_mouse());
    picker.click("Hamlet");
    picker.wait_for("Seats left");
    // The first performance is under the cursor already, so one click opens it.
    picker.click("19:30");
    picker.wait_for("Nothing picked yet.");
    picker.click("rrr");
    picker.wait_for("1 picked");
    picker.click("rrr");
    picker.wait_for("2 picked");
    picker.press("\u{3}");
    assert_eq!(picker.end(), 0);
    assert!(!picker.has_mouse());
}

#[test]
fn with_wheel_and_drag_around_the_house_and_to_the_ticket() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    picker.click("Hamlet");
    picker.wait_for("Seats left");
    picker.click("19:30");
    picker.wait_for("● live");
    let seats = picker.contents();
    picker.mouse(WHEEL_DOWN, (30, 10));
    picker.wait_for("seats here are free");
    picker.mouse(WHEEL_UP, (30, 10));
    picker.wait_until("single seats", |screen| !screen.contents().contains("seats here are free"));
    picker.mouse(WHEEL_UP, (30, 10));
    picker.wait_until("numbered seats", |screen| screen.contents().contains(" r1 ") || screen.contents() != seats);
    let before = picker.contents();
    picker.mouse(RIGHT, (30, 12));
    picker.mouse(RIGHT_DRAG, (20, 9));
    picker.mouse_up(RIGHT, (20, 9));
    picker.wait_until("another part of the house", |screen| screen.contents() != before);
    picker.mouse(WHEEL_DOWN, (30, 10));
    picker.wait_for("rrr");
    picker.click("rrr");
    picker.wait_for("1 picked");
    picker.click("◆");
    picker.wait_for("Nothing picked yet.");
    picker.click("rrr");
    picker.wait_for("1 picked");
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 1);
}
