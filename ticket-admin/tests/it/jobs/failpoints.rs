//! Processes that die or stand still in the middle of a job.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::RunOutcome;

use super::daemons::{Daemon, recorded, wait_for_record, wait_until_stopped};
use super::place::{Place, Returned, letters};
use crate::support::shown;

/// How long the lock of `hold-sweep` is held at most.
const AT_MOST: Duration = Duration::from_secs(8);
const SECOND: Duration = Duration::from_secs(1);

#[rstest]
fn when_a_daemon_is_killed_in_a_job_the_other_goes_on_within_at_most(#[values(Embedded, Redis)] holds: HoldBackend) {
    let place = Place::new(holds);
    let mut victim = Daemon::start(&place, "victim", &[("TICKET_FAILPOINT", "in-job:2:KILL")]);
    victim.wait_for("a job begins");
    let mut heir = Daemon::start(&place, "heir", &[]);
    assert_eq!(victim.wait().0.signal(), Some(9), "not ended by the failpoint");
    let is_broken_off = |run: &(_, String, Option<String>)| run.1 == "victim" && run.2.is_none();
    let after = |runs: &[_]| runs.iter().position(is_broken_off).map(|at| at + 1);
    let runs = wait_for_record(&place, |runs| after(runs).is_some_and(|at| runs.len() >= at + 4));
    let at = after(&runs).unwrap();
    let waited = runs[at].0.duration_since(runs[at - 1].0);
    // The first tick after the lock has run out; it was taken a moment after its own tick.
    let allowed = SECOND..=AT_MOST + 3 * SECOND;
    assert!(allowed.contains(&Duration::try_from(waited).unwrap()), "the heir has taken over after {waited}");
    for (run, n) in runs[at..at + 4].iter().zip(0..) {
        assert_eq!((run.0, run.1.as_str()), (runs[at].0 + n * SECOND, "heir"), "{runs:?}");
    }
    heir.signal("TERM");
    assert!(heir.wait().0.success());
    let runs = recorded(&place);
    assert_eq!(runs.iter().filter(|run| run.2.is_none()).count(), 1, "{runs:?}");
    assert!(place.command(&["audit"]).output().unwrap().status.success());
}

/// How a process loses the lock of a job while it stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// At most is over.
    Time,
    /// Redis has forgotten everything.
    Flush,
    /// Redis was killed, and started again.
    Restart,
}

struct Stopped {
    place: Place,
    process: Child,
}

impl Stopped {
    /// A process that stands still after it has begun the job that puts cancelled seats on sale again.
    fn new(place: Place, environment: &[(&str, &str)]) -> Self {
        let mut command = place.command(&["jobs", "run", "waitlist-offer"]);
        command.env("TICKET_FAILPOINT", "in-job:1:STOP").envs(environment.iter().copied());
        let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until_stopped(process.id());
        Self { place, process }
    }

    async fn lose_lock(&mut self, loss: Loss) {
        let Some(redis) = &mut self.place.redis else {
            // The shop of this test is in 2099, which is late enough.
            assert_eq!(loss, Loss::Time);
            return;
        };
        match loss {
            Loss::Time => drop(redis.command(&["PEXPIRE", "{job:waitlist-offer}:lock", "0"]).await),
            Loss::Flush => drop(redis.command(&["FLUSHALL"]).await),
            Loss::Restart => {
                redis.kill();
                redis.restart();
            }
        }
    }

    /// Lets it go on; answers what came of it.
    fn go_on(self) -> (Place, String) {
        let resumed =
            std::process::Command::new("kill").args(["-s", "CONT", &self.process.id().to_string()]).status().unwrap();
        assert!(resumed.success());
        (self.place, shown(&self.process.wait_with_output().unwrap()))
    }
}

