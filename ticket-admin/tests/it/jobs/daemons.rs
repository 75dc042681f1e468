//! Daemons as processes of their own, by the system's clock.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};

use super::place::Place;

/// Ticks of a job that runs every second.
const TICKS: usize = 60;
/// Whoever waits longer than this waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(100);

/// A running daemon; killed when it is dropped.
pub(super) struct Daemon {
    child: Child,
    lines: Receiver<String>,
}

impl Daemon {
    /// One that sweeps holds every second, and does nothing else.
    pub(super) fn start(place: &Place, runner: &str, environment: &[(&str, &str)]) -> Self {
        let others = ["ranking-refresh", "waitlist-offer", "waitlist-expire", "mail-send", "housekeeping"];
        let rare = others.map(|job| format!("{job}=0 0 0 1 1 *")).join(";");
        let schedules = &format!("hold-sweep=* * * * * *;{rare}");
        let mut command = place.command(&["jobs", "daemon", "--runner", runner, "--job-schedule", schedules]);
        command.env("RUST_LOG", "ticket_admin=info,ticket_core=debug").envs(environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (log, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| log.send(line)));
        let daemon = Self { child, lines };
        daemon.wait_for("running the jobs");
        daemon
    }

    /// Reads the log up to the line that has this text.
    pub(super) fn wait_for(&self, text: &str) -> String {
        let mut read = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            assert!(line.is_ok(), "no {text:?} after {read:?}");
            let line = line.unwrap();
            if line.contains(text) {
                return line;
            }
            read = line;
        }
    }

    /// Sends a signal by its name.
    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether a signal has stopped it where it was.
    #[cfg(feature = "failpoints")]
    pub(super) fn wait_until_stopped(&self) {
        wait_until_stopped(self.child.id());
    }

    /// Waits for its end; returns what it has said since it was last read.
    pub(super) fn wait(&mut self) -> (ExitStatus, Vec<String>) {
        let rest = self.lines.iter().collect();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a signal has stopped a process where it was.
#[cfg(feature = "failpoints")]
pub(crate) fn wait_until_stopped(process: u32) {
    let started = Instant::now();
    loop {
        let ps = Command::new("ps").args(["-o", "state=", "-p", &process.to_string()]).output().unwrap();
        if ps.stdout.trim_ascii().starts_with(b"T") {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "it does not stop");
        std::thread::yield_now();
    }
}

/// The ticks that have been recorded with their outcomes, in order.
pub(super) fn recorded(place: &Place) -> Vec<(Timestamp, String, Option<String>)> {
    let database = place.database();
    let mut runs = database
        .prepare("SELECT scheduled_at, runner, outcome FROM job_run WHERE job = 'hold-sweep' ORDER BY scheduled_at")
        .unwrap();
    let runs = runs.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    runs.map(|run| run.unwrap()).map(|(at, by, how)| (Timestamp::from_millisecond(at).unwrap(), by, how)).collect()
}

/// Waits until the record is as it must be.
pub(super) fn wait_for_record(
    place: &Place,
    is_so: impl Fn(&[(Timestamp, String, Option<String>)]) -> bool,
) -> Vec<(Timestamp, String, Option<String>)> {
    let started = Instant::now();
    loop {
        let runs = recorded(place);
        if is_so(&runs) {
            return runs;
        }
        assert!(started.elapsed() < PATIENCE, "{runs:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[rstest]
fn two_daemons_run_every_tick_exactly_once(#[values(Embedded, Redis)] holds: HoldBackend) {
    let place = Place::new(holds);
    let mut daemons = ["one", "other"].map(|runner| Daemon::start(&place, runner, &[]));
    wait_for_record(&place, |runs| runs.len() >= TICKS);
    let mut worked: BTreeMap<Timestamp, Vec<usize>> = BTreeMap::new();
    for (n, daemon) in daemons.iter_mut().enumerate() {
        daemon.signal("TERM");
        let (status, log) = daemon.wait();
        assert!(status.success(), "{status}");
        assert!(!log.iter().any(|line| line.contains("WARN") || line.contains("ERROR")), "{log:#?}");
        // By what they say themselves, and not by their record, which could not tell of a tick that was run twice.
        for line in log.iter().filter(|line| line.contains("a job begins")) {
            let (_, tick) = line.split_once("tick=").unwrap();
            worked.entry(tick.trim().parse().unwrap()).or_default().push(n);
        }
    }
    let ticks: Vec<Timestamp> = worked.keys().copied().collect();
    assert!(ticks.len() >= TICKS);
    let first = ticks[0];
    for (tick, n) in ticks.iter().zip(0..) {
        assert_eq!(*tick, first + Duration::from_secs(n), "a tick is missing before: {ticks:?}");
        assert_eq!(worked[tick].len(), 1, "{tick} was run by {:?}", worked[tick]);
    }
    let runs = recorded(&place);
    assert_eq!(runs.iter().map(|run| run.0).collect::<Vec<_>>(), ticks);
    assert!(runs.iter().all(|run| run.2.as_deref() == Some("DONE")), "{runs:?}");
    let audit = place.command(&["audit"]).output().unwrap();
    assert!(audit.status.success(), "{audit:?}");
}
