//! Waiting for taken seats.

use crate::picker::{ENTER, ESC, Picker};
use crate::shell::Shell;
use crate::shop::{PASSWORD, Shop};
use crate::walk::{join, pick_one};

#[test]
fn from_a_taken_seat_over_the_waitlist_and_an_offer_to_the_ticket() {
    let shop = Shop::open();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut first = Picker::open(&["--server", &shop.url()], one.path());
    join(&mut first);
    pick_one(&mut first);
    first.press(ENTER);
    first.wait_for("These seats are held for you");
    first.press(ENTER);
    first.wait_for("Booked. Your booking number is 1.");
    let sold = shop.bookings().remove(0);
    let (id, seat) = (sold.tickets[0].seat.id, &sold.tickets[0].seat.position);
    let name = format!("{} {}-{}", seat.sector, seat.row, seat.label);

    shop.join("jun@example.com");
    let mut second = Picker::open(&["--server", &shop.url()], two.path());
    second.wait_for("No account yet?");
    second.press("jun@example.com\tcorrect horse\r");
    second.wait_for("Hamlet");
    second.press(ENTER);
    second.wait_for("Seats left");
    second.press(ENTER);
    second.wait_for("● live");
    second.press(&format!("/{name}\r"));
    second.wait_for("sold");
    second.press(" ");
    second.wait_for("is sold. Marked; w joins the waitlist.");
    second.press("w");
    second.wait_for("No. 1 of those who wait");
    second.wait_for("Too few of these seats were given back so far.");
    shop.give_back_and_offer(&sold);
    second.press("r");
    second.wait_for("Offered to you until");
    second.press(ESC);
    second.wait_for("Offer: 1 seat of Hamlet");
    second.press("W");
    second.wait_for("Enter books them, x declines.");
    second.press(ENTER);
    second.wait_for("Book the offered seats for");
    second.press("y");
    second.wait_for("Booked. Your booking number is 2.");
    let bookings = shop.bookings();
    let bought = bookings.iter().find(|booking| booking.id != sold.id).unwrap();
    assert_eq!(bought.tickets[0].seat.id, id);
    second.press("W");
    second.wait_for("booked");
}

/// Marks the only sold seat, which is named so, and waits for it.
fn wait_for_seat(picker: &mut Picker, name: &str) {
    picker.press(&format!("/{name}\r"));
    picker.wait_for("sold");
    picker.press(" ");
    picker.wait_for("is sold. Marked; w joins the waitlist.");
    picker.press("w");
    picker.wait_for("No. 1 of those who wait");
}

#[test]
fn an_offer_is_declined_and_a_place_in_the_queue_given_up() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mina = Shell::of(&shop, "mina@example.com");
    mina.json(&["book", "--performance", "1", "--best", "1", "--json"]);
    let sold = shop.bookings().remove(0);
    let seat = &sold.tickets[0].seat.position;
    let name = format!("{} {}-{}", seat.sector, seat.row, seat.label);
    shop.join("jun@example.com");
    let mut jun = Picker::open(&["--server", &shop.url()], state.path());
    jun.wait_for("No account yet?");
    jun.press(&format!("jun@example.com\t{PASSWORD}\r"));
    jun.wait_for("Hamlet");
    jun.press(ENTER);
    jun.wait_for("Seats left");
    jun.press(ENTER);
    jun.wait_for("● live");
    wait_for_seat(&mut jun, &name);
    shop.give_back_and_offer(&sold);
    jun.press("r");
    jun.wait_for("Offered to you until");
    jun.press("x");
    jun.wait_for("Decline the offer?");
    jun.press("n");
    jun.wait_for("Enter books them, x declines.");
    jun.press("xy");
    jun.wait_for("Declined: ");
    jun.press(ESC);
    jun.wait_for("Nothing picked yet.");

    // Nobody else waits, so the seat is on sale again, and bought again.
    shop.offer();
    mina.json(&["book", "--performance", "1", "--seat", &name, "--json"]);
    jun.wait_until("the sold seat", |screen| screen.contents().contains('×'));
    wait_for_seat(&mut jun, &name);
    jun.press("x");
    jun.wait_for("Give up waiting?");
    jun.press("y");
    jun.wait_for("Withdrawn: ");
    assert_eq!(shop.bookings().len(), 2);
}
