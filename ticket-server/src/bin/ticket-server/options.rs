use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ticket_core::domain::Weekday;
use ticket_core::jobs::JobSchedule;
use ticket_core::notify::{MailSender, SmtpSetting};

/// Sells the seats of one database over HTTP.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    /// Address and port; port 0 takes any that is free
    #[arg(long, env = "TICKET_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,

    /// The database; `ticket-admin init` creates one
    #[arg(long, env = "TICKET_DATABASE", value_name = "FILE", default_value = "tickets.db")]
    pub(crate) database: PathBuf,

    /// The Redis that keeps the holds, such as redis://127.0.0.1/. Without it they are kept in the database, which records
    /// where they are and is refused otherwise
    #[arg(long, env = "TICKET_REDIS_URL", value_name = "URL")]
    pub(crate) redis: Option<String>,

    /// What access tokens are signed with, at least 32 bytes. Without it, a random secret is kept beside the database
    #[arg(long, env = "TICKET_TOKEN_SECRET_FILE", value_name = "FILE")]
    pub(crate) token_secret_file: Option<PathBuf>,

    /// The mail server, such as smtp://user:password@host:587 (with STARTTLS) or smtps://user:password@host. Without it,
    /// mails are only written to the log
    #[arg(long, env = "TICKET_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) smtp: Option<SmtpSetting>,

    /// Who mails are from, such as 'Blue Square <tickets@example.com>'
    #[arg(long, env = "TICKET_MAIL_FROM", value_name = "SENDER")]
    pub(crate) mail_from: Option<MailSender>,
    /// The day with which the week of rankings begins, such as MONDAY
    #[arg(long, env = "TICKET_WEEK_START", value_name = "WEEKDAY", default_value_t = Weekday::Thursday)]
    pub(crate) week_start: Weekday,

    /// Leave the scheduled jobs to another process
    #[arg(long)]
    pub(crate) no_jobs: bool,

    /// When a job runs, such as 'hold-sweep=*/2 * * * * *': six fields of cron, in the business time zone. For several jobs
    /// it is given several times; in the environment, they are separated by semicolons
    #[arg(long = "job-schedule", env = "TICKET_JOB_SCHEDULES", value_name = "JOB=CRON", value_delimiter = ';')]
    pub(crate) job_schedules: Vec<JobSchedule>,

    /// What this process is called in the record of the jobs; its host and process id otherwise
    #[arg(long, env = "TICKET_RUNNER", value_name = "NAME")]
    pub(crate) runner: Option<String>,

    /// How the log on standard error is written; RUST_LOG chooses what is in it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For programs, one object per line
    Json,
}
