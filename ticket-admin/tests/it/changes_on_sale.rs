//! Prices, moved tickets and cancelled performances.

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn prices_change_but_for_what_somebody_was_told() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    assert_snapshot!("price_dry_run", folder.run(&["performance", "price", "1", "VIP=60000", "R=35000", "--dry-run"]));
    assert_snapshot!("price", folder.run(&["performance", "price", "1", "VIP=60000", "R=35000"]));
    assert_snapshot!("price_again", folder.run(&["performance", "price", "1", "VIP=60000", "R=35000"]));
    assert_snapshot!("price_booking", folder.run(&["booking", "get", "1"]));
    assert_snapshot!("price_nonsense", folder.run(&["performance", "price", "1", "VIP"]));
    assert_snapshot!("price_unknown_performance", folder.run(&["performance", "price", "9", "VIP=1"]));
    assert_snapshot!("price_of_seats", folder.run(&["seat", "price", "1000", "2", "5"]));
    assert_snapshot!("price_list", folder.run(&["seat", "list", "1"]));
    // The test's clock is far ahead of the program's, and so is the end of this hold.
    let folder = Folder::with_show();
    folder.hold(&[2, 3]);
    assert_snapshot!("price_held", folder.run(&["performance", "price", "1", "VIP=60000"]));
    assert_snapshot!("price_held_json", folder.run(&["performance", "price", "1", "VIP=70000", "--format", "json"]));
}

#[test]
fn a_ticket_is_moved() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    folder.run(&["seat", "block", "4"]);
    assert_snapshot!("move_dry_run", folder.run(&["seat", "move", "5", "4", "--dry-run"]));
    assert_snapshot!("move", folder.run(&["seat", "move", "5", "4"]));
    assert_snapshot!("move_json", folder.run(&["seat", "move", "4", "6", "--format", "json"]));
    assert_snapshot!("move_booking", folder.run(&["booking", "get", "1"]));
    assert_snapshot!("move_not_sold", folder.run(&["seat", "move", "2", "3"]));
    assert_snapshot!("move_to_sold", folder.run(&["seat", "move", "6", "1"]));
    assert_snapshot!("move_to_another_performance", folder.run(&["seat", "move", "6", "14"]));
    assert_snapshot!("move_to_unknown", folder.run(&["seat", "move", "6", "99"]));
    let history = folder.run(&["seat", "history", "4", "--format", "csv"]);
    assert_eq!(history.matches("BLOCKED").count() + history.matches("BOOKED").count(), 2, "{history}");
    let mails = folder.run(&["mail", "list", "--format", "csv"]);
    assert_eq!(mails.matches(",MOVED,").count(), 2, "{mails}");
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

#[test]
fn a_performance_is_cancelled_with_all_that_belongs_to_it() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    let contents = folder.contents();
    assert_snapshot!("performance_cancel_dry_run", folder.run(&["performance", "cancel", "1", "--dry-run"]));
    assert_snapshot!(
        "performance_cancel_not_asked",
        folder.run_with_input(&["performance", "cancel", "1"], "Hamlet 햄릿\n")
    );
    assert_eq!(folder.contents(), contents);
    assert_snapshot!("performance_cancel", folder.run(&["performance", "cancel", "1", "--yes"]));
    assert_snapshot!("performance_cancel_again", folder.run(&["performance", "cancel", "1", "--yes"]));
    assert_snapshot!("performance_cancel_unknown", folder.run(&["performance", "cancel", "9", "--yes"]));
    assert_snapshot!("performance_canceled_map", folder.run(&["seat", "map", "1"]));
    assert_snapshot!("performance_canceled_price", folder.run(&["performance", "price", "1", "VIP=1"]));
    assert_snapshot!("performance_canceled_edit", folder.run(&["performance", "edit", "1", "--start", "15:00"]));
    assert_snapshot!("performance_canceled_delete", folder.run(&["performance", "delete", "1", "--yes"]));
    assert!(folder.run(&["booking", "list"]).contains("CANCELED"));
    assert!(folder.run(&["mail", "list"]).contains("PERFORMANCE_CANCELED"));
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

