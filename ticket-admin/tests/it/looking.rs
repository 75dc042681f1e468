//! Commands that only look.

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

#[test]
fn shows_are_listed_newest_first() {
    let folder = Folder::with_show();
    folder.write("second.toml", SHOW.replace("Hamlet 햄릿", "Macbeth"));
    folder.run(&["apply", "-f", "second.toml"]);
    assert_snapshot!("show_list", folder.run(&["show", "list"]));
    assert_snapshot!("show_list_json", folder.run(&["show", "list", "--format", "json"]));
}

#[test]
fn a_hundred_shows_and_more_are_all_listed() {
    let folder = Folder::with_database();
    for number in 0..101 {
        folder.write("show.toml", SHOW.replace("Hamlet 햄릿", &format!("Show {number}")));
        assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
    }
    let listed = folder.run(&["show", "list"]);
    assert_eq!((0..101).filter(|number| listed.contains(&format!("Show {number} "))).count(), 101, "{listed}");
}

#[test]
fn performances_are_listed_in_local_time() {
    let folder = Folder::with_show();
    assert_snapshot!("performance_list", folder.run(&["performance", "list", "1"]));
    assert_snapshot!("performance_list_json", folder.run(&["performance", "list", "1", "--format", "json"]));
    assert_snapshot!("performance_list_unknown_show", folder.run(&["performance", "list", "7"]));
}

#[test]
fn the_seat_map_shows_what_is_free_sold_and_no_seat() {
    let folder = Folder::with_show();
    folder.book(&[2, 3]);
    assert_snapshot!("seat_map", folder.run(&["seat", "map", "1"]));
    assert_snapshot!("seat_map_json", folder.run(&["seat", "map", "1", "--format", "json"]));
    assert_snapshot!("seat_map_unknown_performance", folder.run(&["seat", "map", "7"]));
}

#[test]
fn a_seat_map_too_wide_is_summed_up() {
    let folder = Folder::with_database();
    let wide = SHOW
        .replace("1-2 _ 3-4 #", "1-40")
        .replace("1-2 _ 3-4\"", "1-40\"")
        .replace("width = 9", "width = 44")
        .replace("running-minutes", "max-seats-per-user = 50\nrunning-minutes");
    folder.write("show.toml", wide);
    folder.run(&["apply", "-f", "show.toml"]);
    folder.book(&[1, 2, 3, 4, 41, 42, 43, 44, 5, 6]);
    assert_snapshot!(folder.run(&["seat", "map", "1", "--width", "11"]));
}

#[test]
fn bookings_are_listed_newest_first() {
    let folder = Folder::with_show();
    assert_snapshot!("no_bookings", folder.run(&["booking", "list"]));
    assert_snapshot!("no_bookings_json", folder.run(&["booking", "list", "--format", "json"]));
    folder.book(&[1, 5]);
    assert_snapshot!("booking_list", folder.run(&["booking", "list"]));
    assert_snapshot!("booking_list_json", folder.run(&["booking", "list", "--format", "json"]));
}

#[test]
fn bookings_can_be_narrowed_down() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    let listed = |option: &str, value: &str| folder.run(&["booking", "list", option, value]);
    for (option, value) in [("--show", "1"), ("--performance", "1"), ("--user", "MINA@example.com")] {
        assert!(listed(option, value).contains("80,000 KRW"), "{option} {value}");
    }
    for (option, value) in [("--performance", "2"), ("--user", "jun@example.com")] {
        assert_eq!(listed(option, value), "exit code 0\n--- stdout\n--- stderr\nno bookings\n", "{option} {value}");
    }
    assert_eq!(listed("--show", "9"), "exit code 3\n--- stdout\n--- stderr\nerror: There is no show 9.\n");
}

#[test]
fn a_ranking_is_what_is_sold_now() {
    let folder = Folder::with_show();
    assert_snapshot!("ranking_of_nothing", without_times(&folder.run(&["ranking"])));
    folder.write("second.toml", SHOW.replace("Hamlet 햄릿", "Macbeth"));
    folder.write("third.toml", SHOW.replace("Hamlet 햄릿", "Cats").replace("PLAY", "MUSICAL"));
    folder.run(&["apply", "-f", "second.toml"]);
    folder.run(&["apply", "-f", "third.toml"]);
    folder.book_today(&[1, 5]);
    folder.book_today(&[19, 20, 22]);
    folder.book_today(&[37]);
    // A month, so that nothing is different at midnight.
    let run = |options: &[&str]| without_times(&folder.run(&[&["ranking", "--period", "month"], options].concat()));
    assert_snapshot!("ranking", run(&[]));
    assert_snapshot!("ranking_of_a_category", run(&["--category", "play"]));
    assert_snapshot!("ranking_json", run(&["--category", "PLAY", "--format", "json"]));
    assert_snapshot!("ranking_unknown_period", folder.run(&["ranking", "--period", "year"]));
    assert_snapshot!("ranking_unknown_category", folder.run(&["ranking", "--category", "opera"]));
}

/// Digits of local times as zeros.
fn without_times(text: &str) -> String {
    let is_time = |word: &str| word.contains(['-', ':']) && word.starts_with(|c: char| c.is_ascii_digit());
    let zeros = |word: &str| word.replace(|c: char| c.is_ascii_digit(), "0");
    let words = text.split_inclusive([' ', '"', '\n']);
    words.map(|word| if is_time(word) { zeros(word) } else { word.to_owned() }).collect()
}

#[test]
fn the_audit_tells_what_it_has_checked() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    assert_snapshot!("audit", folder.run(&["audit"]));
}

#[test]
fn the_audit_fails_when_something_is_broken() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let connection = rusqlite::Connection::open(folder.path("tickets.db")).unwrap();
    connection.execute("UPDATE seat SET state = 'AVAILABLE' WHERE id = 1", []).unwrap();
    assert_snapshot!("audit_broken", folder.run(&["audit"]));
    assert_snapshot!("audit_broken_json", folder.run(&["audit", "--format", "json"]));
}

#[test]
fn holds_are_listed_and_released() {
    let folder = Folder::with_show();
    folder.hold(&[1, 2]);
    let table = folder.run(&["holds", "list"]);
    assert!(table.contains("1,2"), "{table}");
    let listed = folder.output(&["holds", "list", "--format", "json"]).stdout;
    let listed: serde_json::Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(listed[0]["seatIds"], serde_json::json!([1, 2]));
    let id = listed[0]["holdId"].as_str().unwrap();
    assert!(folder.run(&["holds", "release", id]).contains("released"));
    assert_snapshot!("no_holds", folder.run(&["holds", "list"]));
    assert_eq!(folder.output(&["holds", "release", id]).status.code(), Some(3), "it is gone");
    assert_snapshot!("holds_release_nonsense", folder.run(&["holds", "release", "7"]));
}

#[test]
fn mails_are_listed_sent_and_tried_again() {
    let folder = Folder::with_show();
    assert_snapshot!("no_mails", folder.run(&["mail", "list"]));
    folder.book(&[1, 5]);
    assert_snapshot!("mail_list", folder.run(&["mail", "list"]));
    assert_snapshot!("mail_list_json", folder.run(&["mail", "list", "--state", "pending", "--format", "json"]));
    assert_snapshot!("mail_retry", folder.run(&["mail", "retry", "1"]));
    assert_snapshot!("mail_retry_unknown", folder.run(&["mail", "retry", "7"]));
    assert_snapshot!("mail_list_given_up", folder.run(&["mail", "list", "--state", "given-up"]));
}
