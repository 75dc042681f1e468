use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;

use crate::picker::Picker;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

fn signal(picker: &Picker, name: &str) {
    let status = Command::new("kill").args([name, &picker.process_id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = Command::new(env!("CARGO_BIN_EXE_ticket-tui"))
        .args(["--server", NOWHERE])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
    assert!(output.stdout.is_empty());
}

#[test]
fn what_is_no_address_is_refused_before_the_screen_opens() {
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", "nonsense"], state.path());
    assert_eq!(picker.end(), 2);
    assert!(picker.contents().contains("\"nonsense\" is not a server's address"), "{}", picker.contents());
}

#[test]
fn however_it_ends_the_terminal_is_given_back() {
    for end in ["\u{3}", "-TERM", "-HUP", "-INT"] {
        let state = tempfile::tempdir().unwrap();
        let mut picker = Picker::open(&["--server", NOWHERE], state.path());
        picker.wait_for("The server cannot be reached.");
        assert!(!picker.is_given_back());
        if end.starts_with('-') {
            signal(&picker, end);
        } else {
            picker.press(end);
        }
        assert_eq!(picker.end(), 0, "{end:?}");
        assert!(picker.is_given_back(), "{end:?}");
    }
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    let state = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.arg("-i");
    shell.env("PS1", "ready> ");
    shell.env("PICKER", env!("CARGO_BIN_EXE_ticket-tui"));
    let mut picker = Picker::spawn(shell, state.path());
    picker.wait_for("ready> ");
    picker.press("$PICKER --server http://127.0.0.1:9\r");
    picker.wait_for("The server cannot be reached.");
    picker.press("\u{1a}");
    picker.wait_until("the shell", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    assert!(picker.is_given_back());
    picker.press("fg\r");
    picker
        .wait_until("the picker", |screen| screen.alternate_screen() && screen.contents().contains("No account yet?"));
    picker.press("\u{3}");
    picker.wait_until("the shell", |screen| !screen.alternate_screen());
}

#[test]
fn a_storm_of_sizes_leaves_the_right_one() {
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", NOWHERE], state.path());
    picker.wait_for("The server cannot be reached.");
    for columns in (1..120).rev().step_by(7) {
        picker.resize(columns / 4 + 1, columns);
    }
    picker.resize(15, 59);
    picker.wait_for("It has 59x15, needed are 60x16.");
    picker.resize(16, 60);
    picker.wait_for("No account yet?");
}

#[test]
fn the_demo_opens_a_shop_and_leaves_nothing_behind() {
    let state = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ticket-tui"));
    command.arg("--demo");
    command.env("TMPDIR", folder.path());
    let mut picker = Picker::spawn(command, state.path());
    picker.wait_for("Hamlet");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    picker.press("\r");
    picker.wait_for("Seats left");
    picker.press("\r");
    picker.wait_for("Nothing picked yet.");
    let before = picker.contents();
    picker.wait_until("other buyers", |screen| screen.contents() != before);
    picker.press("q");
    assert_eq!(picker.end(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "the demo's login is not kept");
}

/// Set in the process that is to panic.
const PANICS: &str = "TICKET_TEST_PANICS";

/// What the test below runs in a pseudo-terminal, as a process of its own.
#[test]
fn a_screen_that_panics() {
    if std::env::var_os(PANICS).is_some() {
        let _screen = ticket_tui::terminal::Screen::take(true).unwrap();
        panic!("on purpose");
    }
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_says_why() {
    let state = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "manners::a_screen_that_panics", "--nocapture"]);
    command.env(PANICS, "1");
    command.env("RUST_BACKTRACE", "0");
    let mut picker = Picker::spawn(command, state.path());
    assert_ne!(picker.end(), 0);
    assert!(picker.is_given_back());
    // On the alternate screen the reason would have gone with it.
    assert!(picker.contents().contains("on purpose"), "{}", picker.contents());
}

#[test]
fn without_the_mouse_the_terminal_selects_text() {
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", NOWHERE, "--no-mouse"], state.path());
    picker.wait_for("The server cannot be reached.");
    assert!(!picker.has_mouse());
}

#[test]
fn the_locale_and_the_configuration_file_choose_the_language() {
    let state = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ticket-tui"));
    command.args(["--server", NOWHERE]);
    let mut picker = Picker::spawn_with(command, state.path(), &[("LC_ALL", "ko_KR.UTF-8")]);
    picker.wait_for("서버에 연결할 수 없습니다.");
    std::fs::create_dir_all(state.path().join("ticket")).unwrap();
    std::fs::write(state.path().join("ticket").join("tui.toml"), "language = \"ko\"\nascii = true\n").unwrap();
    let mut picker = Picker::open(&["--server", NOWHERE], state.path());
    picker.wait_for("서버에 연결할 수 없습니다.");
    assert!(picker.contents().contains("o 연결 끊김"), "{}", picker.contents());
}
