mod daemon;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ticket_core::domain::{JobRun, RunOutcome};
use ticket_core::jobs::{JobSchedule, JobStatus};
use ticket_core::locks::LockState;
use ticket_core::notify::{MailSender, SmtpSetting};
use ticket_core::{BoxOffice, Config};

use super::{in_shop, in_shop_of};
use crate::cli::{Format, Global};
use crate::csv::Record;
use crate::exit::{Exit, usage};
use crate::output::{self, number, text, word};
use crate::{interrupt, parse};

/// Look at scheduled jobs, and run them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Jobs {
    /// The jobs with their schedules, next ticks, locks, and latest runs
    #[command(after_help = "Examples:
  ticket-admin jobs list
  ticket-admin jobs list --job-schedule 'hold-sweep=*/2 * * * * *'")]
    List {
        #[command(flatten)]
        schedules: Schedules,
    },
    /// The latest runs, newest first: who ran what, when, for how long, and what came of it
    #[command(after_help = "Examples:
  ticket-admin jobs status mail-send --limit 5")]
    Status {
        /// Only of this job
        #[arg(value_parser = parse::job())]
        job: Option<String>,
        /// At most so many
        #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Run a job now, under its lock; exits with 5 when it is running elsewhere, or was run just now
    #[command(after_help = "Examples:
  ticket-admin jobs run ranking-refresh
  ticket-admin jobs run mail-send --smtp 'smtp://127.0.0.1?tls=none' \\
      --mail-from tickets@example.com")]
    Run {
        /// Its name
        #[arg(value_parser = parse::job())]
        job: String,
        /// Run it even if it was run just now
        #[arg(long)]
        force: bool,
        /// Say whether it could be run just now, and do not run it
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        mail: MailOptions,
    },
    /// Run all jobs on their schedules until SIGTERM or Ctrl-C, which let a running job end; any number of daemons and
    /// servers share the work
    Daemon(daemon::Daemon),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Schedules {
    /// When a job runs, such as 'hold-sweep=*/2 * * * * *': six fields of cron, in the business time zone. For several jobs
    /// it is given several times; in the environment, they are separated by semicolons
    #[arg(long = "job-schedule", env = "TICKET_JOB_SCHEDULES", value_name = "JOB=CRON", value_delimiter = ';')]
    job_schedules: Vec<JobSchedule>,
}

/// Where the job `mail-send` hands mail in. All processes that run jobs should be given the same.
#[derive(Debug, clap::Args)]
pub(crate) struct MailOptions {
    /// The mail server, such as smtp://user:password@host:587 (with STARTTLS) or smtps://user:password@host. Without it,
    /// mails are only written to the log
    #[arg(long, env = "TICKET_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp: Option<SmtpSetting>,
    /// Who mails are from, such as 'Blue Square <tickets@example.com>'
    #[arg(long, env = "TICKET_MAIL_FROM", value_name = "SENDER")]
    mail_from: Option<MailSender>,
}

impl MailOptions {
    fn config(self, config: Config) -> Result<Config> {
        config
            .with_mail(self.smtp.as_ref(), self.mail_from)
            .map_err(|error| usage(format!("--smtp and --mail-from (TICKET_SMTP_URL, TICKET_MAIL_FROM): {error}")))
    }
}

impl Schedules {
    fn jobs(&self) -> ticket_core::jobs::Jobs {
        ticket_core::jobs::Jobs::default().scheduled(&self.job_schedules)
    }
}

/// Without a mail server, the log is where mails go: nobody should lose them unseen.
pub(super) const MAIL_LOG: &str = "ticket_core::notify::log_mailer=info";

impl Jobs {
    /// What is logged without being asked for.
    pub(super) const fn log(&self) -> Option<&'static str> {
        match self {
            Self::List { .. } | Self::Status { .. } => None,
            Self::Run { .. } => Some(MAIL_LOG),
            Self::Daemon(_) => Some("info"),
        }
    }

    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List { schedules } => list(global, &schedules),
            Self::Status { job, limit } => status(global, job.as_deref(), limit),
            Self::Run { job, force, dry_run: true, .. } => could_run(global, &job, force),
            Self::Run { job, force, mail, .. } => run(mail.config(global.config())?, global.format, &job, force),
            Self::Daemon(daemon) => daemon.run(global),
        }
    }
}

impl Record for JobStatus {
    const COLUMNS: &'static [&'static str] = &[
        "job",
        "schedule",
        "nextTick",
        "atLeastSeconds",
        "atMostSeconds",
        "lock.until",
        "lock.isResting",
        "lastRun.job",
        "lastRun.scheduledAt",
        "lastRun.fence",
        "lastRun.runner",
        "lastRun.startedAt",
        "lastRun.finishedAt",
        "lastRun.outcome",
        "lastRun.summary",
    ];
}

