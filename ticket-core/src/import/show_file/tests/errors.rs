//! Every kind of error, with its exact message.

use super::{SHOW, options, parse, with_performances, with_rows};

#[test]
fn names_what_is_no_toml() {
    assert_eq!(error_with("[show]", "[show"), "line 5, column 6: unclosed table, expected `]`");
    assert!(error_of("").starts_with("line 1, column 1: missing field `venue`"));
    let impossible = error_with("2031-05-02", "2031-13-02");
    assert!(impossible.contains(": performances[0].date: "), "{impossible}");
    let impossible = error_with("running-minutes = 120", "running-minutes = 12o");
    assert!(impossible.starts_with("line 8, column 19: show.running-minutes: "), "{impossible}");
}

#[test]
fn names_a_key_that_is_there_twice() {
    assert_eq!(error_with("[show]", "[show]\nname = \"B\""), "line 7, column 1: key \"name\" is there twice");
    assert_eq!(error_with("[show]", "[venue]\n[show]"), "line 5, column 2: key \"venue\" is there twice");
    let quoted = error_with("[show]", "[show]\n\"max-seats-per-user\" = 1\n\"max-seats-per-user\" = 2");
    assert_eq!(quoted, "line 7, column 1: key \"max-seats-per-user\" is there twice");
}

#[test]
fn names_unknown_missing_and_mistyped_keys() {
    assert_eq!(
        error_with("indent", "indnet"),
        "line 24, column 44: sectors[0].rows[1].indnet: unknown field `indnet`, expected one of \
         `row`, `rows`, `seats`, `grade`, `indent`, `aisle`, `widen`, `price`, `x`, `y`, `labels`, `guids`"
    );
    assert_eq!(error_with("running-minutes = 120", ""), "line 5, column 1: show: missing field `running-minutes`");
    assert_eq!(
        error_with("120", "\"120\""),
        "line 8, column 19: show.running-minutes: invalid type: string \"120\", expected a whole number"
    );
    assert_eq!(
        error_with("[0, 2]", "[0]"),
        "line 20, column 6: sectors[0].at: invalid length 1, expected an array of length 2"
    );
    assert_eq!(
        error_with("sectors", "sector"),
        "line 18, column 3: sector: unknown field `sector`, expected one of \
         `venue`, `show`, `prices`, `stage`, `performances`, `sectors`, `plan`, `seatings`"
    );
}

#[test]
fn names_texts_that_say_nothing() {
    assert_eq!(error_with("\"Hamlet\"", "\" \""), "line 6, column 8: show.name: must not be empty");
    assert_eq!(
        error_with("\"Hamlet\"", "\"Ham\\nlet\""),
        "line 6, column 8: show.name: \"Ham\\nlet\" has a control character or a line break"
    );
    let long = format!("\"{}\"", "가".repeat(201));
    assert_eq!(
        error_with("\"Studio\"", &long),
        "line 3, column 8: venue.name: is 201 characters long; allowed are 200"
    );
}

#[test]
fn names_unknown_categories_and_currencies() {
    assert_eq!(
        error_with("\"play\"", "\"opera\""),
        "line 7, column 12: show.category: \"opera\" is not a category; allowed is MUSICAL, CONCERT, PLAY"
    );
    assert_eq!(
        error_with("running", "currency = \"won\"\nrunning"),
        "line 8, column 12: show.currency: \"won\" is not a currency; \
         allowed is an ISO 4217 code of three capitals, such as KRW"
    );
}

