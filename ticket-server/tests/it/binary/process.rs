use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use jiff::tz::TimeZone;
use tempfile::TempDir;
use ticket_core::{BoxOffice, Config};

/// The program, without any setting of whoever runs the tests.
pub(super) fn command(database: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-server"));
    for name in [
        "TICKET_CONFIG",
        "TICKET_DATABASE",
        "TICKET_REDIS_URL",
        "TICKET_TOKEN_SECRET_FILE",
        "TICKET_TOKEN_SECRET",
        "TICKET_NO_JOBS",
        "TICKET_SMTP_URL",
        "TICKET_MAIL_FROM",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command.env("TICKET_LISTEN", "127.0.0.1:0").arg("--database").arg(database);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// The same command, but no file it writes may grow beyond this size: as on a disk that is full.
pub(super) fn with_file_size_max(command: &Command, bytes: u64) -> Command {
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes; and writing more is an error, and not the end of the process.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", bytes / 512);
    limited.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    limited
}

/// An empty database in a folder of its own.
pub(super) fn new_database() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tickets.db");
    BoxOffice::create(&Config::new(&path), &TimeZone::get("Asia/Seoul").unwrap()).unwrap();
    (folder, path)
}

/// Runs the program, which must not start; returns what it says.
pub(super) fn fails(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(!stderr.contains("listening on"), "{stderr}");
    stderr
}

/// A running server; killed when it is dropped.
pub(super) struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// What it has said before it was ready.
    pub(super) greeting: String,
    pub(super) url: String,
}

impl Running {
    /// Waits until it is ready.
    pub(super) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, stderr, greeting: String::new(), url: String::new() };
        running.greeting = running.read_until("listening on http://");
        let (_, url) = running.greeting.split_once("listening on ").unwrap();
        running.url = url.split(['"', '\n']).next().unwrap().to_owned();
        running
    }

    pub(super) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Reads its log up to the line that has this text.
    pub(super) fn read_until(&mut self, text: &str) -> String {
        let mut read = String::new();
        while !read.contains(text) {
            let count = self.stderr.read_line(&mut read).unwrap();
            assert_ne!(count, 0, "the server has ended before it said {text:?}: {read}");
        }
        read
    }

    /// Sends a signal by its name.
    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether a signal has stopped it where it was.
    #[cfg(feature = "failpoints")]
    pub(super) fn is_stopped(&self) -> bool {
        let ps = Command::new("ps").args(["-o", "state=", "-p", &self.child.id().to_string()]).output().unwrap();
        ps.stdout.trim_ascii().starts_with(b"T")
    }

    /// Ends it as a power cut would: nothing is finished, nothing is closed.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; returns what it has said meanwhile.
    pub(super) fn wait(&mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
