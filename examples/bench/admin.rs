//! Rows about the admin CLI as a process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::load::{median, milliseconds};
use crate::table::{Goal, Table};

const HELP: &str = "ticket-admin --help";
/// A start takes so little that many are needed.
const STARTS: usize = 101;

/// Floor and ours take turns; each figure is the median from the start of a process to its end.
pub(crate) fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if !table.wants(&[HELP]) {
        return Ok(());
    }
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        // The least that a process can do.
        floor.push(run(Command::new("true").arg("--help"))?);
        ours.push(run(Command::new(program).arg("--help"))?);
    }
    let (floor, ours) = (milliseconds(median(floor)), milliseconds(median(ours)));
    table.add(HELP, "ms", Some(floor), ours, Goal::FigureAtMost(10.0));
    Ok(())
}

fn run(command: &mut Command) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "{command:?} has failed: {status}");
    Ok(started.elapsed())
}
