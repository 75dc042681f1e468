//! `ticket-server`: sells the seats of one database over HTTP.

mod config_file;
mod environment;
mod logging;
mod options;
mod signals;

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use config_file::NoOptions;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use ticket_core::jobs::{self, Jobs};
use ticket_core::{BoxOffice, Config};
use ticket_server::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;

use options::Options;
use signals::Signals;

/// The variable that has the token secret itself.
const TOKEN_SECRET: &str = "TICKET_TOKEN_SECRET";

fn main() -> ExitCode {
    let options: Options = match config_file::read(std::env::args_os()) {
        Ok(options) => options,
        Err(NoOptions::CommandLine(error)) => error.exit(),
        Err(NoOptions::File(problem)) => return fail(&problem),
    };
    if options.print_config {
        // Whoever has closed the pipe does not want to read on.
        let _ = std::io::stdout().write_all(config_file::print::<Options>().as_bytes());
        return ExitCode::SUCCESS;
    }
    logging::start(options.log_format);
    allow_many_files();
    match start(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error:#}")),
    }
}

fn fail(problem: &str) -> ExitCode {
    // Nothing is left to be done when even this cannot be written.
    let _ = writeln!(std::io::stderr().lock(), "ticket-server: {problem}");
    ExitCode::FAILURE
}

/// Every connection is an open file, of which a process may have few unless it asks for more.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

fn start(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let result = runtime.block_on(run(options));
    // Whoever asks twice to stop does not want to wait for what still runs.
    runtime.shutdown_background();
    result
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("cannot listen to signals")?;
    let box_office = BoxOffice::open(config(options)?)?;
    if options.no_jobs {
        tracing::info!("scheduled jobs are left to other processes");
    }
    let listener = listen(&options.listen).await?;
    let stop = watch::Sender::new(false);
    let work = work((listener, options.server_config()), box_office, !options.no_jobs, stop.subscribe());
    tokio::pin!(work);
    tokio::select! {
        result = &mut work => return result,
        signal = signals.next() => tracing::info!("{signal}: finishing what is in flight; once more ends at once"),
    }
    stop.send_replace(true);
    tokio::select! {
        result = work => result,
        signal = signals.next() => anyhow::bail!("{signal} again: ended at once"),
    }
}

fn config(options: &Options) -> anyhow::Result<Config> {
    let (redis, week_start) = (options.redis.clone(), options.week_start);
    let config = Config { redis, week_start, ..Config::new(&options.database) };
    let mut config = config
        .with_mail(options.smtp.as_ref(), options.mail_from.clone())
        .context("--smtp and --mail-from (TICKET_SMTP_URL, TICKET_MAIL_FROM)")?;
    config.jobs = Jobs::default().scheduled(&options.job_schedules);
    if let Some(runner) = &options.runner {
        config.runner.clone_from(runner);
    }
    config.token_secret = token_secret(options.token_secret_file.as_deref())?;
    Ok(config)
}

/// What is configured. As a flag it would be seen by whoever lists processes, so the secret itself may only stand in the
/// environment.
fn token_secret(file: Option<&Path>) -> anyhow::Result<Option<Vec<u8>>> {
    let secret = std::env::var_os(TOKEN_SECRET).filter(|secret| !secret.is_empty());
    match (secret, file) {
        (Some(_), Some(file)) => {
            anyhow::bail!(
                "{TOKEN_SECRET} is set, and so is the token secret file {}: one of them is enough",
                file.display()
            )
        }
        (Some(secret), None) => Ok(Some(secret.into_encoded_bytes().trim_ascii().to_owned())),
        (None, file) => file.map(read_secret).transpose(),
    }
}

fn read_secret(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the token secret {}", path.display()))?;
    Ok(bytes.trim_ascii().to_owned())
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let hint = if error.kind() == ErrorKind::InvalidInput { "; it looks like 127.0.0.1:8080" } else { "" };
        anyhow::anyhow!("cannot listen on {address}: {error}{hint}")
    })?;
    let bound: SocketAddr = listener.local_addr()?;
    if !bound.ip().is_loopback() {
        tracing::warn!("{bound} can be reached from other machines, without TLS; put a proxy with TLS in front of it");
    }
    tracing::info!("listening on http://{bound}");
    Ok(listener)
}

/// Serves, and runs the jobs, until `stop` is true; then closes the shop.
async fn work(
    (listener, server): (TcpListener, ServerConfig),
    box_office: BoxOffice,
    with_jobs: bool,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut stopped = stop.clone();
    let serving = ticket_server::serve_with(server, listener, box_office.clone(), async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let jobs = async {
        if with_jobs {
            jobs::run(box_office.clone(), stop).await;
        }
    };
    let (served, ()) = tokio::join!(serving, jobs);
    box_office.shutdown().await;
    Ok(served?)
}
