//! The commands without a screen, as a script uses them.

use serde_json::Value;

use crate::shell::{Shell, errors, run, text};
use crate::shop::{PASSWORD, Shop};

#[test]
fn a_script_books_and_cancels() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let shows = shell.json(&["shows", "--json"]);
    let show = shows[0]["showId"].to_string();
    let performances = shell.json(&["shows", &show, "--json"]);
    let performance = performances[0]["performanceId"].to_string();
    let seats = shell.json(&["seats", &performance, "--free", "--grade", "R", "--json"]);
    assert!(seats.as_array().unwrap().iter().all(|seat| seat["grade"] == "R" && seat["state"] == "A"));
    let receipt = shell.json(&["book", "--performance", &performance, "--best", "2", "--grade", "R,S", "--json"]);
    assert_eq!(receipt["bookingTickets"].as_array().unwrap().len(), 2);
    assert_eq!(receipt["bookingTickets"][0]["seatGrade"], "R");
    let booking = receipt["bookingId"].to_string();
    let bookings = shell.json(&["bookings", "--json"]);
    assert_eq!(bookings[0]["bookingId"].to_string(), booking);
    let ticket = receipt["bookingTickets"][0]["ticketId"].to_string();
    shell.json(&["cancel", &booking, "--ticket", &ticket, "--yes", "--json"]);
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 1);
    let again = shell.run(&["cancel", &booking, "--yes"], "");
    assert_eq!(again.status.code(), Some(0), "{}", errors(&again));
    let third = shell.run(&["cancel", &booking, "--yes"], "");
    assert_eq!(third.status.code(), Some(5), "{}", errors(&third));
    assert!(text(&third).is_empty());
}

#[test]
fn seats_are_named_as_on_the_map() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let performance = shell.json(&["shows", "1", "--json"])[0]["performanceId"].to_string();
    let free = shell.json(&["seats", &performance, "--free", "--json"]);
    let seat = &free[0];
    let name = format!(
        "{} {}-{}",
        seat["sector"].as_str().unwrap(),
        seat["row"].as_str().unwrap(),
        seat["label"].as_str().unwrap()
    );
    let output = shell.run(&["book", "--performance", &performance, "--seat", &name], "");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(text(&output).contains("valid"), "{}", text(&output));
    let taken = shell.run(&["book", "--performance", &performance, "--seat", &name], "");
    assert_eq!(taken.status.code(), Some(5), "{}", errors(&taken));
    let nowhere = shell.run(&["book", "--performance", &performance, "--seat", "Z-999"], "");
    assert_eq!(nowhere.status.code(), Some(3), "{}", errors(&nowhere));
    assert!(errors(&nowhere).contains("no seat \"Z-999\""));
}

#[test]
fn a_lost_seat_is_told_by_its_name_and_none_is_guessed() {
    let shop = Shop::open();
    let (mina, jun) = (Shell::of(&shop, "mina@example.com"), Shell::of(&shop, "jun@example.com"));
    let seats = mina.json(&["seats", "1", "--free", "--json"]);
    let name = |i: usize| {
        format!("{} {}-{}", text_of(&seats[i], "sector"), text_of(&seats[i], "row"), text_of(&seats[i], "label"))
    };
    mina.json(&["book", "--performance", "1", "--seat", &name(0), "--json"]);
    let late = jun.run(&["book", "--performance", "1", "--seat", &name(0), "--seat", &name(1)], "");
    assert_eq!(late.status.code(), Some(5));
    assert_eq!(errors(&late), format!("ticket-tui: No longer available: {}. (B_003)\n", name(0)));
    let free = jun.run(&["waitlist", "join", "--performance", "1", "--seat", &name(1)], "");
    assert_eq!(errors(&free), format!("ticket-tui: No need to wait, book it now: {}. (W_006)\n", name(1)));
    // A row, a sector or a number alone is no seat.
    for part in [text_of(&seats[0], "label"), text_of(&seats[0], "row"), text_of(&seats[0], "sector")] {
        let guess = jun.run(&["book", "--performance", "1", "--seat", part], "");
        assert_eq!(guess.status.code(), Some(3), "{part}: {}", errors(&guess));
        assert!(errors(&guess).contains("a seat is written as 1F "), "{}", errors(&guess));
    }
    let grade = jun.run(&["book", "--performance", "1", "--best", "2", "--grade", "B", "--sector", "1F"], "");
    assert_eq!(grade.status.code(), Some(2), "{}", errors(&grade));
    assert!(errors(&grade).contains("there are no B seats in 1F; there are "), "{}", errors(&grade));
    assert_eq!((shop.bookings().len(), shop.holds()), (1, 0));
}

