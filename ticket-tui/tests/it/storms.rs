//! What comes from outside in the middle of it: sizes, signals, a server that goes, answers that get lost, a login that ends.

use jiff::SignedDuration;
use portable_pty::CommandBuilder;

use crate::picker::{ENTER, ESC, Picker};
use crate::proxy::Proxy;
use crate::shell::Shell;
use crate::shop::{PASSWORD, Shop};
use crate::walk::{join, pick_one};

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
fn a_server_that_is_killed_in_mid_hold_and_started_again_sells_what_was_held() {
    let mut shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    shop.kill_the_server();
    picker.wait_for("The server cannot be reached.");
    shop.bring_the_server_back();
    picker.wait_until("the server", |screen| {
        screen.contents().contains("● live") && !screen.contents().contains("cannot be reached")
    });
    assert!(picker.contents().contains("These seats are held for you"), "{}", picker.contents());
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
    // The new server counts from the beginning; the map goes on all the same.
    picker.press(ESC);
    picker.wait_for("● live");
    let other = Shell::of(&shop, "jun@example.com");
    other.json(&["book", "--performance", "1", "--best", "1", "--json"]);
    picker.wait_for("159 of 161 left");
}

#[test]
fn an_order_whose_answer_got_lost_is_found_by_its_key() {
    let shop = Shop::open();
    // One for the client, which asks again at once, and one for the program.
    let proxy = Proxy::before(shop.address, 2);
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &proxy.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 1.");
    assert_eq!((proxy.orders(), shop.bookings().len()), (3, 1));
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 1);
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
fn a_login_that_ends_in_mid_hold_costs_a_password_and_nothing_else() {
    let shop = Shop::open();
    shop.join("jun@example.com");
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    picker.wait_for("No account yet?");
    picker.press(&format!("jun@example.com\t{PASSWORD}\r"));
    picker.wait_for("Hamlet");
    // The access token counts for half an hour, the hold for seven minutes.
    shop.let_pass(SignedDuration::from_mins(26));
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    shop.log_out_everywhere("jun@example.com");
    shop.let_pass(SignedDuration::from_mins(5));
    picker.press(ENTER);
    picker.wait_for("Your login has ended. Log in to go on.");
    assert!(picker.contents().contains("jun@example.com"), "{}", picker.contents());
    picker.press("wrong horse\r");
    picker.wait_for("Wrong email or password.");
    picker.press(&format!("\u{15}{PASSWORD}\r"));
    picker.wait_for("Booked. Your booking number is 1.");
    assert_eq!(shop.bookings().len(), 1);
}

#[test]
fn a_storm_of_sizes_over_the_seat_map_while_others_book_loses_nothing() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    let other = Shell::of(&shop, "jun@example.com");
    for (i, columns) in (1..=200).rev().step_by(9).enumerate() {
        picker.resize(columns / 3 + 1, columns);
        picker.press(["l", "h", "j", "k"][i % 4]);
        if i % 10 == 5 {
            other.json(&["book", "--performance", "1", "--best", "1", "--grade", "S", "--json"]);
        }
    }
    picker.resize(24, 80);
    assert_eq!(shop.bookings().len(), 2);
    picker.wait_for("55 of 57 left");
    picker.wait_for("1 picked");
    // As if nothing had been: the same as for somebody who has just come.
    let mut fresh = Picker::open(&["--server", &shop.url()], state.path());
    fresh.wait_for("Hamlet");
    pick_one(&mut fresh);
    // Keys that came while there was too little room did nothing, so the cursor may be anywhere: both go to the same seat.
    for picker in [&mut picker, &mut fresh] {
        picker.press("/W-5\r-+f");
    }
    let rows_of_map = 20;
    fresh.wait_for("filter: ");
    fresh.wait_for("55 of 57 left");
    let expected = fresh.rows(rows_of_map);
    picker.wait_until("the same map", |screen| {
        screen.rows(0, 80).take(rows_of_map).zip(&expected).all(|(row, expected)| row.trim_end() == expected)
    });
}

#[test]
fn a_terminal_that_was_small_for_a_moment_is_drawn_anew() {
    use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url()], state.path());
    join(&mut picker);
    pick_one(&mut picker);
    let before = picker.rows(24);
    // While the program is busy, it sees only that the size is what it was.
    let process = Pid::from_raw(picker.process_id().try_into().unwrap());
    kill_process(process.unwrap(), Signal::STOP).unwrap();
    waitpid(process, WaitOptions::UNTRACED).unwrap();
    picker.resize(12, 50);
    picker.resize(24, 80);
    assert_ne!(picker.rows(24), before, "the terminal has dropped what there was no room for");
    kill_process(process.unwrap(), Signal::CONT).unwrap();
    picker.wait_until("all of it", |screen| {
        screen.rows(0, 80).zip(&before).all(|(row, before)| row.trim_end() == before)
    });
}

#[test]
fn suspended_with_a_hold_and_back_without_a_gap() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.arg("-i");
    shell.env("PS1", "ready> ");
    shell.env("PICKER", env!("CARGO_BIN_EXE_ticket-tui"));
    let mut picker = Picker::spawn(shell, state.path());
    picker.wait_for("ready> ");
    picker.press(&format!("$PICKER --server {}\r", shop.url()));
    join(&mut picker);
    pick_one(&mut picker);
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press("\u{1a}");
    picker.wait_until("the shell", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert!(picker.is_given_back());
    let other = Shell::of(&shop, "jun@example.com");
    other.json(&["book", "--performance", "1", "--best", "1", "--json"]);
    picker.press("fg\r");
    picker.wait_until("the checkout", |screen| {
        screen.alternate_screen() && screen.contents().contains("These seats are held for you")
    });
    picker.press(ESC);
    // One is held, and one was sold meanwhile.
    picker.wait_for("159 of 161 left");
    picker.press(ENTER);
    picker.wait_for("These seats are held for you");
    picker.press(ENTER);
    picker.wait_for("Booked. Your booking number is 2.");
    picker.press("q");
    picker.wait_until("the shell", |screen| !screen.alternate_screen());
    assert!(picker.is_given_back());
}
