//! What was sold, how full the house is, and every ticket.

use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

/// Two shows; of the first, a pair is sold and one ticket of it given back, of the second, in dollars, a seat is sold.
fn sold() -> Folder {
    let folder = Folder::with_show();
    folder.write(
        "macbeth.toml",
        SHOW.replace("Hamlet 햄릿", "Macbeth").replace("\"PLAY\"", "\"PLAY\"\ncurrency = \"USD\""),
    );
    assert!(folder.output(&["apply", "-f", "macbeth.toml"]).status.success());
    folder.book(&[1, 5]);
    assert!(folder.output(&["booking", "cancel", "1", "--ticket", "2", "--yes"]).status.success());
    folder.in_shop(async |shop: &ticket_core::BoxOffice| {
        let mina = ticket_core::domain::UserId(1);
        shop.book(mina, vec![ticket_core::domain::SeatId(19)]).await.unwrap();
    });
    assert!(folder.output(&["seat", "block", "7"]).status.success());
    folder
}

#[test]
fn sales_are_reported_by_day_grade_show_and_performance() {
    let folder = sold();
    assert_snapshot!("sales", folder.run(&["report", "sales"]));
    assert_snapshot!("sales_by_grade", folder.run(&["report", "sales", "--by", "grade", "--show", "1"]));
    assert_snapshot!("sales_by_show_json", folder.run(&["report", "sales", "--by", "show", "--format", "json"]));
    let by_performance = ["report", "sales", "--by", "performance", "--format"];
    assert_snapshot!("sales_by_performance_csv", folder.run(&[&by_performance[..], &["csv"]].concat()));
    assert_snapshot!("sales_by_performance_ndjson", folder.run(&[&by_performance[..], &["ndjson"]].concat()));
    assert_snapshot!("sales_of_another_day", folder.run(&["report", "sales", "--from", "2099-01-02"]));
    assert_snapshot!("sales_unknown_show", folder.run(&["report", "sales", "--show", "9"]));
    let backwards = folder.run(&["report", "sales", "--from", "2099-01-02", "--to", "2099-01-01"]);
    assert_snapshot!("sales_backwards", backwards);
    assert_snapshot!("sales_unknown_grouping", folder.run(&["report", "sales", "--by", "week"]));
}

#[test]
fn occupancy_is_reported_by_performance_day_grade_and_show() {
    let folder = sold();
    assert_snapshot!("occupancy", folder.run(&["report", "occupancy"]));
    assert_snapshot!("occupancy_by_day", folder.run(&["report", "occupancy", "--by", "day", "--to", "2099-05-02"]));
    assert_snapshot!("occupancy_by_grade", folder.run(&["report", "occupancy", "--by", "grade", "--performance", "1"]));
    assert_snapshot!(
        "occupancy_by_show_json",
        folder.run(&["report", "occupancy", "--by", "show", "--format", "json"])
    );
    assert_snapshot!("occupancy_csv", folder.run(&["report", "occupancy", "--show", "1", "--format", "csv"]));
    assert_snapshot!("occupancy_of_no_day", folder.run(&["report", "occupancy", "--from", "2100-01-01"]));
}

/// The instant at which the booking above was cancelled is that of the test.
fn without_now(text: &str) -> String {
    let is_now =
        |word: &str| word.len() > 20 && word.starts_with("20") && word.ends_with('Z') && !word.starts_with("2099");
    let cell = |cell: &str| {
        let bare = cell.trim_matches('"');
        if is_now(bare) { cell.replace(bare, "NOW") } else { cell.to_owned() }
    };
    let word = |word: &str| word.split(':').map(str::to_owned).collect::<Vec<_>>().join(":");
    text.split(',').map(|text| cell(&word(text))).collect::<Vec<_>>().join(",")
}

#[test]
fn every_ticket_is_exported() {
    let folder = sold();
    assert_snapshot!("export", without_now(&folder.run(&["booking", "export"])));
    let valid = ["booking", "export", "--state", "booked", "--show", "1", "--format"];
    assert_snapshot!("export_json", folder.run(&[&valid[..], &["json"]].concat()));
    assert_snapshot!("export_ndjson", folder.run(&[&valid[..], &["ndjson"]].concat()));
    assert_snapshot!("export_table", folder.run(&[&valid[..], &["table"]].concat()));
    assert_snapshot!("export_nothing", folder.run(&["booking", "export", "--user", "nobody@example.com"]));
    assert_snapshot!(
        "export_nothing_json",
        folder.run(&["booking", "export", "--to", "2000-01-01", "--format", "json"])
    );
    assert_snapshot!("export_unknown_performance", folder.run(&["booking", "export", "--performance", "9"]));
    // The format can be named before the command, too.
    assert_eq!(
        folder.output(&["--format", "json", "booking", "export"]).stdout,
        folder.output(&["booking", "export", "--format", "json"]).stdout
    );
}

#[test]
fn a_reader_of_an_export_who_has_seen_enough_is_no_error() {
    let folder = Folder::with_show();
    // More than a pipe holds.
    let seats = SHOW.replace("1-2 _ 3-4 #", "1-900").replace("running", "max-seats-per-user = 1000\nrunning");
    folder.write("show.toml", seats);
    assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
    let many: Vec<i64> = (1..=50).collect();
    folder.in_shop(async |shop: &ticket_core::BoxOffice| {
        let user = crate::support::join(shop).await;
        let ids: Vec<_> =
            shop.layout(ticket_core::domain::PerformanceId(1)).await.unwrap().seats().map(|s| s.id).collect();
        for seats in ids.chunks(many.len()) {
            shop.book(user, seats.to_vec()).await.unwrap();
        }
    });
    for format in ["csv", "json", "ndjson"] {
        let mut command = folder.command(&["booking", "export", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), [].as_slice()), "{format}");
    }
}
