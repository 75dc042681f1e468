//! Files that commands write: there whole, or as they were before.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::{Folder, shown};

const ARENA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/shows/kspo-dome.toml");
/// As on a full disk: what is larger than this cannot be written. SQLite needs half of it.
const BYTES_MAX: u64 = 64 * 1024;

fn on_a_full_disk(folder: &Folder, arguments: &[&str]) -> String {
    let command = folder.command(arguments);
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes; and writing more is an error, and not the end of the process.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", BYTES_MAX / 512);
    limited.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    limited.current_dir(folder.path("")).env_remove("TICKET_DATABASE");
    shown(&limited.output().unwrap())
}

fn files(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(folder.path("")).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("tickets.db")).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_the_file_of_before() {
    let folder = Folder::with_database();
    assert!(folder.output(&["apply", "-f", ARENA]).status.success());
    for arguments in [&["export", "1", "-o", "out"][..], &["seat", "map", "1", "--svg", "out"]] {
        folder.write("out", "of before");
        let before = files(&folder);
        let failed = on_a_full_disk(&folder, arguments);
        assert!(
            failed.starts_with("exit code 1\n") && failed.contains("error: cannot write out: File too large"),
            "{failed}"
        );
        assert_eq!(fs::read_to_string(folder.path("out")).unwrap(), "of before");
        assert_eq!(files(&folder), before, "nothing is left beside it");
        let written = folder.run(arguments);
        assert!(written.starts_with("exit code 0") && written.ends_with("wrote out\n"), "{written}");
        assert_ne!(fs::read_to_string(folder.path("out")).unwrap(), "of before");
    }
}

#[test]
fn a_file_keeps_its_mode_its_link_and_others_get_that_of_new_files() {
    let folder = Folder::with_show();
    let mode = |file: &str| fs::symlink_metadata(folder.path(file)).unwrap().permissions().mode() & 0o777;
    folder.write("private.toml", "");
    fs::set_permissions(folder.path("private.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("private.toml", folder.path("link.toml")).unwrap();
    folder.write("usual", "");
    for file in ["link.toml", "new.toml"] {
        assert!(folder.output(&["export", "1", "-o", file]).status.success());
    }
    assert_eq!((mode("private.toml"), mode("new.toml")), (0o600, mode("usual")));
    assert!(fs::symlink_metadata(folder.path("link.toml")).unwrap().is_symlink());
    assert_eq!(fs::read(folder.path("private.toml")).unwrap(), fs::read(folder.path("new.toml")).unwrap());
    assert_eq!(folder.output(&["export", "1", "-o", "/dev/stdout"]).stdout, fs::read(folder.path("new.toml")).unwrap());
}
