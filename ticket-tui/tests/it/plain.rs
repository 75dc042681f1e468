//! The picker as a conversation, through pipes.

use jiff::SignedDuration;

use crate::proxy::Proxy;
use crate::shell::{Shell, Talk, errors, text};
use crate::shop::{PASSWORD, Shop};

/// The name of the seat that somebody has just bought.
fn bought(shop: &Shop, shell: &Shell) -> String {
    shell.json(&["book", "--performance", "1", "--best", "1", "--json"]);
    let newest = shop.bookings().into_iter().max_by_key(|booking| booking.id).unwrap();
    let seat = &newest.tickets[0].seat.position;
    format!("{} {}-{}", seat.sector, seat.row, seat.label)
}

#[test]
fn seats_are_picked_and_bought() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let output = shell.run(&["--plain"], "1\n7\n1\n1\nbest 2 R\ny\n");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let said = errors(&output);
    for expected in ["1. Hamlet", "\"7\" is none of 1 to 1.", "seats left", "Held for you until", "Booking 1,"] {
        assert!(said.contains(expected), "no {expected:?} in {said}");
    }
    assert!(text(&output).contains("valid"));
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 2);
    let output = shell.run(&["--plain", "--lang", "ko"], "1\n1\n1\n없는 좌석\n2\nbest\nn\n");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("좌석을 놓았습니다"), "{}", errors(&output));
    assert!(errors(&output).contains("2만으로는 좌석을 알 수 없습니다"), "{}", errors(&output));
    assert_eq!(shop.bookings().len(), 1);
    let quit = shell.run(&["--plain"], "1\n1\n");
    assert_eq!((quit.status.code(), quit.stdout.len()), (Some(0), 0), "the end of the input ends the conversation");
}

#[test]
fn the_end_of_the_input_ends_it_quietly_wherever_one_is() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let way = ["1", "1", "1", "best 2", ""];
    for steps in 0..way.len() {
        let input = way[..steps].iter().map(|line| format!("{line}\n")).collect::<String>();
        let output = shell.run(&["--plain"], &input);
        assert_eq!(output.status.code(), Some(0), "{steps}: {}", errors(&output));
        assert!(!errors(&output).contains("ticket-tui:"), "{steps}: {}", errors(&output));
    }
    assert_eq!((shop.bookings().len(), shop.holds()), (0, 0), "what was held is released");
    let stranger = tempfile::tempdir().unwrap();
    let talk = Talk::begin(&shop.url(), stranger.path(), &[]);
    assert_eq!(talk.end(), (Some(0), String::new()));
}

#[test]
fn what_is_free_and_what_is_taken_is_told_row_by_row() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let sold = bought(&shop, &shell);
    let (row, number) = sold.split_once('-').unwrap();
    let row = row.replace(' ', " row ");
    let output = shell.run(&["--plain"], "1\nhmlt\n1\ntaken\nfree VIP <1\nfree nowhere\n?\n");
    let said = errors(&output);
    let line = said.lines().find(|line| line.starts_with(&format!("{row}, "))).unwrap();
    assert!(line.ends_with(&format!(" KRW: {number}")), "{line}");
    for expected in ["There are no such seats.", "\"nowhere\" is not known", "these seats"] {
        assert!(said.contains(expected), "no {expected:?} in {said}");
    }
    let free = errors(&shell.run(&["--plain"], "1\n1\n1\nfree\n"));
    let told = free
        .lines()
        .filter(|line| line.contains(" KRW: ") && !line.ends_with(" left"))
        .flat_map(|line| line.rsplit(": ").next());
    let count_of = |stretch: &str| match stretch.split_once(" to ") {
        Some((first, last)) => last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1,
        None => 1,
    };
    let count: usize = told.flat_map(|labels| labels.split(", ")).map(count_of).sum();
    let seats = shell.json(&["seats", "1", "--free", "--json"]);
    assert_eq!(count, seats.as_array().unwrap().len());
}

#[test]
fn a_lost_race_offers_the_nearest_equal_seat() {
    let shop = Shop::open();
    let mina = Shell::of(&shop, "mina@example.com");
    let jun = Shell::of(&shop, "jun@example.com");
    let mut talk = jun.talk(&[]);
    for line in ["1", "1", "1", "free"] {
        talk.say(line);
    }
    talk.hear(" KRW: ");
    let sold = bought(&shop, &mina);
    talk.say(&sold);
    talk.hear(&format!("Too late for {sold}."));
    talk.say("What");
    talk.hear("\"What\" is neither y nor n.");
    talk.say("y");
    talk.hear("Held for you until");
    talk.say("y");
    talk.hear("Booking 2,");
    let (code, printed) = talk.end();
    assert!(code == Some(0) && printed.contains("valid"), "{printed}");
}

#[test]
fn the_waitlist_from_joining_to_the_ticket() {
    let shop = Shop::open();
    let mina = Shell::of(&shop, "mina@example.com");
    let name = bought(&shop, &mina);
    let sold = shop.bookings().remove(0);
    let jun = Shell::of(&shop, "jun@example.com");
    let mut talk = jun.talk(&[]);
    for line in ["5", "1", "1", "1", &format!("wait {name}")] {
        talk.say(line);
    }
    talk.hear("You wait for nothing.");
    talk.hear("You are on the waitlist: entry 1.");
    talk.say("5");
    talk.hear("waiting, no. 1");
    shop.give_back_and_offer(&sold);
    // What is told of the entry was read before; the next menu knows of the offer.
    talk.say("q");
    talk.hear("Offer: 1 seat of Hamlet");
    talk.say("5");
    talk.hear("offered ");
    talk.say("1");
    talk.hear("Offered to you until");
    talk.say("1");
    talk.say("y");
    talk.hear("Booking 2,");
    talk.say("q");
    let (code, printed) = talk.end();
    assert!(code == Some(0) && printed.contains("valid"), "{printed}");
    assert_eq!(shop.bookings().len(), 2);
}

