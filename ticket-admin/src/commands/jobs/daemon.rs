use anyhow::Result;
use ticket_core::{BoxOffice, Config, jobs};
use tokio::sync::watch;

use super::{MailOptions, Schedules};
use crate::cli::Global;
use crate::commands::in_shop_of;
use crate::exit::Exit;
use crate::interrupt::Signals;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin jobs daemon
  ticket-admin jobs daemon --smtp smtps://user:password@mail.example.com \\
      --mail-from 'Blue Square <tickets@example.com>'")]
pub(crate) struct Daemon {
    #[command(flatten)]
    schedules: Schedules,
    #[command(flatten)]
    mail: MailOptions,
    /// What this process is called in the record of the jobs; its host and process id otherwise
    #[arg(long, env = "TICKET_RUNNER", value_name = "NAME")]
    runner: Option<String>,
}

impl Daemon {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        let config = self.mail.config(Config { jobs: self.schedules.jobs(), ..global.config() })?;
        let runner = self.runner.unwrap_or_else(|| config.runner.clone());
        in_shop_of(Config { runner, ..config }, async |box_office: &BoxOffice| run_until_signal(box_office).await)
    }
}

/// The first signal lets running jobs end, the second does not wait for them.
async fn run_until_signal(box_office: &BoxOffice) -> Result<Exit> {
    let mut signals = Signals::new()?;
    let stop = watch::Sender::new(false);
    let mut running = tokio::spawn(jobs::run(box_office.clone(), stop.subscribe()));
    tracing::info!("running the jobs");
    tokio::select! {
        ended = &mut running => return Ok(ended.map(|()| Exit::Ok)?),
        signal = signals.next() => tracing::info!("{signal}: letting running jobs end; once more ends at once"),
    }
    stop.send_replace(true);
    tokio::select! {
        ended = &mut running => Ok(ended.map(|()| Exit::Ok)?),
        signal = signals.next() => anyhow::bail!("{signal} again: ended at once"),
    }
}