#[test]
fn names_numbers_out_of_range() {
    assert_eq!(
        error_with("120", "-1"),
        "line 8, column 19: show.running-minutes: -1 is out of range; allowed is 1 to 1440"
    );
    assert_eq!(
        error_with("50000", "-50000"),
        "line 11, column 7: prices.VIP: -50000 is out of range; allowed is 0 to 1000000000000"
    );
    assert_eq!(
        error_with("50000", "5000000000000"),
        "line 11, column 7: prices.VIP: 5000000000000 is out of range; allowed is 0 to 1000000000000"
    );
    assert_eq!(
        error_with("50000", "99999999999999999999"),
        "line 11, column 7: prices.VIP: 99999999999999999999 is too large for a whole number"
    );
    assert_eq!(
        error_with("[0, 2]", "[0, nan]"),
        "line 20, column 10: sectors[0].at[1]: NaN is out of range; allowed is -100000 to 100000"
    );
    assert_eq!(
        error_with("indent = 1", "indent = 1e300"),
        "line 24, column 53: sectors[0].rows[1].indent: 1e300 is out of range; allowed is -100000 to 100000"
    );
    let huge = error_with("50000", "99999999999999999999");
    assert!(huge.starts_with("line 11, column 7: prices.VIP: "), "{huge}");
}

#[test]
fn names_grades_that_are_unknown_or_have_no_price() {
    assert_eq!(
        error_with("VIP = ", "W = "),
        "line 11, column 1: prices.W: \"W\" is not a grade; allowed is VIP, R, S, A, B"
    );
    assert_eq!(error_with("VIP = ", "r = "), "line 11, column 1: prices.r: R has a price already");
    assert_eq!(
        error_with("grade = \"R\"", "grade = \"W\""),
        "line 21, column 9: sectors[0].grade: \"W\" is not a grade; allowed is VIP, R, S, A, B"
    );
    assert_eq!(
        error_with("grade = \"R\"", "grade = \"S\""),
        "line 21, column 9: sectors[0].grade: grade S has no price; add it to [prices]"
    );
    assert_eq!(
        error_with("grade = \"R\"", ""),
        "line 23, column 30: sectors[0].rows[0].seats: has no grade; give one to the row or to its sector"
    );
    assert_eq!(
        error_with("VIP:5", "A:5"),
        "line 24, column 33: sectors[0].rows[1].seats: grade A has no price; add it to [prices]"
    );
}

#[test]
fn names_bad_lists_at_their_words() {
    assert_eq!(
        error_with("3-4", "3-"),
        "line 23, column 36: sectors[0].rows[0].seats: \"3-\" is no seat; \
         allowed is 7, 7A, 1-12, 12-1, _ for an aisle and # for a gap"
    );
    assert_eq!(
        error_with("A-B", "A-3"),
        "line 23, column 15: sectors[0].rows[0].rows: \"A-3\" is not a range of rows; allowed is A-F, AA-AF, 1-20"
    );
    assert_eq!(error_with("row = \"C\", ", ""), "line 24, column 5: sectors[0].rows[1]: needs either `row` or `rows`");
    assert_eq!(
        error_with("indent = 1", "widen = 1, rows = \"C\""),
        "line 24, column 5: sectors[0].rows[1]: needs either `row` or `rows`"
    );
    assert_eq!(
        error_with("1-2 _ 3-4\"", "1-2 #\", widen = 1"),
        "line 23, column 46: sectors[0].rows[0].widen: needs `seats` that end with a seat, whose numbers it can continue"
    );
}

#[test]
fn names_seats_that_are_there_twice_or_overlap() {
    assert_eq!(
        error_with("3-4", "2-4"),
        "line 23, column 36: sectors[0].rows[0].seats: seat \"1F/A/2\" is there twice"
    );
    assert_eq!(
        error_with("row = \"C\"", "row = \"B\""),
        "line 24, column 27: sectors[0].rows[1].seats: seat \"1F/B/1\" is there twice"
    );
    let second =
        "\n[[sectors]]\nname = \"2F\"\nat = [3.25, 2]\ngrade = \"R\"\nrows = [{ row = \"A\", seats = \"1-2\" }]\n";
    assert_eq!(
        error_of(&format!("{SHOW}{second}")),
        "line 31, column 31: sectors[1].rows[0].seats: seat \"2F/A/1\" overlaps seat \"1F/A/3\""
    );
}

