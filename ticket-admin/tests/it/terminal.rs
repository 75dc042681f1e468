//! What is different at a terminal: bars, widths, colours and questions.

use std::io::Read as _;

use insta::assert_snapshot;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::support::Folder;

/// Runs a command at a terminal of this width; what it shows there, and its exit code.
fn at_terminal(folder: &Folder, arguments: &[&str], columns: u16, environment: &[(&str, &str)]) -> (String, u32) {
    let size = PtySize { rows: 24, cols: columns, ..PtySize::default() };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ticket-admin"));
    command.args(arguments);
    command.cwd(folder.path(""));
    for name in ["TICKET_DATABASE", "NO_COLOR", "RUST_LOG"] {
        command.env_remove(name);
    }
    for (name, value) in environment {
        command.env(name, value);
    }
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut seen = Vec::new();
    // The end of a terminal is an error on Linux.
    let _ = reader.read_to_end(&mut seen);
    (String::from_utf8(seen).unwrap().replace('\r', ""), child.wait().unwrap().exit_code())
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