fn list(global: &Global, schedules: &Schedules) -> Result<Exit> {
    let config = ticket_core::Config { jobs: schedules.jobs(), ..global.config() };
    let (jobs, time_zone) = in_shop_of(config, async |box_office: &BoxOffice| {
        Ok((box_office.jobs().await?, box_office.time_zone().clone()))
    })?;
    let columns = [
        word("JOB"),
        word("SCHEDULE").spare(4),
        word("NEXT TICK").spare(1),
        word("AT LEAST").spare(6),
        word("AT MOST").spare(5),
        text("LOCK").spare(2),
        word("LAST RUN"),
        word("OUTCOME"),
    ];
    output::list(global.format, "jobs", &jobs, columns, |job: &JobStatus| {
        [
            job.job.clone(),
            job.schedule.clone(),
            at(job.next_tick, &time_zone),
            duration(job.at_least_seconds),
            duration(job.at_most_seconds),
            job.lock.map_or_else(|| "free".to_owned(), |lock| locked(lock, &time_zone)),
            at(job.last_run.as_ref().map(|run| run.started_at), &time_zone),
            job.last_run.as_ref().map_or_else(|| "-".to_owned(), |run| outcome(run).to_owned()),
        ]
    })?;
    Ok(Exit::Ok)
}

impl Record for JobRun {
    const COLUMNS: &'static [&'static str] =
        &["job", "scheduledAt", "fence", "runner", "startedAt", "finishedAt", "outcome", "summary"];
}

fn status(global: &Global, job: Option<&str>, limit: u32) -> Result<Exit> {
    let (runs, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        Ok((box_office.job_runs(job, limit).await?, box_office.time_zone().clone()))
    })?;
    let columns = [
        word("JOB"),
        word("TICK").spare(3),
        text("RUNNER").spare(2),
        word("STARTED"),
        number("TOOK").spare(1),
        word("OUTCOME"),
        text("WHAT IT DID"),
    ];
    output::list(global.format, "runs", &runs, columns, |run: &JobRun| {
        [
            run.job.clone(),
            run.scheduled_at.map_or_else(|| "by hand".to_owned(), |tick| local(tick, &time_zone)),
            run.runner.clone(),
            local(run.started_at, &time_zone),
            took(run),
            outcome(run).to_owned(),
            run.summary.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Ok)
}

/// Runs a job now, and tells what came of it.
pub(super) fn run(config: Config, format: Format, job: &str, force: bool) -> Result<Exit> {
    let run = in_shop_of(config, async |box_office: &BoxOffice| {
        let (shop, job) = (box_office.clone(), job.to_owned());
        Ok(interrupt::let_end(async move { shop.run_job(&job, force).await }).await??)
    })?;
    output::record(format, &run, |run| {
        let did = run.summary.as_deref().unwrap_or("there was nothing to do");
        output::note(format_args!("{job}: {}, {did}", outcome(run)));
        Ok(())
    })?;
    Ok(if run.outcome == Some(RunOutcome::Done) { Exit::Ok } else { Exit::Failed })
}

/// Says whether a job could be run now, as [`run`] would.
pub(super) fn could_run(global: &Global, job: &str, force: bool) -> Result<Exit> {
    in_shop(global, async |shop: &BoxOffice| {
        // A name that is not known is an error.
        shop.job_runs(Some(job), 1).await?;
        let status = shop.jobs().await?.into_iter().find(|status| status.job == job);
        match status.and_then(|status| status.lock) {
            Some(LockState { until, is_resting, .. }) if !(force && is_resting) => {
                Err(ticket_core::Error::JobLocked { job: job.to_owned(), until, is_resting }.into())
            }
            _ => Ok(()),
        }
    })?;
    output::note(format_args!("{job} would be run"));
    output::note_dry_run();
    Ok(Exit::Ok)
}

fn outcome(run: &JobRun) -> &'static str {
    match run.outcome {
        Some(RunOutcome::Done) => "done",
        Some(RunOutcome::Failed) => "failed",
        Some(RunOutcome::Panicked) => "panicked",
        None => "not ended",
    }
}

fn locked(lock: LockState, time_zone: &TimeZone) -> String {
    let until = local(lock.until, time_zone);
    if lock.is_resting { format!("rests until {until}") } else { format!("held until {until}") }
}

fn took(run: &JobRun) -> String {
    let took = run.finished_at.map(|end| end.duration_since(run.started_at));
    took.map_or_else(|| "-".to_owned(), |took| format!("{:.3} s", took.as_secs_f64()))
}

fn duration(seconds: u64) -> String {
    match seconds {
        whole if whole >= 60 && whole % 60 == 0 => format!("{} min", whole / 60),
        seconds => format!("{seconds} s"),
    }
}

fn at(instant: Option<Timestamp>, time_zone: &TimeZone) -> String {
    instant.map_or_else(|| "-".to_owned(), |instant| local(instant, time_zone))
}

fn local(instant: Timestamp, time_zone: &TimeZone) -> String {
    instant.to_zoned(time_zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
