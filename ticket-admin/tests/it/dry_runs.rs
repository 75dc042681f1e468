//! A dry run says what would be done, and does none of it.

use insta::assert_snapshot;
use ticket_core::BoxOffice;
use ticket_core::domain::SeatId;

use crate::support::{Folder, join};

/// Commands, by the last of their words, that only read; or write nothing but a file of which the name is given; or that would
/// be nothing without what they do.
const READS: [&str; 19] = [
    "audit",
    "backup",
    "completions",
    "daemon",
    "diff",
    "explain",
    "export",
    "get",
    "help",
    "history",
    "list",
    "man",
    "map",
    "occupancy",
    "ranking",
    "sales",
    "status",
    "search",
    "check",
];

#[test]
fn every_command_that_changes_something_can_be_tried() {
    let folder = Folder::empty();
    assert!(folder.output(&["man", "pages"]).status.success());
    let mut pages: Vec<String> = std::fs::read_dir(folder.path("pages"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .filter_map(|page| Some(page.strip_prefix("ticket-admin-")?.strip_suffix(".1")?.to_owned()))
        .collect();
    pages.sort();
    let is_group = |page: &String| pages.iter().any(|other| other.starts_with(&format!("{page}-")));
    let changes: Vec<&String> = pages
        .iter()
        .filter(|page| !is_group(page) && !page.rsplit('-').next().is_some_and(|word| READS.contains(&word)))
        .collect();
    assert!(changes.len() >= 10, "{changes:?}");
    for page in changes {
        let text = std::fs::read_to_string(folder.path(&format!("pages/ticket-admin-{page}.1"))).unwrap();
        assert!(text.contains("dry\\-run"), "{page} has no --dry-run");
    }
}

/// Everything that is in the database, but for the numbers of the batches that were written.
fn dump(folder: &Folder) -> String {
    let sql = "SELECT group_concat(sql, ';') FROM sqlite_schema";
    let database = rusqlite::Connection::open(folder.path("tickets.db")).unwrap();
    let mut text: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'writer_batch' ORDER BY name")
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        let mut rows = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns).map(|n| format!("{:?}", row.get_ref(n).unwrap())).collect();
            text.push_str(&cells.join("|"));
            text.push('\n');
        }
    }
    text
}

#[test]
fn a_dry_run_changes_nothing() {
    let folder = Folder::with_show();
    folder.run(&["backup", "copy.db"]);
    folder.book(&[1, 2]);
    folder.hold_more(&[3]);
    assert!(folder.output(&["seat", "block", "7"]).status.success());
    let holds: serde_json::Value =
        serde_json::from_slice(&folder.output(&["holds", "list", "--format", "json"]).stdout).unwrap();
    let hold = holds[0]["holdId"].as_str().unwrap();
    let before = dump(&folder);
    let answers = [
        &["init", "--database", "new.db"][..],
        &["init"],
        &["migrate"],
        &["apply", "-f", "show.toml"],
        &["seat", "block", "4", "5", "7"],
        &["seat", "block", "1", "3", "4"],
        &["seat", "unblock", "4", "7"],
        &["booking", "cancel", "1"],
        &["mail", "retry", "1"],
        &["mail", "retry", "9"],
        &["waitlist", "offer"],
        &["jobs", "run", "housekeeping"],
        &["jobs", "run", "nothing"],
        &["doctor"],
        &["restore", "missing.db"],
        &["holds", "release", hold],
    ]
    .map(|arguments| {
        let answer = folder.run(&[arguments, &["--dry-run"]].concat());
        format!("## {}\n{answer}", arguments.join(" ")).replace(hold, "HOLD")
    });
    assert_snapshot!("dry_runs", answers.join("\n"));
    let restored = folder.run(&["restore", "copy.db", "--dry-run"]);
    assert!(restored.starts_with("exit code 0") && restored.contains("it would replace tickets.db"), "{restored}");
    assert_eq!(dump(&folder), before);
    assert!(!folder.path("new.db").exists());
}

#[test]
fn a_job_that_cannot_be_run_just_now_is_a_conflict_in_a_dry_run_too() {
    let folder = Folder::with_show();
    assert!(folder.output(&["waitlist", "offer"]).status.success());
    let locked = folder.run(&["waitlist", "offer", "--dry-run"]);
    assert!(locked.starts_with("exit code 5") && locked.contains("was run just now"), "{locked}");
    assert!(folder.run(&["waitlist", "offer", "--dry-run", "--force"]).starts_with("exit code 0"));
}

impl Folder {
    /// Mina, who has joined, holds these seats too.
    fn hold_more(&self, seats: &[i64]) {
        self.in_shop(async |shop: &BoxOffice| {
            let credentials =
                ticket_core::api::Credentials { email: "mina@example.com".into(), password: "correct horse".into() };
            if shop.log_in(credentials).await.is_err() {
                join(shop).await;
            }
            let seats = seats.iter().copied().map(SeatId).collect();
            shop.hold(ticket_core::domain::UserId(1), seats).await.unwrap();
        });
    }
}
