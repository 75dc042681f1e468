//! Which command ends how, when something is wrong.

use insta::assert_snapshot;
use ticket_core::testing::PrivateRedis;

use crate::support::{Folder, SHOW, shown};

/// A command of each kind, which would do.
const COMMANDS: [&str; 29] = [
    "show list",
    "performance list 1",
    "seat list 1",
    "seat map 1",
    "seat history 1",
    "seat block 7",
    "seat unblock 7",
    "booking list",
    "booking get 1",
    "booking export",
    "booking cancel 1 --dry-run",
    "report sales",
    "report occupancy",
    "ranking",
    "holds list",
    "holds release 1-00000000000000000000000000000000",
    "waitlist list",
    "waitlist offer",
    "mail list",
    "mail retry 1",
    "jobs list",
    "jobs status",
    "jobs run ranking-refresh",
    "audit",
    "doctor",
    "migrate --check",
    "migrate",
    "apply -f show.toml",
    "backup copy.db",
];

fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

/// A line per command: its exit code, and the first error that it tells.
fn table<'a>(commands: impl IntoIterator<Item = &'a str>, run: impl Fn(&[&str]) -> String) -> String {
    let line = |command: &'a str| {
        let shown = run(&words(command));
        let code = shown.lines().next().and_then(|line| line.strip_prefix("exit code ")).unwrap().to_owned();
        let stdout = shown.split("--- stdout\n").nth(1).unwrap().split("--- stderr\n").next().unwrap();
        let error = shown.lines().find(|line| line.starts_with("error: ")).unwrap_or("-");
        // Until when a lock is held depends on when the test runs.
        let error = error.split(" before 20").next().unwrap_or_default();
        let printed = if stdout.is_empty() { "" } else { " (and data)" };
        format!("{code} {command}: {error}{printed}")
    };
    commands.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn without_a_database_nothing_is_found() {
    let folder = Folder::empty();
    folder.write("show.toml", SHOW);
    let table = table(COMMANDS, |arguments| folder.run(arguments));
    assert!(table.lines().all(|line| line.starts_with("3 ")), "{table}");
    assert_snapshot!("exit_no_database", table);
}

#[test]
fn what_is_no_database_is_a_failure() {
    let folder = Folder::empty();
    folder.write("show.toml", SHOW);
    folder.write("tickets.db", "notes of mine ".repeat(1000));
    let table = table(COMMANDS, |arguments| folder.run(arguments));
    assert!(table.lines().all(|line| line.starts_with("1 ")), "{table}");
    assert_snapshot!("exit_not_a_database", table);
}

#[test]
fn what_is_named_and_not_there_is_not_found() {
    let folder = Folder::with_show();
    let commands = [
        "performance list 9",
        "seat list 9",
        "seat map 9",
        "seat history 99",
        "seat block 99",
        "seat unblock 99",
        "seat block 99 --dry-run",
        "booking get 9",
        "booking cancel 9 --yes",
        "booking list --show 9",
        "booking export --performance 9",
        "report sales --show 9",
        "report occupancy --performance 9",
        "holds release 1-00000000000000000000000000000000",
        "waitlist explain 9",
        "waitlist list --performance 9",
        "mail retry 9",
        "apply -f nothing.toml",
        "restore nothing.db --yes",
        "backup nowhere/copy.db",
        "seat map 1 --svg nowhere/map.svg",
    ];
    let table = table(commands, |arguments| folder.run(arguments));
    assert!(table.lines().all(|line| line.starts_with("3 ")), "{table}");
    assert_snapshot!("exit_not_found", table);
}

#[test]
fn what_means_nothing_is_a_usage_error() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    folder.run(&["backup", "copy.db"]);
    let commands = [
        "restore copy.db",
        "restore -",
        "backup -",
        "export 1 --format json",
        "--format csv export 1",
        "show",
        "seat map first",
        "seat history A1",
        "seat block A1",
        "booking get B7",
        "booking cancel 1 --ticket x --yes",
        "booking cancel 1",
        "booking export --state gone",
        "booking export --from tomorrow",
        "holds release 5",
        "mail retry x",
        "mail list --state lost",
        "waitlist explain x",
        "waitlist list --state lost",
        "jobs run sweep",
        "jobs status sweep",
        "jobs run mail-send --smtp ftp://host",
        "jobs list --job-schedule hold-sweep=often",
        "ranking --category OPERA",
        "report sales --by week",
        "report sales --from 2099-01-02 --to 2099-01-01",
        "report",
        "migrate --check --dry-run",
        "completions tcsh",
        "show list --format xml",
        "seat block 1 14",
        "performance price 1 VIP=5 A=5",
        "seat block 1 1",
    ];
    let table = table(commands, |arguments| folder.run(arguments));
    assert!(table.lines().all(|line| line.starts_with("2 ")), "{table}");
    assert_snapshot!("exit_usage", table);
}

#[test]
fn what_stands_in_the_way_is_a_conflict() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    folder.run(&["backup", "copy.db"]);
    assert!(folder.output(&["booking", "cancel", "1", "--yes"]).status.success());
    assert!(folder.output(&["jobs", "run", "ranking-refresh"]).status.success());
    folder.in_shop(async |shop: &ticket_core::BoxOffice| {
        let seats = vec![ticket_core::domain::SeatId(3)];
        shop.book(ticket_core::domain::UserId(1), seats).await.unwrap();
    });
    folder.write("smaller.toml", SHOW.replace("1-2 _ 3-4\", grade", "1-2 _ 4\", grade"));
    let commands = [
        "init",
        "init --dry-run",
        "backup copy.db",
        "seat block 3 4",
        "seat block 3 4 --dry-run",
        "booking cancel 1 --yes",
        "jobs run ranking-refresh",
        "jobs run ranking-refresh --dry-run",
        "apply -f smaller.toml",
    ];
    let table = table(commands, |arguments| folder.run(arguments));
    assert!(table.lines().all(|line| line.starts_with("5 ")), "{table}");
    assert_snapshot!("exit_conflict", table);
}

