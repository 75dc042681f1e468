//! A `Clock` and a `Mailer` of one's own: a rehearsal, in which nobody waits for time to pass, and mail goes to the screen.
//!
//! ```sh
//! cargo run -p ticket-examples --example rehearsal
//! ```

use std::io::Write as _;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ticket_core::api::JoinRequest;
use ticket_core::clock::{Clock, Sleep, SystemClock};
use ticket_core::domain::SeatWish;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::notify::{Mail, MailError, Mailer, async_trait};
use ticket_core::{BoxOffice, Config};
use tokio::sync::watch;

/// The system's clock, but that it skips what nobody wants to wait for.
#[derive(Debug, Default)]
struct SkippingClock {
    skipped: watch::Sender<SignedDuration>,
}

impl SkippingClock {
    fn skip(&self, time: SignedDuration) {
        self.skipped.send_modify(|skipped| *skipped += time);
    }
}

impl Clock for SkippingClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.skipped.borrow()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            let mut skipped = self.skipped.subscribe();
            loop {
                let by_the_system = deadline - *skipped.borrow_and_update();
                tokio::select! {
                    () = SystemClock.sleep_until(by_the_system) => return,
                    _ = skipped.changed() => {}
                }
            }
        })
    }
}

/// Shows mail instead of sending it.
#[derive(Debug)]
struct ScreenMailer;

#[async_trait]
impl Mailer for ScreenMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        // What cannot be delivered just now is tried again: after a second, then two, up to an hour.
        writeln!(std::io::stdout(), "mail from {} to {}: {}", mail.from, mail.to, mail.subject)
            .map_err(|error| MailError::Unreachable(error.to_string()))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(SkippingClock::default());
    let config = Config {
        clock: Arc::clone(&clock) as _,
        mailer: Arc::new(ScreenMailer),
        mail_from: "Rehearsal <tickets@example.com>".parse()?,
        ..Config::new(folder.path().join("rehearsal.db"))
    };
    BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?;
    let box_office = BoxOffice::open(config)?;
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

    // Mina holds two seats, and thinks for too long.
    let held = box_office.hold_best(mina, performance.id, SeatWish::together(2)).await?;
    clock.skip(SignedDuration::from_mins(7));
    match box_office.confirm(mina, held.hold.id).await {
        Ok(booking) => anyhow::bail!("booking {} was made of a hold that was over", booking.id),
        Err(error) => writeln!(std::io::stdout(), "seven minutes later: {error}")?,
    }

    // She holds two again, decides, and changes her mind.
    let held = box_office.hold_best(mina, performance.id, SeatWish::together(2)).await?;
    let booking = box_office.confirm(mina, held.hold.id).await?;
    box_office.cancel(mina, booking.id, None).await?;

    // A program that sells has the jobs run on their schedules, as the example `own_runtime` does.
    let run = box_office.run_job("mail-send", false).await?;
    writeln!(std::io::stdout(), "{}: {}", run.job, run.summary.as_deref().unwrap_or("nothing to do"))?;
    box_office.shutdown().await;
    Ok(())
}