fn text_of<'a>(seat: &'a Value, member: &str) -> &'a str {
    seat[member].as_str().unwrap()
}

#[test]
fn a_login_is_told_as_json_without_its_tokens() {
    let shop = Shop::open();
    shop.join("mina@example.com");
    let state = tempfile::tempdir().unwrap();
    let arguments = ["login", "--email", "mina@example.com", "--password-stdin", "--json"];
    let output = run(&shop.url(), state.path(), &arguments, &format!("{PASSWORD}\n"), None);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let members: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(members, ["email", "expiresAt", "name", "role", "userId"]);
    assert_eq!((&told["email"], &told["name"]), (&"mina@example.com".into(), &"Mina".into()));
}

#[test]
fn times_are_those_of_the_shop_and_name_their_zone_abroad() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let performance = shop.open_sale_in(std::time::Duration::from_hours(1));
    let listed = shell.run_in("UTC", &["shows", "macbeth"]);
    assert_eq!(listed.status.code(), Some(0), "{}", errors(&listed));
    assert!(text(&listed).lines().nth(1).unwrap().ends_with(" KST"), "{}", text(&listed));
    let at_home = text(&shell.run_in("Asia/Seoul", &["shows", "macbeth"]));
    assert!(!at_home.contains("KST") && at_home.contains(':'), "{at_home}");
    let early = shell.run(&["book", "--performance", &performance, "--best", "1"], "");
    let said = errors(&early);
    assert!(said.contains("The sale opens ") && said.contains(" KST. (S_006)"), "{said}");
}

#[test]
fn a_usage_error_names_every_way() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let usage = |arguments: &[&str]| {
        let output = shell.run(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        errors(&output)
    };
    let which_seats = usage(&["book", "--performance", "1"]);
    assert!(which_seats.contains("--best <COUNT>|--seat <SEAT>"), "{which_seats}");
    let nothing = usage(&["book"]);
    assert!(nothing.contains("--performance <NUMBER>|--show <SHOW>"), "{nothing}");
    for said in [which_seats, nothing] {
        assert!(!said.contains("--server"), "{said}");
    }
}

#[test]
fn exit_codes_tell_what_stands_in_the_way() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let state = tempfile::tempdir().unwrap();
    let code = |arguments: &[&str], server: &str| run(server, state.path(), arguments, "", None).status.code();
    assert_eq!(code(&["bookings"], &shop.url()), Some(4), "nobody is logged in");
    assert_eq!(code(&["shows", "99"], &shop.url()), Some(3));
    assert_eq!(code(&["shows"], "http://127.0.0.1:9"), Some(6));
    assert_eq!(code(&["shows"], "nonsense"), Some(2));
    assert_eq!(code(&["book", "--best", "2"], &shop.url()), Some(2));
    assert_eq!(code(&["login"], &shop.url()), Some(2), "there is nobody to ask");
    for (arguments, expected, says) in [
        (&["book", "--show", "Hamlet", "--best", "1"][..], 2, "say which: --date"),
        (&["book", "--show", "Othello", "--best", "1"], 3, "no show has \"Othello\""),
        (&["book", "--show", "1", "--date", "1999-01-01", "--best", "1"], 3, "no such performance"),
        (&["seats", "1", "--sector", "9F"], 3, "no sector \"9F\"; there are"),
        (&["seats", "1", "--max-price", "cheap"], 2, "\"cheap\" is no price in KRW"),
        (&["book", "--performance", "1", "--best", "1", "--max-price", "1"], 5, ""),
        (&["cancel", "1"], 2, "--yes is needed"),
    ] {
        let output = shell.run(arguments, "");
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {}", errors(&output));
        assert!(errors(&output).contains(says), "{arguments:?}: {}", errors(&output));
        assert!(output.stdout.is_empty(), "errors are no data");
    }
    let wrong = run(&shop.url(), state.path(), &["bookings"], "", Some("nonsense"));
    assert_eq!(wrong.status.code(), Some(4), "{}", errors(&wrong));
}

