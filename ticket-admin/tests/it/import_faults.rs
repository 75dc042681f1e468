//! What goes wrong in the middle of an import leaves the database as it was.
#![cfg(unix)]

use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::pty::Pty;
use crate::support::{Folder, shown};

const ARENA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/shows/kspo-dome.toml");
/// Smaller than the log of one transaction with all seats of the arena.
const FILE_SIZE_MAX: u64 = 4 * 1024 * 1024;

#[test]
fn a_full_disk_leaves_the_database_as_it_was() {
    let folder = Folder::with_show();
    let contents = folder.contents();
    let refused = with_room(&folder, FILE_SIZE_MAX, &["apply", "-f", ARENA]);
    assert_snapshot!("full_disk", refused.replace(ARENA, "kspo-dome.toml"));
    assert_eq!(folder.contents(), contents);
    assert!(folder.output(&["apply", "-f", ARENA]).status.success(), "the disk has room again");
    assert!(folder.output(&["audit"]).status.success());
}

/// Whether there is no room for a new database, for opening one or for a change: it may be tried again.
#[test]
fn a_full_disk_has_one_exit_code() {
    let folder = Folder::with_show();
    for (bytes, command) in [
        (64 * 1024, &["init", "--database", "new.db"][..]),
        (16 * 1024, &["venue", "create", "--name", "Opera"]),
        (FILE_SIZE_MAX, &["apply", "-f", ARENA]),
    ] {
        let refused = with_room(&folder, bytes, command);
        assert!(refused.starts_with("exit code 6"), "{command:?}: {refused}");
    }
    assert!(!folder.path("new.db").exists());
}

/// Runs a command that cannot make any file longer than this.
fn with_room(folder: &Folder, bytes: u64, arguments: &[&str]) -> String {
    let command = folder.command(arguments);
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes; and writing more is an error, and not the end of the process.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", bytes / 512);
    limited.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    limited.current_dir(folder.path("")).env_remove("TICKET_DATABASE");
    shown(&limited.output().unwrap())
}

#[cfg(feature = "failpoints")]
#[test]
fn ctrl_c_in_the_middle_leaves_the_database_as_it_was() {
    use crate::jobs::daemons::wait_until_stopped;

    let folder = Folder::with_show();
    let contents = folder.contents();
    let mut import =
        Pty::start(&folder, &["apply", "-f", ARENA], 100, &[("TICKET_FAILPOINT", "apply-seat:20000:STOP")]);
    wait_until_stopped(import.process());
    interrupt(import.process());
    let end = import.wait();
    assert!(end.signal().is_some_and(|signal| signal.starts_with("Interrupt")), "{end}");
    assert_eq!(folder.contents(), contents);
    assert!(folder.output(&["apply", "-f", ARENA]).status.success());
    assert!(folder.output(&["audit"]).status.success());
}

/// What Ctrl-C sends, to a process that stands still; then it goes on.
#[cfg(feature = "failpoints")]
fn interrupt(process: u32) {
    for signal in ["INT", "CONT"] {
        assert!(Command::new("kill").args(["-s", signal, &process.to_string()]).status().unwrap().success());
    }
}

/// Too late to undo anything, it is said what was done.
#[cfg(feature = "failpoints")]
#[test]
fn ctrl_c_at_the_end_lets_it_say_what_it_has_done() {
    use crate::jobs::daemons::wait_until_stopped;

    for point in ["before-commit", "after-commit"] {
        let folder = Folder::with_database();
        folder.write("show.toml", crate::support::SHOW);
        let mut command = folder.command(&["apply", "-f", "show.toml"]);
        command.env("TICKET_FAILPOINT", format!("{point}:1:STOP")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        wait_until_stopped(child.id());
        interrupt(child.id());
        let output = child.wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(0), "{point}: {stderr}");
        assert!(
            stdout.contains("show Hamlet") && stderr.ends_with("show.toml: applied\n"),
            "{point}: {stdout}{stderr}"
        );
        assert!(folder.run(&["show", "list"]).contains("Hamlet"), "{point}");
    }
}

#[test]
fn a_bar_is_drawn_on_a_terminal_and_nowhere_else() {
    let folder = Folder::with_database();
    let (seen, exit) = Pty::start(&folder, &["apply", "-f", ARENA], 100, &[]).end();
    assert_eq!(exit, 0, "{seen}");
    assert!(seen.contains(" of 43,740 seats"), "{seen}");
    assert!(seen.trim_end().ends_with(": applied"), "{seen}");
    let again = folder.output(&["diff", "-f", ARENA]);
    assert!(!String::from_utf8(again.stderr).unwrap().contains("of 43,740"));
}
