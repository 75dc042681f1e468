//! Making shows as files say they should be.

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

#[test]
fn the_second_time_nothing_changes() {
    let folder = Folder::with_database();
    folder.write("show.toml", SHOW);
    assert_snapshot!("first_apply", folder.run(&["apply", "-f", "show.toml"]));
    let contents = folder.contents();
    assert_snapshot!("second_apply", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!("second_apply_json", folder.run(&["apply", "-f", "show.toml", "--format", "json"]));
    assert_eq!(folder.contents(), contents);
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let folder = Folder::with_show();
    let contents = folder.contents();
    folder.write(
        "show.toml",
        SHOW.replace("VIP = 50000", "VIP = 60000").replace("running-minutes = 120", "running-minutes = 90"),
    );
    assert_snapshot!(folder.run(&["apply", "-f", "show.toml", "--dry-run"]));
    assert_eq!(folder.contents(), contents);
}

#[test]
fn performances_that_the_file_leaves_alone_are_named() {
    let folder = Folder::with_show();
    let runs = (3..10).map(|day| format!("[[performances]]\ndate = 2031-05-0{day}\nstart = 19:30:00\n\n"));
    folder.write("longer.toml", SHOW.replacen("[[performances]]", &(runs.collect::<String>() + "[[performances]]"), 1));
    folder.run(&["apply", "-f", "longer.toml"]);
    folder.run(&["performance", "cancel", "1", "--yes"]);
    assert_snapshot!("left_alone", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!("left_alone_diff", folder.run(&["diff", "-f", "longer.toml", "--format", "json"]));
}

#[test]
fn changed_prices_and_seats_are_changed() {
    let folder = Folder::with_show();
    folder.write("show.toml", SHOW.replace("VIP = 50000", "VIP = 60000").replace("3-4 #", "3-5"));
    assert_snapshot!("changed", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!("changed_map", folder.run(&["seat", "map", "1"]));
}

#[test]
fn sold_seats_are_not_touched_and_block_the_rest() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let contents = folder.contents();
    folder.write("show.toml", SHOW.replace("VIP = 50000", "VIP = 60000"));
    assert_snapshot!("sold_in_the_way", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!(
        "sold_in_the_way_json",
        folder.run(&["apply", "-f", "show.toml", "--dry-run", "--format", "json"])
    );
    assert_eq!(folder.contents(), contents);
}

#[test]
fn held_seats_are_not_touched_either() {
    let folder = Folder::with_show();
    folder.hold(&[3]);
    folder.write("show.toml", SHOW.replace("VIP = 50000", "VIP = 60000"));
    assert_snapshot!("held_in_the_way", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!("held_map", folder.run(&["seat", "map", "1"]));
}

#[test]
fn reads_standard_input_and_moves_the_dates() {
    let folder = Folder::with_database();
    assert_snapshot!("from_stdin", folder.run_with_input(&["apply", "-f", "-", "--starting", "2098-12-31"], SHOW));
    assert_snapshot!("from_stdin_performances", folder.run(&["performance", "list", "1"]));
}

#[test]
fn a_typo_in_a_show_file_is_named_with_its_place() {
    let folder = Folder::with_show();
    folder.write("show.toml", SHOW.replace("category", "categroy"));
    assert_snapshot!(folder.run(&["apply", "-f", "show.toml"]));
}

#[test]
fn bad_show_files_change_nothing() {
    let folder = Folder::with_show();
    let contents = folder.contents();
    let bad = [
        ("overlapping seats", SHOW.replace("3-4\"", "2-4\"")),
        ("negative price", SHOW.replace("50000", "-50000")),
        ("unknown grade", SHOW.replace("grade = \"VIP\"", "grade = \"W\"")),
        ("no toml", SHOW.replace("[show]", "[show")),
        ("empty", String::new()),
    ];
    let answers = bad.map(|(what, text)| {
        folder.write("show.toml", text);
        format!("## {what}\n{}", folder.run(&["apply", "-f", "show.toml"]))
    });
    assert_snapshot!(answers.join("\n"));
    assert_eq!(folder.contents(), contents);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::with_database();
    folder.write("latin1.toml", b"[venue]\nname = \"Caf\xe9\"\n");
    assert_snapshot!("missing_file", folder.run(&["apply", "-f", "missing.toml"]));
    assert_snapshot!("no_utf8_file", folder.run(&["apply", "-f", "latin1.toml"]));
}

#[cfg(unix)]
#[test]
fn the_season_script_runs_twice_and_the_second_time_changes_nothing() {
    let run = |folder: &Folder| run_example(folder, "season.sh", &["season.db", "2099-01-02"]);
    let folder = Folder::empty();
    let (_, notes) = run(&folder);
    assert_eq!(notes.matches(": applied\n").count(), 4, "{notes}");
    let (shows, notes) = run(&folder);
    assert_eq!(notes.matches(": nothing to change\n").count(), 4, "{notes}");
    assert_snapshot!("season", shows);
}

#[cfg(unix)]
#[test]
fn a_season_of_twenty_shows_runs_twice_and_the_second_time_changes_nothing() {
    let run = |folder: &Folder| run_example(folder, "twenty-shows.sh", &["tickets.db", "2099"]);
    let folder = Folder::empty();
    let (_, notes) = run(&folder);
    assert_eq!(notes.matches(": applied\n").count(), 20, "{notes}");
    let seats = || folder.run(&["seat", "list", "50", "--format", "csv"]);
    let before = (seats(), folder.run(&["performance", "list", "20", "--format", "json"]));
    let (shows, notes) = run(&folder);
    assert_eq!(notes.matches(": nothing to change\n").count(), 20, "{notes}");
    assert_snapshot!("twenty_shows", shows);
    assert_eq!((seats(), folder.run(&["performance", "list", "20", "--format", "json"])), before);
    assert!(folder.output(&["audit"]).status.success());
}

/// Runs a script of the examples in a folder; returns what it has written to standard output and to standard error.
#[cfg(unix)]
fn run_example(folder: &Folder, script: &str, arguments: &[&str]) -> (String, String) {
    use std::path::Path;
    use std::process::Command;

    let binaries = Path::new(env!("CARGO_BIN_EXE_ticket-admin")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(script);
    let mut command = Command::new("sh");
    command.arg(&script).args(arguments).env("PATH", &path).current_dir(folder.path(""));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}
