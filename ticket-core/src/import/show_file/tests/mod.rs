mod errors;
mod syntaxes;
mod writing;

use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::domain::{Category, Grade};

const SHOW: &str = r#"
[venue]
name = "Studio"

[show]
name = "Hamlet"
category = "play"
running-minutes = 120

[prices]
VIP = 50000
R = 30000

[[performances]]
date = 2031-05-02
start = 19:30:00

[[sectors]]
name = "1F"
at = [0, 2]
grade = "R"
rows = [
    { rows = "A-B", seats = "1-2 _ 3-4" },
    { row = "C", seats = "1-2 # VIP:5 5A", indent = 1, aisle = 2 },
]
"#;

fn options() -> ShowFileOptions {
    ShowFileOptions { time_zone: TimeZone::get("Asia/Seoul").unwrap(), starting: None }
}

fn parsed_show(text: &str) -> ShowPlan {
    parse(text, &options()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn reads_the_show_with_its_defaults() {
    let plan = parsed_show(SHOW);
    assert_eq!((plan.venue.name.as_str(), plan.venue.contact.as_str()), ("Studio", ""));
    assert_eq!((plan.name.as_str(), plan.category, plan.running_minutes), ("Hamlet", Category::Play, 120));
    assert_eq!((plan.intermission_minutes, plan.max_seats_per_user, plan.cancel_until_hours), (0, 10, 0));
    assert_eq!((plan.currency, plan.age_limit.as_str(), plan.stage), (Currency::KRW, "", None));
}

#[test]
fn reads_the_seats_in_drawing_order() {
    let plan = parsed_show(SHOW);
    let lines: Vec<String> = plan
        .seats
        .iter()
        .map(|s| {
            let number = s.position.number;
            format!("{} {number} {} {} {} {} {}", s.guid, s.grade, s.price, s.is_seat, s.x, s.y)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "1F/A/1 1 R 30000 true 0.5 0.5",
            "1F/A/2 2 R 30000 true 1.5 0.5",
            "1F/A/3 3 R 30000 true 3.5 0.5",
            "1F/A/4 4 R 30000 true 4.5 0.5",
            "1F/B/1 1 R 30000 true 0.5 1.5",
            "1F/B/2 2 R 30000 true 1.5 1.5",
            "1F/B/3 3 R 30000 true 3.5 1.5",
            "1F/B/4 4 R 30000 true 4.5 1.5",
            "1F/C/1 1 R 30000 true 1.5 4.5",
            "1F/C/2 2 R 30000 true 2.5 4.5",
            "1F/C/#1 0 R 30000 false 3.5 4.5",
            "1F/C/5 5 VIP 50000 true 4.5 4.5",
            "1F/C/5A 5 R 30000 true 5.5 4.5",
        ]
    );
}

#[test]
fn the_plan_begins_at_the_corner_of_what_is_drawn() {
    let stage = "[stage]\nx = -3\ny = -1.5\nwidth = 4\nheight = 2\n\n[[performances]]";
    let plan = parsed_show(&SHOW.replace("[[performances]]", stage));
    let stage = plan.stage.unwrap();
    assert_eq!((stage.label.as_str(), stage.x, stage.y, stage.width, stage.height), ("STAGE", 0.0, 0.0, 4.0, 2.0));
    assert_eq!((plan.seats[0].x, plan.seats[0].y), (3.5, 4.0));
}

#[test]
fn a_wedge_widens_by_its_share_and_stays_centred() {
    let rows = r#"rows = [{ rows = "1-4", seats = "1-2", widen = 0.5 }]"#;
    let plan = parsed_show(&with_rows(rows).replace("at = [0, 2]", "around = [0, 0]\ncurve = 20"));
    let in_row = |row: &str| plan.seats.iter().filter(|s| s.position.row == row).map(|s| s.x).collect::<Vec<_>>();
    assert_eq!(["1", "2", "3", "4"].map(|row| in_row(row).len()), [2, 2, 3, 3]);
    assert_eq!(in_row("1"), [1.0, 2.0]);
    assert_eq!(in_row("3"), [0.5, 1.5, 2.5]);
}

#[test]
fn performances_are_in_order_and_rounds_are_counted() {
    let plan = parsed_show(&with_performances(
        "date = 2031-05-03\nstart = 14:00:00|date = 2031-05-02\nstart = 19:30|date = 2031-05-03\nstart = 19:00:00",
    ));
    let lines: Vec<_> =
        plan.performances.iter().map(|p| format!("{} {} {} {}", p.date, p.round, p.start_time, p.starts_at)).collect();
    assert_eq!(
        lines,
        [
            "2031-05-02 1 19:30:00 2031-05-02T10:30:00Z",
            "2031-05-03 1 14:00:00 2031-05-03T05:00:00Z",
            "2031-05-03 2 19:00:00 2031-05-03T10:00:00Z",
        ]
    );
}

#[test]
fn a_sale_opens_at_once_and_closes_at_the_start_unless_said_otherwise() {
    let plan = parsed_show(SHOW);
    assert_eq!(
        (plan.performances[0].sale_opens_at, plan.performances[0].sale_closes_at.to_string().as_str()),
        (None, "2031-05-02T10:30:00Z")
    );
    let sale = "date = 2031-05-02\nstart = 19:30:00\nsale-opens-at = 2031-03-02T14:00:00\nsale-closes-at = 2031-05-02T09:00:00-01:00";
    let performance = parsed_show(&with_performances(sale)).performances.remove(0);
    assert_eq!(performance.sale_opens_at.unwrap().to_string(), "2031-03-02T05:00:00Z");
    assert_eq!(performance.sale_closes_at.to_string(), "2031-05-02T10:00:00Z");
}

#[test]
fn starting_moves_dates_and_sales_by_the_same_number_of_days() {
    let text = with_performances(
        "date = 2031-05-03\nstart = 19:30:00\nsale-opens-at = 2031-05-01T14:00:00|date = 2031-05-02\nstart = 19:30:00",
    );
    let options = ShowFileOptions { starting: Some(date(2027, 1, 31)), ..options() };
    let plan = parse(&text, &options).unwrap();
    assert_eq!(plan.performances[0].date, date(2027, 1, 31));
    assert_eq!(plan.performances[1].starts_at.to_string(), "2027-02-01T10:30:00Z");
    assert_eq!(plan.performances[1].sale_opens_at.unwrap().to_string(), "2027-01-30T05:00:00Z");
}

#[test]
fn starting_keeps_the_time_of_day_across_a_change_of_the_clock() {
    let time_zone = TimeZone::get("Europe/Berlin").unwrap();
    let options = ShowFileOptions { time_zone, starting: Some(date(2031, 12, 1)) };
    let plan = parse(SHOW, &options).unwrap();
    assert_eq!(plan.performances[0].starts_at.to_string(), "2031-12-01T18:30:00Z");
}

/// Clocks go from 2:00 to 3:00 on the one day, and from 2:00 back to 1:00 on the other.
#[test]
fn of_a_time_that_comes_twice_the_first_is_meant_and_one_that_is_skipped_is_later() {
    let text = with_performances("date = 2031-03-09\nstart = 02:30:00|date = 2031-11-02\nstart = 01:30:00");
    let options = ShowFileOptions { time_zone: TimeZone::get("America/New_York").unwrap(), starting: None };
    let plan = parse(&text, &options).unwrap();
    let starts = plan.performances.iter().map(|performance| performance.starts_at.to_string());
    assert_eq!(starts.collect::<Vec<_>>(), ["2031-03-09T07:30:00Z", "2031-11-02T05:30:00Z"]);
    let written = write(&plan, Syntax::Toml, &options.time_zone).unwrap();
    assert_eq!(parse(&written, &options).unwrap(), plan);
}

fn seat_word() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..40, 1_u32..40).prop_map(|(first, last)| format!("{first}-{last}")),
        (1_u32..40, "[A-C]?").prop_map(|(number, letter)| format!("VIP:{number}{letter}")),
        "[_#]{1,3}",
    ]
}

