//! The scheduled jobs, and one more, in a runtime of their own: whatever they do, buyers do not wait for it.
//!
//! ```sh
//! cargo run -p ticket-examples --example own_runtime
//! ```

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use ticket_core::api::JoinRequest;
use ticket_core::domain::SeatWish;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::jobs::{self, Job, Jobs};
use ticket_core::{BookingFilter, BoxOffice, Config};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};

fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    // Where buyers are served, and where jobs run.
    let selling = Runtime::new()?;
    let working = Builder::new_multi_thread().worker_threads(1).thread_name("ticket-jobs").enable_all().build()?;

    // Every second, under its own lock: of all processes that run it, one does so.
    let (reports, mut reported) = mpsc::unbounded_channel();
    let report = Job::new("report", "* * * * * *", Duration::ZERO, Duration::from_secs(30), move |run| {
        let reports = reports.clone();
        async move {
            let newest = run.box_office().list_bookings(BookingFilter::default()).await?;
            // Work that takes long says so at each step, and keeps its lock.
            run.made_progress()?;
            let thread = std::thread::current().name().unwrap_or("a thread without a name").to_owned();
            // Nobody listens any more when the program is about to end.
            let _ = reports.send((newest.len(), thread));
            Ok((!newest.is_empty()).then(|| format!("bookings so far: {}", newest.len())))
        }
    });
    let folder = tempfile::tempdir()?;
    let config = Config {
        jobs: Jobs::default().with(report).schedule("housekeeping", "0 30 5 * * *"),
        ..Config::new(folder.path().join("tickets.db"))
    };
    BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?;
    // Opening spawns what keeps the seat maps up to date: it belongs to the runtime in which the shop is opened.
    let box_office = selling.block_on(async { BoxOffice::open(config) })?;

    let stop = watch::Sender::new(false);
    let running = working.spawn(jobs::run(box_office.clone(), stop.subscribe()));

    selling.block_on(sell(&box_office))?;
    let (bookings, thread) = loop {
        match reported.blocking_recv().context("the jobs have ended too early")? {
            (0, _) => {} // before the sale
            report => break report,
        }
    };
    writeln!(out, "reported on {thread}, bookings so far: {bookings}")?;

    // Those that run just now are waited for, and no others begin.
    stop.send_replace(true);
    working.block_on(running)?;
    for status in selling.block_on(box_office.jobs())? {
        let summary = status.last_run.and_then(|run| run.summary).unwrap_or_else(|| "-".to_owned());
        writeln!(out, "{:<16} {:<15} {summary}", status.job, status.schedule)?;
    }
    selling.block_on(box_office.shutdown());
    Ok(())
}

/// What the program does besides.
async fn sell(box_office: &BoxOffice) -> anyhow::Result<()> {
    let options = ShowFileOptions { time_zone: box_office.time_zone().clone(), starting: None };
    let plan = show_file::parse(include_str!("shows/modu-art-theater.toml"), &options)?;
    let show = box_office.apply(plan, false).await?.show.context("applying a plan makes its show")?;
    let (performance, _) = box_office.performances(show).await?.remove(0);
    let mina = box_office
        .join(JoinRequest {
            email: "mina@example.com".into(),
            password: "correct horse battery".into(),
            name: "Mina".into(),
        })
        .await?;
    let held = box_office.hold_best(mina, performance.id, SeatWish::together(2)).await?;
    box_office.confirm(mina, held.hold.id).await?;
    Ok(())
}
