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

/// What a command refuses, its dry run refuses with the same exit code. Each line: the code, and the command.
const REFUSED: &str = "\
5 init
2 init --redis http://x --database new.db
3 migrate --database missing.db
1 migrate --database broken.db
3 apply -f missing.toml
2 apply -f wrong.toml
5 apply -f smaller.toml
3 seat import 1 --plan missing.csv
3 seat import 9 --plan smaller.csv
5 seat import 1 --plan smaller.csv
2 seat import 1 --plan wrong.csv
5 venue create --name Opera
2 venue create --name New --url javascript:alert(1)
3 venue edit 9 --name X
2 venue edit 2 --url ftp://x
5 venue edit 1 --name Opera
3 venue delete 9
5 venue delete 1
3 show create --venue 9 --name X --category play --start-date 2099-06-01 --end-date 2099-06-01 --running-minutes 9
2 show create --venue 1 --name X --category play --start-date 2099-06-01 --end-date 2099-06-01 --running-minutes 9999
3 show edit 9 --name X
2 show edit 1 --cancel-until-hours 4000000000
2 show edit 1 --running-minutes 99999
5 show edit 1 --max-seats-per-user 1
3 show delete 9
5 show delete 1
3 performance create 9 --date 2099-06-01 --start 19:00
2 performance create 1 --date 2099-06-01 --start 19:00 --round 101
5 performance create 1 --date 2099-05-02 --start 20:00 --round 1
5 performance create 1 --date 2099-05-02 --start 14:00
3 performance edit 9 --start 10:00
5 performance edit 2 --start 10:00
3 performance price 9 R=1
2 performance price 1 R=-1
2 performance price 1 R=9223372036854775807
2 performance price 1 R=1 S=-1
2 performance price 1 R=1 R=2
5 performance price 2 R=1
3 performance cancel 9
3 performance delete 9
5 performance delete 1
5 user create --email MINA@example.com --name Mina
2 user create --email hana --name Hana
3 user edit nobody@example.com --name X
3 user delete nobody@example.com
5 user delete mina@example.com
3 seat block 99
2 seat block 9
2 seat block 4 4
2 seat block 1 14
5 seat block 1
5 seat block 3 4
5 seat block 14
3 seat unblock 99
2 seat unblock 9
2 seat unblock 4 4
3 seat price 1 99
2 seat price -1 4
5 seat price 1 14
5 seat move 4 6
5 seat move 1 2
5 seat move 1 3
2 seat move 1 14
3 seat move 1 99
3 booking cancel 9
2 booking cancel 1 --ticket 999
2 booking cancel 1 --ticket 1 --ticket 3
5 booking cancel 2
3 holds release 1-00000000000000000000000000000000
5 waitlist offer
5 jobs run ranking-refresh
3 mail retry 99
3 restore missing.db
1 restore broken.db";

/// Commands that ask.
const ASKED: [&str; 3] = ["delete", "cancel", "restore"];

#[test]
fn a_dry_run_is_refused_what_the_command_is() {
    let folder = Folder::with_show();
    folder.write("wrong.toml", "venue = 7");
    folder.write("smaller.toml", crate::support::SHOW.replace("1-2 _ 3-4\", grade", "2 _ 3-4\", grade"));
    folder.write("smaller.csv", "sector,row,number,grade,price\n1F,B,1,R,30000\n");
    folder.write("wrong.csv", "sector,row,number,grade,price\n1F,B,1,R,-1\n");
    folder.write("broken.db", "no database ".repeat(1000));
    folder.book(&[1, 2]);
    folder.book_today(&[5]);
    folder.hold_more(&[3]);
    for done in [
        &["booking", "cancel", "2", "--yes"][..],
        &["performance", "cancel", "2", "--yes"],
        &["venue", "create", "--name", "Opera"],
        &["waitlist", "offer"],
        &["jobs", "run", "ranking-refresh"],
    ] {
        let answer = folder.run(done);
        assert!(answer.starts_with("exit code 0"), "{done:?}: {answer}");
    }
    let before = dump(&folder);
    let code = |arguments: &[&str]| folder.output(arguments).status.code().unwrap();
    for line in REFUSED.lines() {
        let (expected, command) = line.split_once(' ').unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        let asks = words.iter().take(2).any(|word| ASKED.contains(word));
        let tried = code(&[&words[..], &["--dry-run"]].concat());
        assert_eq!(dump(&folder), before, "trying {command}");
        let done = code(&[&words[..], if asks { &["--yes"] } else { &[] }].concat());
        assert_eq!(dump(&folder), before, "{command}");
        let expected = expected.parse().unwrap();
        assert_eq!((tried, done), (expected, expected), "{command}");
    }
    assert!(!folder.path("new.db").exists());
}

/// While anybody has the database open, nothing is put in its place, and the dry run says so.
#[test]
fn a_database_that_is_open_is_not_replaced_in_a_dry_run_either() {
    let folder = Folder::with_show();
    assert!(folder.output(&["backup", "copy.db"]).status.success());
    folder.in_shop(async |_: &BoxOffice| {
        for option in ["--dry-run", "--yes"] {
            let answer = folder.run(&["restore", "copy.db", option]);
            assert!(answer.starts_with("exit code 6") && answer.contains("is locked by another"), "{answer}");
        }
    });
    let before = std::fs::read(folder.path("tickets.db")).unwrap();
    assert!(folder.run(&["restore", "copy.db", "--dry-run"]).starts_with("exit code 0"));
    assert_eq!(std::fs::read(folder.path("tickets.db")).unwrap(), before);
    assert!(folder.run(&["restore", "copy.db", "--yes"]).starts_with("exit code 0"));
}

#[test]
fn a_dry_run_of_cancelling_names_the_tickets() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let one = folder.run(&["booking", "cancel", "1", "--ticket", "2", "--dry-run"]);
    assert!(one.contains("would be cancelled: ticket 2; booking 1 would be BOOKED"), "{one}");
    let all = folder.run(&["booking", "cancel", "1", "--dry-run"]);
    assert!(all.contains("would be cancelled: ticket 1, 2; booking 1 would be CANCELED"), "{all}");
}
