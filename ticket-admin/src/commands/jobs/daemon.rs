use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use ticket_core::{BoxOffice, Config, jobs};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{Directive, LevelFilter};

use super::{MailOptions, Schedules};
use crate::cli::Global;
use crate::commands::in_shop_of;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
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
        log(LevelFilter::INFO.into());
        let config = self.mail.config(Config { jobs: self.schedules.jobs(), ..global.config() })?;
        let runner = self.runner.unwrap_or_else(|| config.runner.clone());
        in_shop_of(Config { runner, ..config }, async |box_office: &BoxOffice| run_until_signal(box_office).await)
    }
}

/// Writes the log to standard error: what `RUST_LOG` says, and without it what `default` says.
pub(super) fn log(default: Directive) {
    let filter = EnvFilter::builder().with_default_directive(default).from_env_lossy();
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_terminal).init();
}

/// The first signal lets running jobs end, the second does not wait for them.
async fn run_until_signal(box_office: &BoxOffice) -> Result<Exit> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen to signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen to signals")?;
    let mut next_signal = async || {
        tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        }
    };
    let stop = watch::Sender::new(false);
    let mut running = tokio::spawn(jobs::run(box_office.clone(), stop.subscribe()));
    tracing::info!("running the jobs");
    tokio::select! {
        ended = &mut running => return Ok(ended.map(|()| Exit::Ok)?),
        signal = next_signal() => tracing::info!("{signal}: letting running jobs end; once more ends at once"),
    }
    stop.send_replace(true);
    tokio::select! {
        ended = &mut running => Ok(ended.map(|()| Exit::Ok)?),
        signal = next_signal() => anyhow::bail!("{signal} again: ended at once"),
    }
}
