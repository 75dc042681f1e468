//! What strangers have written: it is printed, and steers nothing.

use rusqlite::Connection;

use crate::support::Folder;

/// Sets the title of the window, clears the screen, and writes backwards.
const HOSTILE: &str = "x\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}2Jy\u{202e}z\nerror: all is lost";

/// A shop into which somebody has got such names, past all checks.
fn shop() -> Folder {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    let database = Connection::open(folder.path("tickets.db")).unwrap();
    for (table, column) in [("user", "name"), ("show", "name"), ("venue", "name"), ("venue", "contact")] {
        let changed = database.execute(&format!("UPDATE \"{table}\" SET {column} = ?1"), [HOSTILE]).unwrap();
        assert!(changed > 0, "{table}");
    }
    folder
}

#[test]
fn nothing_of_a_name_gets_to_the_terminal_but_its_letters() {
    let folder = shop();
    for command in [
        "user list",
        "user get 1",
        "show list",
        "show get 1",
        "venue list",
        "venue get 1",
        "performance list 1",
        "booking list",
        "booking get 1",
        "booking export --format table",
        "booking cancel 1 --dry-run",
        "booking cancel 1",
        "seat map 1",
        "report sales --by show",
        "report occupancy",
        "mail list",
        "show edit 1 --name Hamlet --dry-run",
        "venue delete 1 --dry-run",
        "performance cancel 1",
        "show delete 1",
        "diff -f show.toml",
        "apply -f show.toml --dry-run",
        "audit",
    ] {
        let shown = folder.run(&command.split(' ').collect::<Vec<_>>());
        let steers = |c: &char| *c != '\n' && !ticket_core::printable::is_printable(*c);
        assert_eq!(shown.chars().find(steers), None, "{command}: {shown:?}");
        assert!(!shown.lines().any(|line| line == "error: all is lost"), "{command}: {shown}");
    }
    let list = folder.run(&["user", "list"]);
    assert!(list.contains(r"x\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}2Jy\u{202e}z\nerror"), "{list}");
}

#[test]
fn an_account_has_no_such_name() {
    let folder = Folder::with_database();
    let shown = folder.run(&["user", "create", "--email", "a@b", "--name", "x\u{1b}[2Jy"]);
    assert!(shown.starts_with("exit code 2") && shown.contains(r"has a control character"), "{shown}");
}