#[test]
fn a_token_from_the_environment_is_used_and_not_kept() {
    let shop = Shop::open();
    let token = shop.join("mina@example.com");
    let state = tempfile::tempdir().unwrap();
    let output = run(&shop.url(), state.path(), &["bookings", "--json"], "", Some(&token));
    assert_eq!((output.status.code(), text(&output).trim()), (Some(0), "[]"), "{}", errors(&output));
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0);
}

#[test]
fn at_open_waits_for_the_sale_and_then_goes_through() {
    let shop = Shop::open();
    let shell = Shell::of(&shop, "mina@example.com");
    let performance = shop.open_sale_in(std::time::Duration::from_secs(4));
    let early = shell.run(&["book", "--performance", &performance, "--best", "2"], "");
    assert_eq!(early.status.code(), Some(5), "{}", errors(&early));
    let waiting = shell.run(&["book", "--performance", &performance, "--best", "2", "--at-open"], "");
    assert_eq!(waiting.status.code(), Some(0), "{}", errors(&waiting));
    assert!(errors(&waiting).contains("The sale opens in"), "{}", errors(&waiting));
    assert_eq!(shop.bookings().len(), 1);
}

#[test]
fn the_configuration_is_printed_read_and_its_mistakes_are_named() {
    let state = tempfile::tempdir().unwrap();
    let printed = run("http://127.0.0.1:9", state.path(), &["--print-config"], "", None);
    assert_eq!(printed.status.code(), Some(0));
    let folder = state.path().join("ticket");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("tui.toml"), &printed.stdout).unwrap();
    let read = run("http://127.0.0.1:9", state.path(), &["shows"], "", None);
    assert_eq!(read.status.code(), Some(6), "the file is fine, there is only no server: {}", errors(&read));
    std::fs::write(folder.join("tui.toml"), "[keys.map]\nbestt = \"x\"\n").unwrap();
    let wrong = run("http://127.0.0.1:9", state.path(), &["shows"], "", None);
    assert_eq!(wrong.status.code(), Some(2), "{}", errors(&wrong));
    assert!(errors(&wrong).contains("tui.toml: line 2: keys.map.bestt: \"bestt\" is no command"), "{}", errors(&wrong));
}

#[test]
fn a_script_waits_for_a_taken_seat_and_books_what_is_offered() {
    let shop = Shop::open();
    let mina = Shell::of(&shop, "mina@example.com");
    mina.json(&["book", "--performance", "1", "--best", "1", "--json"]);
    let sold = shop.bookings().remove(0);
    let (id, seat) = (sold.tickets[0].seat.id, &sold.tickets[0].seat.position);
    let name = format!("{} {}-{}", seat.sector, seat.row, seat.label);
    let jun = Shell::of(&shop, "jun@example.com");
    let join = ["waitlist", "join", "--performance", "1", "--seat", &name, "--json"];
    let entry = jun.json(&join)["waitingBookingId"].to_string();
    let list = jun.json(&["waitlist", "list", "--live", "--json"]);
    assert_eq!((&list[0]["currentState"], &list[0]["position"]), (&"WAITING".into(), &1.into()));
    let early = jun.run(&["waitlist", "book", &entry], "");
    assert_eq!(early.status.code(), Some(5), "{}", errors(&early));
    let unsure = jun.run(&["waitlist", "leave", &entry], "");
    assert_eq!(unsure.status.code(), Some(2), "{}", errors(&unsure));
    assert!(errors(&unsure).contains("--yes"));
    shop.give_back_and_offer(&sold);
    let table = text(&jun.run(&["waitlist", "list"], ""));
    assert!(table.contains("offered") && table.contains("KRW, until"), "{table}");
    let receipt = jun.json(&["waitlist", "book", &entry, "--json"]);
    assert_eq!(receipt["bookingTickets"][0]["seatId"].to_string(), id.to_string());
    assert_eq!(jun.json(&["waitlist", "list", "--live", "--json"]), Value::Array(Vec::new()));

    let entry = mina.json(&join)["waitingBookingId"].to_string();
    let left = mina.json(&["waitlist", "leave", &entry, "--yes", "--json"]);
    assert_eq!(left["currentState"], "WITHDRAWN");
    let free = mina.run(&["waitlist", "join", "--performance", "1", "--seat", "Z-999"], "");
    assert_eq!(free.status.code(), Some(3), "{}", errors(&free));
}