fn row() -> impl Strategy<Value = String> {
    ("[A-D]-[A-D]", prop::collection::vec(seat_word(), 0..5), -3.0..3.0, 0..3_u8).prop_map(
        |(rows, words, indent, aisle)| {
            format!(r#"{{ rows = "{rows}", seats = "{}", indent = {indent:?}, aisle = {aisle} }}"#, words.join(" "))
        },
    )
}

proptest! {
    #[test]
    fn a_plan_never_has_a_seat_twice_and_an_error_is_always_placed(
        sectors in prop::collection::vec((0..2_u8, 0..60_u8, -360.0..360.0, prop::collection::vec(row(), 0..3)), 1..4),
    ) {
        let (mut text, _) = SHOW.split_once("[[sectors]]").map(|(head, _)| (head.to_owned(), ())).unwrap();
        for (name, x, angle, rows) in sectors {
            let rows = rows.join(", ");
            text += &format!("[[sectors]]\nname = \"{name}\"\nat = [{x}, 0]\nangle = {angle:?}\ngrade = \"R\"\nrows = [{rows}]\n");
        }
        match parse(&text, &options()) {
            Ok(plan) => {
                let guids: std::collections::HashSet<_> = plan.seats.iter().map(|seat| &seat.guid).collect();
                prop_assert_eq!(guids.len(), plan.seats.len());
                prop_assert!(plan.seats.iter().all(|seat| seat.x >= 0.49 && seat.y >= 0.49));
                prop_assert!(plan.seats.iter().any(|seat| seat.grade == Grade::R || seat.grade == Grade::Vip));
            }
            Err(error) => {
                prop_assert!(error.line > 17 && error.key.starts_with("sectors["), "{}\n{}", error, text);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", at in 0..SHOW.len()) {
        let _ = parse(&text, &options());
        let at = (0..=at).rev().find(|at| SHOW.is_char_boundary(*at)).unwrap_or(0);
        let _ = parse(&format!("{}{text}{}", &SHOW[..at], &SHOW[at..]), &options());
    }
}

/// The valid file with other rows.
fn with_rows(rows: &str) -> String {
    let (head, _) = SHOW.split_once("rows = [").unwrap();
    format!("{head}{rows}\n")
}

/// The valid file with other performances, divided by bars.
fn with_performances(performances: &str) -> String {
    let (head, _) = SHOW.split_once("[[performances]]").unwrap();
    let (_, tail) = SHOW.split_once("19:30:00\n").unwrap();
    let tables: String = performances.split('|').map(|table| format!("[[performances]]\n{table}\n")).collect();
    format!("{head}{tables}{tail}")
}