#[test]
fn an_offer_is_declined_and_a_place_given_up() {
    let shop = Shop::open();
    let mina = Shell::of(&shop, "mina@example.com");
    let name = bought(&shop, &mina);
    let sold = shop.bookings().remove(0);
    let jun = Shell::of(&shop, "jun@example.com");
    let joined = jun.run(&["--plain"], &format!("1\n1\n1\nwait {name}\n"));
    assert!(errors(&joined).contains("entry 1."), "{}", errors(&joined));
    shop.give_back_and_offer(&sold);
    let declined = errors(&jun.run(&["--plain"], "5\n1\n2\nn\n5\n1\n2\ny\n"));
    assert!(declined.contains("Decline the offer?") && declined.contains("\ndeclined\n"), "{declined}");

    let name = bought(&shop, &mina);
    let gone = errors(&jun.run(&["--plain"], &format!("1\n1\n1\nwait {name}\n5\n1\n1\ny\n")));
    assert!(gone.contains("Give up waiting?") && gone.contains("\nwithdrawn\n"), "{gone}");
    let refused = errors(&jun.run(&["--plain"], "1\n1\n1\nwait 1F 2-1, 2-2\n3\n2\n"));
    assert!(refused.contains("\"3\" is none of 1 to 2.") && refused.contains("No need to wait"), "{refused}");
}

#[test]
fn the_ranking_likes_bookings_and_the_account() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    bought(&shop, &shell);
    let said = errors(&shell.run(&["--plain"], "3\n1\n1\nf\nq\n3\n1\nf\nq\n3\n2\n2\n1\n"));
    let mut rest = said.as_str();
    for expected in [
        "You like none of these.",
        "You like it: 1 like.",
        "♥ 1, you too",
        "You do not like it any more: 0 likes.",
        "1. All",
        "Tickets sold this week: All",
        "1 ticket",
    ] {
        let at = rest.find(expected).unwrap_or_else(|| panic!("no {expected:?} in {said}"));
        rest = &rest[at + expected.len()..];
    }
    let cancelled = errors(&shell.run(&["--plain"], "4\n1\n1\n1\ny\n4\n"));
    assert!(cancelled.contains("1 ticket cancelled.") && cancelled.contains(", cancelled\n"), "{cancelled}");
    let account =
        format!("6\n1\nwrong\nnew horse 1\nnew horse 1\n6\n1\n{PASSWORD}\nnew horse 1\nnew horse 1\n6\n2\ny\n");
    let account = errors(&shell.run(&["--plain"], &account));
    for expected in
        ["Email: mina@example.com", "Role: Buyer", "Wrong", "The password is changed.", "logged out", "1. Log in"]
    {
        assert!(account.contains(expected), "no {expected:?} in {account}");
    }
}

#[test]
fn one_joins_and_one_who_is_not_let_in_is_told_by_the_exit_code() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut talk = Talk::begin(&shop.url(), state.path(), &["--lang", "ko"]);
    for line in ["2", "mina@example.com", "short", "김민아", "2", "mina@example.com", PASSWORD, "김민아", "ㅂ"] {
        talk.say(line);
    }
    talk.hear("password");
    talk.hear("김민아 <mina@example.com> 님으로 로그인했습니다.");
    talk.hear("1. 공연");
    assert_eq!(talk.end(), (Some(0), String::new()));
    let stranger = tempfile::tempdir().unwrap();
    let mut talk = Talk::begin(&shop.url(), stranger.path(), &[]);
    for line in ["1", "mina@example.com", "wrong horse"] {
        talk.say(line);
    }
    talk.hear("Wrong email or password.");
    assert_eq!(talk.end().0, Some(4));
    let gone = Talk::begin("http://127.0.0.1:9", state.path(), &[]);
    assert_eq!(gone.end().0, Some(0), "nobody is logged in at that server, and nobody wants to be");
}

#[test]
fn a_login_that_has_ended_is_asked_for_and_one_goes_on_where_one_was() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let mut talk = shell.talk(&[]);
    for line in ["1", "1", "1", "?"] {
        talk.say(line);
    }
    talk.hear("best 2:");
    talk.hear("best 2:");
    shop.log_out_everywhere("mina@example.com");
    shop.let_pass(SignedDuration::from_mins(31));
    talk.say("best 2");
    talk.hear("Your login has ended. Log in to go on.");
    for line in ["1", "mina@example.com", PASSWORD] {
        talk.say(line);
    }
    talk.hear("Held for you until");
    talk.say("y");
    talk.hear("Booking 1,");
    assert_eq!(talk.end().0, Some(0));
}

#[test]
fn an_order_whose_answer_got_lost_is_bought_once() {
    let shop = Shop::open();
    let proxy = Proxy::before(shop.address, 3);
    let shell = Shell::of(&shop, "mina@example.com");
    let shell = Shell { server: proxy.url(), ..shell };
    let login = shell.run(&["login", "--email", "mina@example.com", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert_eq!(login.status.code(), Some(0), "{}", errors(&login));
    let output = shell.run(&["--plain"], "1\n1\n1\nbest 2\ny\n");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let said = errors(&output);
    assert!(said.contains("The order is sent again until it is answered."), "{said}");
    assert!(said.contains("Booking 1,"), "{said}");
    assert!(proxy.orders() >= 4, "{}", proxy.orders());
    assert_eq!((shop.bookings().len(), shop.bookings()[0].valid_tickets().count()), (1, 2));
}