/// Stands still in a job until another has taken over, and wants to write then. Answers what it has said, and what has become
/// of a seat that was given back meanwhile.
async fn wake_up_late(holds: HoldBackend, loss: Loss, environment: &[(&str, &str)]) -> (String, char) {
    let place = Place::new(holds);
    let office = place.open();
    let booking = Returned::new(&office, &[1, 2]).await;
    let mut stopped = Stopped::new(place, environment);
    stopped.lose_lock(loss).await;
    booking.cancel(&office, 0).await;
    // Connections to a Redis that was restarted find their way back by themselves.
    let run = loop {
        match office.run_job("waitlist-offer", false).await {
            Err(error) if error.is_retryable() => {}
            run => break run.unwrap(),
        }
    };
    assert_eq!((run.outcome, run.summary.as_deref()), (Some(RunOutcome::Done), Some("1 seat returned")));
    booking.cancel(&office, 1).await;
    let (place, said) = stopped.go_on();
    let letter = letters(&office).await.chars().nth(1).unwrap();
    let report = office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    office.shutdown().await;
    drop(place);
    (said, letter)
}

#[rstest]
#[case(Embedded, Loss::Time)]
#[case(Redis, Loss::Time)]
#[case(Redis, Loss::Flush)]
#[case(Redis, Loss::Restart)]
#[tokio::test]
async fn a_runner_that_wakes_up_too_late_changes_nothing(#[case] holds: HoldBackend, #[case] loss: Loss) {
    let (said, letter) = wake_up_late(holds, loss, &[]).await;
    let why = "waitlist-offer: failed, Another process has taken over the job waitlist-offer.\n";
    assert_eq!(said, format!("exit code 1\n--- stdout\n--- stderr\n{why}"));
    assert_eq!(letter, 'C', "it has put a seat on sale");
}

/// The control: without fences, it does.
#[rstest]
#[tokio::test]
async fn without_fences_a_runner_that_wakes_up_too_late_writes(#[values(Embedded, Redis)] holds: HoldBackend) {
    let (said, letter) = wake_up_late(holds, Loss::Time, &[("TICKET_LEFT_OUT", "fence")]).await;
    assert_eq!(said, "exit code 0\n--- stdout\n--- stderr\nwaitlist-offer: done, 1 seat returned\n");
    assert_eq!(letter, 'A', "the fence guards nothing: the test proves nothing");
}

#[rstest]
#[tokio::test]
async fn sigterm_lets_a_running_job_end_and_frees_its_lock(#[values(Embedded, Redis)] holds: HoldBackend) {
    let place = Place::new(holds);
    let mut daemon = Daemon::start(&place, "one", &[("TICKET_FAILPOINT", "in-job:2:STOP")]);
    daemon.wait_until_stopped();
    daemon.signal("TERM");
    daemon.signal("CONT");
    let (status, log) = daemon.wait();
    assert!(status.success(), "{log:#?}");
    assert!(log.iter().any(|line| line.contains("SIGTERM: letting running jobs end")), "{log:#?}");
    let runs = recorded(&place);
    assert!(runs.len() >= 2 && runs.iter().all(|run| run.2.as_deref() == Some("DONE")), "{runs:?}");
    let list = place.command(&["jobs", "list", "--format", "json"]).output().unwrap().stdout;
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    assert!(list.as_array().unwrap().iter().all(|job| job["lock"]["isResting"] != false), "{list}");
}

/// Its lock would keep others from the job for a quarter of an hour.
#[test]
fn ctrl_c_lets_a_job_end_that_was_asked_for() {
    let stopped = Stopped::new(Place::new(Embedded), &[]);
    let signal = |name: &str| {
        let kill = std::process::Command::new("kill").args(["-s", name, &stopped.process.id().to_string()]).status();
        assert!(kill.unwrap().success());
    };
    signal("INT");
    signal("CONT");
    let output = stopped.process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let status: serde_json::Value = serde_json::from_slice(
        &stopped.place.command(&["jobs", "status", "--format", "json"]).output().unwrap().stdout,
    )
    .unwrap();
    assert_eq!(status[0]["outcome"], "DONE", "{status}");
    assert!(stopped.place.command(&["jobs", "run", "waitlist-offer", "--force"]).output().unwrap().status.success());
}
