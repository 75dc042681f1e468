//! An example as a process.

use std::process::{Command, Output};

/// The example of this name, which `cargo test` builds along with the tests; alone with `--test it`, it is the one that was
/// built last.
pub(crate) fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let path =
        test.ancestors().nth(2).unwrap().join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is not built; `cargo test -p ticket-examples` builds it", path.display());
    let mut example = Command::new(path);
    example.env_remove("TICKET_REDIS_URL");
    example
}

/// What it prints, when it ends well.
pub(crate) fn printed(example: &mut Command) -> String {
    let Output { status, stdout, stderr } = example.output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{status}\n{stdout}{stderr}");
    assert_eq!(stderr, "", "{stdout}");
    stdout
}

/// Whether it ends badly; what it says then.
pub(crate) fn complaint(example: &mut Command) -> String {
    let output = example.output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}
