//! The columns of CSV: always the same, whatever the data are, and with everything in them.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;
use ticket_core::BoxOffice;
use ticket_core::api::JoinRequest;
use ticket_core::domain::{PerformanceId, SeatId, WaitlistWish};
use ticket_core::testing::offer_canceled_seats;

use crate::support::{Folder, SHOW, join};

/// What can be read of a shop without anything in it.
const LISTS: [&str; 23] = [
    "show list",
    "venue list",
    "user list",
    "booking list",
    "booking export",
    "holds list",
    "waitlist list",
    "mail list",
    "jobs list",
    "jobs status",
    "ranking",
    "ranking --category play --period month",
    "report sales --by day",
    "report sales --by grade",
    "report sales --by show",
    "report sales --by performance",
    "report occupancy --by day",
    "report occupancy --by grade",
    "report occupancy --by show",
    "report occupancy --by performance",
    "audit",
    "doctor --dry-run",
    "migrate --check",
];

/// What can be read of something.
const OTHERS: [&str; 14] = [
    "show get 1",
    "venue get 1",
    "user get 1",
    "performance list 1",
    "performance get 2",
    "seat list 1",
    "seat map 1",
    "seat history 1",
    "booking get 1",
    "waitlist explain 1",
    "waitlist explain 2",
    "waitlist explain 3",
    "diff -f other.toml",
    "performance price 1 R=1 --dry-run",
];

/// In lists of which each item is only a part of a line, or which say what was looked at.
const LEFT_OUT: [(&str, &str); 7] = [
    ("waitlist list", "seats.grade"),
    ("waitlist list", "seats.sector"),
    ("waitlist list", "seats.row"),
    ("waitlist list", "seats.number"),
    ("waitlist list", "seats.label"),
    ("waitlist list", "seats.price"),
    ("audit", "checked"),
];

/// A shop in which as much as possible has happened.
fn full() -> Folder {
    let folder = Folder::with_show();
    folder.write(
        "other.toml",
        SHOW.replace("running-minutes = 120", "running-minutes = 130").replace("R = 30000", "R = 1"),
    );
    folder.in_shop(async |shop: &BoxOffice| {
        let mina = join(shop).await;
        let mut others = Vec::new();
        for (email, name) in
            [("joon@example.com", "@SUM(1+1)*cmd|x"), ("sora@example.com", "소라"), ("nari@example.com", "나리")]
        {
            let password = "correct horse".to_owned();
            others.push(shop.join(JoinRequest { email: email.into(), password, name: name.into() }).await.unwrap());
        }
        let booked = shop.book(mina, vec![SeatId(1), SeatId(5)]).await.unwrap();
        for (user, seats) in others.iter().zip([&[1][..], &[5], &[1]]) {
            let wish = WaitlistWish { seat_count: 1, seats: seats.iter().copied().map(SeatId).collect() };
            shop.join_waitlist(*user, wish).await.unwrap();
        }
        shop.cancel(mina, booked.id, Some(vec![booked.tickets[1].id])).await.unwrap();
        offer_canceled_seats(shop).await;
        shop.hold(others[0], vec![SeatId(3)]).await.unwrap();
        shop.cancel_performance(PerformanceId(2), &|_| {}).await.unwrap();
        shop.run_job("waitlist-offer", true).await.unwrap();
    });
    folder
}

fn header(folder: &Folder, command: &str) -> BTreeSet<String> {
    let output = folder.output(&[command.split(' ').collect(), vec!["--format", "csv"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let header = text.lines().next().unwrap_or_default();
    assert!(!header.is_empty(), "{command} has no header");
    header.split(',').map(str::to_owned).collect()
}

/// The fields in which something is.
fn fields(folder: &Folder, command: &str) -> BTreeSet<String> {
    let output = folder.output(&[command.split(' ').collect(), vec!["--format", "ndjson"]].concat());
    let mut found = BTreeSet::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        collect(&serde_json::from_str(line).unwrap(), "", &mut found);
    }
    found
}

fn collect(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(value, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::Null => {}
        _ => {
            found.insert(path.to_owned());
        }
    }
}

#[test]
fn columns_do_not_depend_on_the_data() {
    let (empty, full) = (Folder::with_database(), full());
    for command in LISTS {
        assert_eq!(header(&empty, command), header(&full, command), "{command}");
    }
}

#[test]
fn whatever_json_tells_has_its_column() {
    let full = full();
    for command in LISTS.iter().chain(&OTHERS) {
        let (columns, mut fields) = (header(&full, command), fields(&full, command));
        fields.retain(|field| !LEFT_OUT.iter().any(|(of, out)| of == command && field.starts_with(out)));
        let missing: Vec<&String> = fields.difference(&columns).collect();
        assert!(missing.is_empty(), "{command}: {missing:?} are in no column");
    }
}

#[test]
fn lists_within_are_lines_and_numbers_are_numbers() {
    let full = full();
    let csv = |command: &str| full.run(&[command.split(' ').collect(), vec!["--format", "csv"]].concat());
    assert_snapshot!("csv_booking", csv("booking get 1"));
    assert_snapshot!("csv_diff", csv("diff -f other.toml"));
    assert_snapshot!("csv_prices", csv("performance price 1 R=1 --dry-run"));
    assert_snapshot!("csv_waitlist", csv("waitlist list"));
    assert_snapshot!("csv_edit", csv("venue edit 1 --contact 02-1234 --dry-run"));
}

#[test]
fn no_text_of_a_stranger_is_a_formula() {
    let full = full();
    let users = full.run(&["user", "list", "--format", "csv"]);
    assert!(users.contains(",'@SUM(1+1)*cmd|x,"), "{users}");
    let json = full.run(&["user", "list", "--format", "json"]);
    assert!(json.contains("\"@SUM(1+1)*cmd|x\""), "{json}");
}