#[test]
fn names_sectors_without_seats_or_without_a_place() {
    assert_eq!(
        error_of(&with_rows("rows = [{ row = \"A\", seats = \"__ #\" }]")),
        "line 18, column 1: sectors[0]: sector \"1F\" has no seat"
    );
    assert_eq!(error_of(&with_rows("rows = []")), "line 18, column 1: sectors[0]: sector \"1F\" has no seat");
    assert_eq!(error_with("at = [0, 2]", ""), "line 18, column 1: sectors[0]: needs either `at` or `around`");
    assert_eq!(
        error_with("grade = \"R\"", "grade = \"R\"\ncurve = 1"),
        "line 24, column 30: sectors[0].rows[0].seats: the row is too long for so narrow a curve"
    );
}

#[test]
fn names_too_many_seats() {
    let rows = r#"rows = [{ rows = "1-1000", seats = "1-201" }]"#;
    assert_eq!(error_of(&with_rows(rows)), "line 22, column 37: sectors[0].rows[0].seats: more than 200000 seats");
}

#[test]
fn names_what_is_wrong_with_performances() {
    let error_of = |performances: &str| error_of(&with_performances(performances));
    assert_eq!(
        error_of("date = 19:30:00\nstart = 19:30:00"),
        "line 15, column 8: performances[0].date: 19:30:00 is not a date; allowed is a local date such as 2031-05-02"
    );
    assert_eq!(
        error_of("date = 2031-05-02\nstart = 2031-05-02T19:30:00"),
        "line 16, column 9: performances[0].start: 2031-05-02T19:30:00 is not a time; allowed is a local time such as 19:30:00"
    );
    let twice = "date = 2031-05-02\nstart = 19:30:00|date = 2031-05-02\n";
    assert_eq!(
        error_of(&format!("{twice}start = 19:30:00")),
        "line 19, column 9: performances[1].start: a second performance on 2031-05-02 at 19:30:00"
    );
    assert_eq!(
        error_of(&format!("{twice}start = 21:00:00\nround = 1")),
        "line 20, column 9: performances[1].round: a second round 1 on 2031-05-02"
    );
    assert_eq!(
        error_of(&format!("{twice}start = 21:00:00\nround = 0")),
        "line 20, column 9: performances[1].round: 0 is out of range; allowed is 1 to 100"
    );
    assert_eq!(
        error_of(&vec!["date = 2031-05-02\nstart = 19:30:00"; 1_001].join("|")),
        "line 3014, column 1: performances[1000]: more than 1000 performances"
    );
}

#[test]
fn names_what_is_wrong_with_a_sale() {
    let error_of = |sale: &str| error_of(&with_performances(&format!("date = 2031-05-02\nstart = 19:30:00\n{sale}")));
    assert_eq!(
        error_of("sale-opens-at = 2031-05-02T19:30:00"),
        "line 17, column 17: performances[0].sale-opens-at: 2031-05-02T19:30:00 is not before the start"
    );
    assert_eq!(
        error_of("sale-opens-at = 2031-03-02T14:00:00\nsale-closes-at = 2031-03-02T05:00:00Z"),
        "line 18, column 18: performances[0].sale-closes-at: 2031-03-02T05:00:00Z is not after sale-opens-at, \
         2031-03-02T14:00:00"
    );
    assert_eq!(
        error_of("sale-opens-at = 2031-03-02"),
        "line 17, column 17: performances[0].sale-opens-at: 2031-03-02 is not a date and time; \
         allowed is a date and time such as 2031-03-02T14:00:00 or 2031-03-02T14:00:00+09:00"
    );
}

fn error_of(text: &str) -> String {
    parse(text, &options()).unwrap_err().to_string()
}

/// The error of the valid file with one text replaced by another.
#[track_caller]
fn error_with(replaced: &str, by: &str) -> String {
    assert!(SHOW.contains(replaced), "{replaced}");
    error_of(&SHOW.replacen(replaced, by, 1))
}
