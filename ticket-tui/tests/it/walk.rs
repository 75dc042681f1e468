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

#[test]
fn the_whole_way_in_korean_with_the_input_method_on() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url(), "--lang", "ko"], state.path());
    picker.wait_for("계정이 없으면");
    picker.press("\u{e}");
    picker.wait_for("계정이 있으면");
    picker.press("mina@example.com\tcorrect horse\t김민아\r");
    picker.wait_for("Hamlet 햄릿");
    picker.wait_for("김민아님, 안녕하세요.");
    picker.press("/ㅎㄹ\r\r");
    picker.wait_for("남은 좌석");
    picker.press(ENTER);
    picker.wait_for("선택한 좌석이 없습니다.");
    picker.wait_for("● 실시간");
    // b, the key under ㅠ.
    picker.press("3ㅠ");
    picker.wait_for("3석 선택");
    picker.press(ENTER);
    picker.wait_for("동안 좌석을 잡고 있습니다.");
    picker.press(ENTER);
    picker.wait_for("예매 번호는 1번입니다.");
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 3);
    // m, the key under ㅡ.
    picker.press("ㅡ");
    picker.wait_for("일시");
    picker.wait_for("티켓 3장");
    picker.press(ENTER);
    picker.wait_for("전체 취소");
    picker.press("C");
    picker.wait_for("예매 전체(티켓 3장)를 취소할까요?");
    picker.press("ㅛ");
    picker.wait_for("티켓 3장을 취소했습니다.");
    assert_eq!(shop.bookings()[0].state, BookingState::Canceled);
    // q, the key under ㅂ.
    picker.press("ㅂ");
    assert_eq!(picker.end(), 0);
}

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
fn a_login_that_has_ended_is_asked_for_and_one_goes_on_where_one_was() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    picker.wait_for("No account yet?");
    picker.press(ESC);
    picker.wait_for("Hamlet");
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("Log in to go on.");
    shop.join("jun@example.com");
    picker.press("jun@example.com\tcorrect horse\r");
    picker.wait_for("These seats are held for you");
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
