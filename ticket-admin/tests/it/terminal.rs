//! What is different at a terminal: bars, widths, colours and questions.

use insta::assert_snapshot;

use crate::pty::Pty;
use crate::support::{Folder, SHOW};

/// Runs a command at a terminal of this width; what it shows there, and its exit code.
fn at_terminal(folder: &Folder, arguments: &[&str], columns: u16, environment: &[(&str, &str)]) -> (String, u32) {
    Pty::start(folder, arguments, columns, environment).end()
}

#[test]
fn reports_have_bars_at_a_terminal() {
    let folder = Folder::with_show();
    folder.book(&[1, 5, 6]);
    let (sales, exit) = at_terminal(&folder, &["report", "sales", "--by", "grade"], 100, &[]);
    assert_eq!(exit, 0);
    assert_snapshot!("terminal_sales", sales);
    assert_snapshot!(
        "terminal_sales_ascii",
        at_terminal(&folder, &["report", "sales", "--by", "grade", "--ascii"], 100, &[]).0
    );
    assert_snapshot!("terminal_occupancy", at_terminal(&folder, &["report", "occupancy"], 120, &[]).0);
}

#[test]
fn tables_are_not_wider_than_the_terminal() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    let (table, _) = at_terminal(&folder, &["booking", "list"], 60, &[]);
    assert_snapshot!("terminal_narrow", table);
    for line in table.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 60, "{line}");
    }
}

/// Dates, states and names of jobs are whole, and reports have their bars, also where there is little room.
#[test]
fn tables_are_read_at_every_width() {
    let folder = Folder::with_show();
    folder.write("long.toml", SHOW.replace("Hamlet 햄릿", "Midsummer Night Stadium Concert 한여름 밤의 콘서트"));
    assert!(folder.output(&["apply", "-f", "long.toml"]).status.success());
    folder.book(&[1, 5]);
    let commands = ["report sales --by performance", "report occupancy", "booking list", "booking get 1", "show list"];
    for columns in [60, 80, 100, 200] {
        let shown = commands.map(|command| {
            let (table, exit) = at_terminal(&folder, &command.split(' ').collect::<Vec<_>>(), columns, &[]);
            assert_eq!(exit, 0, "{table}");
            let is_table = |line: &&str| !line.contains("booking 1 of") && !line.contains("(round ");
            for line in table.lines().filter(is_table) {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= usize::from(columns), "{line}");
            }
            format!("## {command}\n{table}")
        });
        assert_snapshot!(format!("terminal_of_{columns}"), shown.join("\n"));
        let (jobs, _) = at_terminal(&folder, &["jobs", "list"], columns, &[]);
        for job in ["ranking-refresh", "waitlist-offer", "waitlist-expire", "hold-sweep", "mail-send", "housekeeping"] {
            assert!(jobs.lines().any(|line| line.starts_with(job)), "{jobs}");
        }
    }
}

#[test]
fn what_cannot_be_undone_is_named() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    folder.run(&["backup", "copy.db"]);
    for (arguments, wrong, right, nothing) in [
        (&["booking", "cancel", "1"][..], "y", "1", "nothing was cancelled"),
        (&["restore", "copy.db"], "yes", "tickets.db", "nothing was restored"),
    ] {
        let question = format!("Type {right:?} to go on: ");
        let answered = |answer| Pty::start(&folder, arguments, 100, &[]).answer(&question, answer);
        let (told, exit) = answered(wrong);
        assert!(told.contains(nothing), "{told}");
        assert_eq!(exit, 1, "{told}");
        let (told, exit) = answered(right);
        assert_eq!(exit, 0, "{told}");
    }
    assert!(folder.run(&["booking", "get", "1"]).contains("BOOKED"), "the backup is from before");
}

#[test]
fn nobody_is_asked_who_does_not_want_to_be() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    let (told, exit) = at_terminal(&folder, &["booking", "cancel", "1", "--no-input"], 100, &[]);
    assert!(told.ends_with("error: nothing was cancelled: nobody can be asked; say --yes or --dry-run\n"), "{told}");
    assert_eq!(exit, 2);
    assert!(folder.run(&["booking", "get", "1"]).contains("BOOKED"));
}

#[test]
fn what_is_done_is_told_on_standard_error_only() {
    let folder = Folder::with_show();
    let (quiet, verbose) = (folder.output(&["show", "list"]), folder.output(&["show", "list", "-v"]));
    assert_eq!(quiet.stdout, verbose.stdout);
    assert!(quiet.stderr.is_empty());
    let told = String::from_utf8(verbose.stderr).unwrap();
    assert!(told.contains("the shop is open") && told.contains("tickets.db"), "{told}");
    let more = String::from_utf8(folder.output(&["show", "list", "-vv"]).stderr).unwrap();
    assert!(more.lines().count() >= told.lines().count(), "{more}");
}

#[test]
fn colours_can_be_turned_off() {
    let folder = Folder::with_show();
    let arguments = ["show", "list", "-v"];
    assert!(at_terminal(&folder, &arguments, 100, &[]).0.contains('\u{1b}'));
    assert!(!at_terminal(&folder, &arguments, 100, &[("NO_COLOR", "1")]).0.contains('\u{1b}'));
}
