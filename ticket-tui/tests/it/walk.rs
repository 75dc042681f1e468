use ticket_core::domain::BookingState;

use crate::picker::{ENTER, ESC, Picker};
use crate::shop::Shop;

pub(crate) fn join(picker: &mut Picker) {
    picker.wait_for("No account yet?");
    picker.press("\u{e}");
    picker.wait_for("Joined already?");
    picker.press("mina@example.com\tcorrect horse\t김민아\r");
    picker.wait_for("Hamlet");
    picker.wait_for("김민아");
}

/// From the list of shows to a picked seat.
pub(crate) fn pick_one(picker: &mut Picker) {
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
    picker.wait_until(", cancelled", |screen| screen.contents().contains(", cancelled"));
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

#[test]
fn two_pickers_race_for_the_same_seats_and_each_seat_is_sold_once() {
    let shop = Shop::open();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut first = Picker::open(&["--server", &shop.url()], one.path());
    join(&mut first);
    let mut second = Picker::open(&["--server", &shop.url()], two.path());
    second.wait_for("No account yet?");
    second.press("\u{e}");
    second.wait_for("Joined already?");
    second.press("jun@example.com\tcorrect horse\tJun\r");
    second.wait_for("Hamlet");
    for picker in [&mut first, &mut second] {
        picker.press(ENTER);
        picker.wait_for("Seats left");
        picker.press(ENTER);
        picker.wait_for("● live");
        picker.press("b");
        picker.wait_for("2 picked");
    }
    // Both mean the same two seats. One has them; the other is told before or after Enter, and takes what is offered.
    first.press(ENTER);
    second.press(ENTER);
    let has_won = |screen: &vt100::Screen| screen.contents().contains("These seats are held for you");
    let has_lost = |screen: &vt100::Screen| screen.contents().contains("take +");
    first.wait_until("a hold or a loss", |screen| has_won(screen) || has_lost(screen));
    second.wait_until("a hold or a loss", |screen| has_won(screen) || has_lost(screen));
    let (mut winner, mut loser) =
        if first.contents().contains("These seats are held") { (first, second) } else { (second, first) };
    assert!(!loser.contents().contains("These seats are held"), "{}", loser.contents());
    loser.press("a");
    loser.wait_for("2 picked");
    loser.press(ENTER);
    loser.wait_for("These seats are held for you");
    for picker in [&mut winner, &mut loser] {
        picker.press(ENTER);
        picker.wait_for("Booked. Your booking number is");
    }
    let bookings = shop.bookings();
    let mut seats: Vec<_> = bookings.iter().flat_map(|b| b.tickets.iter().map(|t| t.seat.id)).collect();
    seats.sort_unstable();
    seats.dedup();
    assert_eq!((bookings.len(), seats.len()), (2, 4));
}

#[test]
fn before_the_sale_opens_seats_are_picked_and_the_first_key_afterwards_goes_through() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    shop.open_sale_in(std::time::Duration::from_secs(5));
    picker.press("r");
    picker.wait_for("Macbeth");
    picker.press("gg\r");
    picker.wait_for("opens");
    picker.press(ENTER);
    picker.wait_for("The sale opens in 0:0");
    picker.press("b");
    picker.wait_for("2 picked");
    picker.press(ENTER);
    picker.wait_for("What is picked stays picked.");
    picker.wait_until("the sale", |screen| !screen.contents().contains("Seats can be picked already."));
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
}

#[test]
fn likes_the_ranking_and_another_password() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
    picker.press(ESC);
    picker.wait_for("Nothing picked yet.");
    picker.press(ESC);
    picker.wait_for("Seats left");
    picker.press("f");
    picker.wait_for("♥ 1, you too");
    picker.press(ESC);
    picker.wait_for("[All]");
    picker.wait_for("♥");
    picker.press("R");
    picker.wait_for("Tickets sold this week: All");
    picker.wait_for("1 █");
    picker.press(ESC);
    picker.wait_for("account");
    picker.press("Ap");
    picker.wait_for("Change the password");
    picker.press("wrong horse\ranother horse\ranother horse\r");
    picker.wait_until("a refusal", |screen| screen.contents().to_lowercase().contains("wrong"));
    picker.press("\u{15}correct horse\r");
    picker.wait_for("The password is changed.");
    picker.press("oA");
    picker.wait_for("No account yet?");
    picker.press("mina@example.com\tanother horse\r");
    picker.wait_for("Welcome, 김민아.");
    picker.wait_for("♥");
}

#[test]
fn tickets_count_towards_the_limit_however_much_was_booked_since() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    shop.book_one_and_give_back("mina@example.com", 101);
    picker.press(ENTER);
    picker.wait_for("Seats left");
    picker.press(ENTER);
    picker.wait_for("● live");
    picker.press("4b");
    picker.wait_for("3 seats picked: one person may have 4 here, and you have 1.");
}