/// Nothing of it is on sale, wherever one looks.
#[test]
fn a_cancelled_performance_does_not_look_on_sale() {
    let folder = Folder::with_show();
    assert!(folder.run(&["performance", "cancel", "1", "--yes"]).starts_with("exit code 0"));
    for look in [&["seat", "map", "1"][..], &["seat", "list", "1"], &["seat", "map", "1", "--svg", "-"]] {
        let answer = folder.run(look);
        assert!(answer.contains("performance 1 is cancelled: nothing of it is on sale"), "{answer}");
        assert!(!answer.contains("available"), "{answer}");
    }
    let available = folder.run(&["seat", "list", "1", "--status", "available"]);
    assert!(available.contains("no such seats"), "{available}");
    let map = folder.run(&["seat", "map", "1", "--format", "json"]);
    assert!(map.contains("\"canceledAt\": \"2"), "{map}");
    assert!(folder.run(&["seat", "block", "1"]).contains("This performance was cancelled."));
    let listed = folder.run(&["performance", "list", "1"]);
    let line = listed.lines().find(|line| line.contains("cancelled")).unwrap();
    assert!(!line.contains("always"), "{line}");
    assert!(!folder.run(&["seat", "map", "2"]).contains("cancelled"));
}

#[test]
fn prices_of_grades_change_together_or_not_at_all() {
    let folder = Folder::with_show();
    let before = folder.contents();
    let refused = folder.run(&["performance", "price", "1", "R=150000", "S=-1"]);
    assert!(refused.starts_with("exit code 2") && refused.contains("price: of S: -1 is out of range"), "{refused}");
    let twice = folder.run(&["performance", "price", "1", "R=1", "R=2"]);
    assert!(twice.contains("error: R is given twice, as 1 and as 2; a grade has one price"), "{twice}");
    assert_eq!(folder.contents(), before);
}

#[test]
fn a_seat_tells_who_had_it() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    folder.run(&["booking", "cancel", "1", "--yes"]);
    let history = folder.run(&["seat", "history", "1", "--format", "csv"]);
    assert_eq!(history.matches(",1,mina@example.com").count(), 2, "{history}");
    let table = folder.run(&["seat", "history", "1"]);
    assert!(table.contains("AT                   STATE     BOOKING  BUYER"), "{table}");
}

/// Killed in the middle, it goes on when it is run again.
#[cfg(feature = "failpoints")]
#[test]
fn a_cancellation_that_was_killed_goes_on() {
    use std::os::unix::process::ExitStatusExt as _;

    use ticket_core::BoxOffice;
    use ticket_core::domain::{Language, NewUser, Role, SeatId};

    use crate::support::SHOW;

    let folder = Folder::with_database();
    folder.write("show.toml", SHOW.replace("1-2 _ 3-4", "1-70").replace("width = 9", "width = 74"));
    assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
    folder.in_shop(async |shop: &BoxOffice| {
        for n in 1..=130 {
            let email = format!("buyer{n}@example.com").parse().unwrap();
            let buyer = NewUser { email, name: "Buyer".into(), role: Role::Buyer, language: Language::English };
            let user = shop.add_users(vec![buyer]).await.unwrap()[0];
            shop.book(user, vec![SeatId(n)]).await.unwrap();
        }
    });
    let cancel = ["performance", "cancel", "1", "--yes"];
    // Before anything is undone, within the second transaction, and after it was written but before it is committed.
    for failpoint in ["cancel-begun:1:KILL", "cancel-step:2:KILL", "cancel-step-written:2:KILL"] {
        let killed = folder.command(&cancel).env("TICKET_FAILPOINT", failpoint).output().unwrap();
        assert_eq!(killed.status.signal(), Some(9), "{failpoint}");
        let audit = folder.run(&["audit"]);
        assert!(audit.starts_with("exit code 1") && audit.contains("cancelling it again goes on"), "{audit}");
    }
    let again = folder.run(&cancel);
    assert!(again.contains("bookings cancelled: 30,"), "the others were done before: {again}");
    assert!(again.contains("it was cancelled before; what was left is done"), "{again}");
    let mails = folder.output(&["mail", "list", "--limit", "1000", "--format", "csv"]).stdout;
    let mails = String::from_utf8(mails).unwrap();
    assert_eq!(mails.matches(",PERFORMANCE_CANCELED,").count(), 130, "each of them is told once");
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}
