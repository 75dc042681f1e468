//! A user at a shell: the program without a screen, through pipes.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::shop::{PASSWORD, Shop};

/// How long to wait for something to be said. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A user with a login that is kept.
pub(crate) struct Shell {
    pub(crate) server: String,
    pub(crate) state: tempfile::TempDir,
}

impl Shell {
    pub(crate) fn of(shop: &Shop, email: &str) -> Self {
        shop.join(email);
        let shell = Self { server: shop.url(), state: tempfile::tempdir().unwrap() };
        let output = shell.run(&["login", "--email", email, "--password-stdin"], &format!("{PASSWORD}\n"));
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        shell
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        run(&self.server, self.state.path(), arguments, input, None)
    }

    /// The same on a machine in another time zone.
    pub(crate) fn run_in(&self, zone: &str, arguments: &[&str]) -> Output {
        let mut command = command(&self.server, self.state.path(), arguments);
        command.env("TZ", zone).stdin(Stdio::null()).output().unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments, "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", errors(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Begins to talk with the plain picker.
    pub(crate) fn talk(&self, arguments: &[&str]) -> Talk {
        Talk::begin(&self.server, self.state.path(), arguments)
    }
}

fn command(server: &str, state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-tui"));
    command.args(arguments).args(["--server", server]).env("XDG_STATE_HOME", state).env("XDG_CONFIG_HOME", state);
    command.env_remove("TICKET_SERVER").env_remove("TICKET_TOKEN").env("LC_ALL", "C");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(server: &str, state: &Path, arguments: &[&str], input: &str, token: Option<&str>) -> Output {
    let mut command = command(server, state, arguments);
    command.envs(token.map(|token| ("TICKET_TOKEN", token)));
    let mut child = command.spawn().unwrap();
    // Who does not read it does not want it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A conversation with the plain picker, line by line.
pub(crate) struct Talk {
    child: Child,
    lines: Receiver<String>,
    /// All that was said so far.
    pub(crate) said: String,
}

impl Talk {
    pub(crate) fn begin(server: &str, state: &Path, arguments: &[&str]) -> Self {
        let mut child = command(server, state, arguments).arg("--plain").spawn().unwrap();
        let lines = lines(child.stderr.take().unwrap());
        Self { child, lines, said: String::new() }
    }

    /// Answers with a line.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits for a line with this text in it. A question ends its line only when it is answered.
    pub(crate) fn hear(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("nothing of {text:?} in:\n{}", self.said));
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(text) {
                return;
            }
        }
    }

    /// Says nothing more; answers the exit code and what was printed.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        self.said.extend(self.lines.iter().map(|line| line + "\n"));
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        (self.child.wait().unwrap().code(), printed)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
