//! Ctrl-C, where it is pressed.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};

use crate::support::Folder;

fn files(folder: &Folder) -> Vec<String> {
    let names = std::fs::read_dir(folder.path("")).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// A database so large that copying it takes a while.
fn large() -> Folder {
    let folder = Folder::with_show();
    let database = rusqlite::Connection::open(folder.path("tickets.db")).unwrap();
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000)
                INSERT INTO filling SELECT i, hex(randomblob(40)) FROM n";
    database.execute_batch("CREATE TABLE filling (i INTEGER PRIMARY KEY, text TEXT)").unwrap();
    database.execute(rows, []).unwrap();
    folder
}

#[test]
fn a_copy_that_is_interrupted_leaves_nothing_behind() {
    let folder = large();
    let before = files(&folder);
    let show = folder.run(&["seat", "map", "1"]);
    std::fs::copy(folder.path("tickets.db"), folder.path("whole.copy")).unwrap();
    for (arguments, name) in [
        (&["backup", "copy.db"][..], "INT"),
        (&["backup", "copy.db"], "TERM"),
        (&["restore", "whole.copy", "--yes"], "INT"),
    ] {
        let mut command = folder.command(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It has begun to copy.
        while !files(&folder).iter().any(|file| file.ends_with(".part")) {
            std::thread::yield_now();
        }
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{arguments:?} {stderr}");
        assert!(stderr.ends_with("copying it was stopped, and left nothing behind\n"), "{stderr}");
        let mut left = files(&folder);
        left.retain(|file| file != "whole.copy");
        assert_eq!(left, before, "{arguments:?}");
    }
    assert_eq!(folder.run(&["seat", "map", "1"]), show);
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}
