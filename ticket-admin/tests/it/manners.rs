//! How the command line behaves, whatever the command.

use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

#[test]
fn without_a_command_it_tells_which_there_are() {
    assert_snapshot!(Folder::empty().run(&[]));
}

#[test]
fn values_that_mean_nothing_are_usage_errors() {
    let folder = Folder::with_database();
    let bad: [&[&str]; 5] = [
        &["seat", "map", "first"],
        &["booking", "list", "--limit", "0"],
        &["booking", "list", "--user", "nobody"],
        &["apply", "-f", "show.toml", "--starting", "tomorrow"],
        &["show", "list", "--format", "xml"],
    ];
    assert_snapshot!(bad.map(|arguments| format!("## {}\n{}", arguments.join(" "), folder.run(arguments))).join("\n"));
}

#[test]
fn the_database_is_named_by_the_environment_too() {
    let folder = Folder::with_show();
    std::fs::rename(folder.path("tickets.db"), folder.path("other.db")).unwrap();
    let output = folder.command(&["show", "list"]).env("TICKET_DATABASE", "other.db").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("Hamlet"));
    assert!(folder.run(&["show", "list"]).starts_with("exit code 3"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = Folder::with_database();
    // More than a pipe holds.
    folder.write(
        "show.toml",
        SHOW.replace("1-2 _ 3-4 #", "1-900").replace("running", "max-seats-per-user = 50\nrunning"),
    );
    folder.run(&["apply", "-f", "show.toml"]);
    let mut command = folder.command(&["seat", "map", "1", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), [].as_slice()));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_an_error() {
    let folder = Folder::with_show();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command(&["show", "list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "error: No space left on device (os error 28)\n");
}