/// With Redis gone, what needs no holds goes on.
#[test]
fn without_redis_what_needs_it_is_unavailable() {
    let folder = Folder::empty();
    folder.write("show.toml", SHOW);
    let mut redis = Some(PrivateRedis::start());
    let url = redis.as_ref().map(PrivateRedis::url).unwrap();
    let run = |arguments: &[&str]| {
        shown(&folder.command(arguments).env("TICKET_REDIS_URL", &url).output().unwrap()).replace(&url, "REDIS")
    };
    for arguments in [&["init"][..], &["apply", "-f", "show.toml"]] {
        assert!(run(arguments).starts_with("exit code 0"));
    }
    let booked = folder.book_over(&url, &[1, 2]);
    assert_eq!(booked, 1);
    drop(redis.take());
    let codes: Vec<String> = COMMANDS
        .iter()
        .filter(|command| !command.starts_with("backup"))
        .map(|command| {
            let shown = run(&words(command));
            format!("{} {command}", shown.lines().next().unwrap().trim_start_matches("exit code "))
        })
        .collect();
    assert_snapshot!("exit_without_redis", codes.join("\n"));
    let shown = run(&["holds", "list"]);
    assert!(shown.contains("error: Not possible just now; nothing was changed. Try again in a moment. ("), "{shown}");
}

#[cfg(unix)]
#[test]
fn what_the_system_does_not_allow_is_not_permitted() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::with_show();
    folder.run(&["backup", "whole.db"]);
    folder.write("secret.toml", SHOW);
    fs::create_dir(folder.path("closed")).unwrap();
    let set_mode = |file: &str, mode| fs::set_permissions(folder.path(file), fs::Permissions::from_mode(mode)).unwrap();
    let nobody = crate::faults::Nobody::new(&folder);
    set_mode("tickets.db", 0o444);
    set_mode("secret.toml", 0o000);
    set_mode("closed", 0o555);
    set_mode("", 0o555);
    let read_only =
        table(COMMANDS.into_iter().filter(|command| !command.starts_with("migrate --check")), |arguments| {
            shown(&nobody.command(&folder, arguments).output().unwrap())
        });
    let others = [
        "init --database closed/new.db",
        "apply -f secret.toml",
        "restore whole.db --database closed/new.db --yes",
        "seat map 1 --svg closed/map.svg",
        "man closed/pages",
    ];
    let others = table(others, |arguments| shown(&nobody.command(&folder, arguments).output().unwrap()));
    set_mode("", 0o755);
    set_mode("closed", 0o755);
    for table in [&read_only, &others] {
        assert!(table.lines().all(|line| line.starts_with("4 ")), "{table}");
    }
    assert_snapshot!("exit_not_permitted", format!("{read_only}\n{others}"));
}

/// Where the answer depends on who holds what, there is none; elsewhere it is said that it is not known.
#[test]
fn without_redis_it_is_said_that_holds_are_not_known() {
    let folder = Folder::empty();
    folder.write("show.toml", SHOW);
    let mut redis = Some(PrivateRedis::start());
    let url = redis.as_ref().map(PrivateRedis::url).unwrap();
    let run = |arguments: &[&str]| shown(&folder.command(arguments).env("TICKET_REDIS_URL", &url).output().unwrap());
    for arguments in [&["init"][..], &["apply", "-f", "show.toml"]] {
        assert!(run(arguments).starts_with("exit code 0"));
    }
    assert!(!run(&["seat", "list", "1"]).contains("warning"));
    drop(redis.take());
    for depends in [
        &["seat", "list", "1", "--status", "held"][..],
        &["seat", "list", "1", "--status", "available"],
        &["seat", "block", "1"],
        &["seat", "block", "1", "--dry-run"],
        &["performance", "price", "1", "R=1"],
        &["performance", "price", "1", "R=1", "--dry-run"],
    ] {
        let answer = run(depends);
        assert!(answer.starts_with("exit code 6\n--- stdout\n--- stderr\n"), "{depends:?}: {answer}");
    }
    for draws in [&["seat", "list", "1"][..], &["seat", "map", "1"], &["seat", "map", "1", "--svg", "-"]] {
        let answer = run(draws);
        assert!(
            answer.starts_with("exit code 0") && answer.contains("warning: held seats are shown as free"),
            "{answer}"
        );
    }
    assert!(!run(&["seat", "list", "1", "--status", "sold"]).contains("exit code 6"));
}

/// Nothing is created for an address that means nothing.
#[test]
fn an_address_of_redis_that_means_nothing_is_a_usage_error_everywhere() {
    let folder = Folder::with_show();
    let table = table(COMMANDS, |arguments| {
        shown(&folder.command(arguments).env("TICKET_REDIS_URL", "http://x").output().unwrap())
    });
    assert!(
        table.lines().all(|line| line.starts_with("2 ") && line.contains("the address of Redis cannot")),
        "{table}"
    );
    let init = folder.run(&["init", "--database", "new.db", "--redis", "http://x"]);
    assert!(init.starts_with("exit code 2"), "{init}");
    assert!(!folder.path("new.db").exists());
}
