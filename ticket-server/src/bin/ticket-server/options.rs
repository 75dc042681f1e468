use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Parser, ValueEnum};
use ticket_core::domain::Weekday;
use ticket_core::jobs::JobSchedule;
use ticket_core::notify::{MailSender, SmtpSetting};
use ticket_server::{IpNet, NotARateLimit, ProxyHeader, RateLimit, ServerConfig};

/// Sells the seats of one database over HTTP.
///
/// Every option can stand in a file too, under its long name: see --config and --print-config.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    /// A file with options. Flags win over the environment, and the environment over the file
    #[arg(long, env = "TICKET_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Print such a file with every option and its default, and end
    #[arg(long)]
    pub(crate) print_config: bool,

    /// Address and port; port 0 takes any that is free
    #[arg(long, env = "TICKET_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,

    /// The database; `ticket-admin init` creates one
    #[arg(long, env = "TICKET_DATABASE", value_name = "FILE", default_value = "tickets.db")]
    pub(crate) database: PathBuf,

    /// The Redis that keeps the holds, such as redis://127.0.0.1/. Without it they are kept in the database, which records
    /// where they are and is refused otherwise
    #[arg(long, env = "TICKET_REDIS_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) redis: Option<String>,

    /// What access tokens are signed with, at least 32 bytes. The environment may have it itself, without a file, as
    /// TICKET_TOKEN_SECRET. Without either, a random secret is kept beside the database
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
    #[arg(long, env = "TICKET_NO_JOBS", value_name = "BOOLEAN", hide_possible_values = true)]
    #[arg(action = ArgAction::Set, value_parser = BoolishValueParser::new(), default_value = "false")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_default_value = true)]
    pub(crate) no_jobs: bool,

    /// When a job runs, such as 'hold-sweep=*/2 * * * * *': six fields of cron, in the business time zone. For several jobs
    /// it is given several times; in the environment, they are separated by semicolons
    #[arg(long = "job-schedule", env = "TICKET_JOB_SCHEDULES", value_name = "JOB=CRON", value_delimiter = ';')]
    pub(crate) job_schedules: Vec<JobSchedule>,

    /// What this process is called in the record of the jobs; its host and process id otherwise
    #[arg(long, env = "TICKET_RUNNER", value_name = "NAME")]
    pub(crate) runner: Option<String>,

    /// How the log on standard error is written; RUST_LOG chooses what is in it
    #[arg(long, env = "TICKET_LOG_FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,

    /// Addresses or networks of proxies that are believed when they say for whom they ask, such as 127.0.0.1 or 10.0.0.0/8.
    /// Without them, the limits are for all who come through a proxy together
    #[arg(long, env = "TICKET_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    pub(crate) trusted_proxy: Vec<IpNet>,

    /// The header in which these proxies say it
    #[arg(long, env = "TICKET_PROXY_HEADER", value_enum, default_value_t)]
    pub(crate) proxy_header: Header,

    /// Origins whose pages may use the API in a browser, such as https://tickets.example.com, or * for all
    #[arg(long, env = "TICKET_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    pub(crate) cors_origin: Vec<String>,

    /// Requests of one address at once, and then a second; or off
    #[arg(long, env = "TICKET_REQUEST_RATE", value_name = "BURST,PER_SECOND", default_value = "2000,200")]
    pub(crate) request_rate: Rate,

    /// How often one address may join, log in or change a password, at once and then a second; or off
    #[arg(long, env = "TICKET_LOGIN_RATE", value_name = "BURST,PER_SECOND", default_value = "300,2")]
    pub(crate) login_rate: Rate,

    /// The longest pause, in seconds, that an address has to make after wrong passwords for one account; 0 for none. When a
    /// hundred were wrong that came from addresses where the account was not used, one more may come for each such pause
    #[arg(long, env = "TICKET_LOGIN_PAUSE_MAX", value_name = "SECONDS", default_value_t = 300)]
    pub(crate) login_pause_max: u32,

    /// Connections at the same time; one more is answered 503 and closed
    #[arg(long, env = "TICKET_CONNECTIONS_MAX", value_name = "COUNT", default_value_t = 10_000, value_parser = count())]
    pub(crate) connections_max: usize,

    /// Connections at the same time from one address that is no trusted proxy; one more is answered 503 and closed
    #[arg(long, env = "TICKET_CONNECTIONS_PER_ADDRESS_MAX", value_name = "COUNT", default_value_t = 2_000)]
    #[arg(value_parser = count())]
    pub(crate) connections_per_address_max: usize,

    /// How many seconds a client may take to send the head of a request
    #[arg(long, env = "TICKET_HEADER_MAX", value_name = "SECONDS", default_value_t = 10, value_parser = seconds())]
    pub(crate) header_max: u32,

    /// How many seconds a connection is kept on which nothing is asked
    #[arg(long, env = "TICKET_IDLE_MAX", value_name = "SECONDS", default_value_t = 75, value_parser = seconds())]
    pub(crate) idle_max: u32,

    /// How many seconds a request may take until its answer begins
    #[arg(long, env = "TICKET_REQUEST_MAX", value_name = "SECONDS", default_value_t = 30, value_parser = seconds())]
    pub(crate) request_max: u32,
}

impl Options {
    /// How the server protects itself.
    pub(crate) fn server_config(&self) -> ServerConfig {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        ServerConfig {
            connections_max: self.connections_max,
            connections_per_address_max: self.connections_per_address_max,
            header_max: seconds(self.header_max),
            idle_max: seconds(self.idle_max),
            request_max: seconds(self.request_max),
            requests: self.request_rate.0,
            logins: self.login_rate.0,
            login_pause_max: seconds(self.login_pause_max),
            trusted_proxies: self.trusted_proxy.clone(),
            proxy_header: match self.proxy_header {
                Header::XForwardedFor => ProxyHeader::XForwardedFor,
                Header::Forwarded => ProxyHeader::Forwarded,
            },
            cors_origins: self.cors_origin.clone(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For programs, one object per line
    Json,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Header {
    /// What most proxies set
    #[default]
    XForwardedFor,
    /// RFC 7239
    Forwarded,
}

/// A rate limit, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate(Option<RateLimit>);

impl FromStr for Rate {
    type Err = NotARateLimit;

    fn from_str(text: &str) -> Result<Self, NotARateLimit> {
        if text == "off" { Ok(Self(None)) } else { text.parse().map(|limit| Self(Some(limit))) }
    }
}

/// None at all would be a server that refuses everybody.
fn count() -> clap::builder::RangedU64ValueParser<usize> {
    clap::builder::RangedU64ValueParser::new().range(1..)
}

/// A day is longer than anybody should be waited for.
fn seconds() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=86_400)
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| address()).map_err(|_| "it must be an address or a network".into())
}

fn origin(text: &str) -> Result<String, String> {
    let is_origin = text.split_once("://").is_some_and(|(scheme, host)| {
        matches!(scheme, "http" | "https")
            && !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
    });
    if is_origin || text == "*" {
        return Ok(text.to_owned());
    }
    Err("it must be a scheme, a host and perhaps a port, without a path, or *".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn a_server_takes_one_connection_at_least() {
        for option in ["--connections-max", "--connections-per-address-max"] {
            let refusal = Options::try_parse_from(["ticket-server", option, "0"]).unwrap_err().to_string();
            assert!(refusal.contains("0 is not in 1.."), "{option}: {refusal}");
            assert!(Options::try_parse_from(["ticket-server", option, "1"]).is_ok(), "{option}");
        }
    }

    #[test]
    fn what_is_counted_in_seconds_says_so_in_the_printed_file_too() {
        let command = Options::command();
        let is_seconds = |arg: &&clap::Arg| arg.get_value_names().is_some_and(|names| names == ["SECONDS"]);
        let durations: Vec<_> = command.get_arguments().filter(is_seconds).collect();
        assert_eq!(durations.len(), 4);
        for arg in durations {
            let help = arg.get_help().unwrap().to_string();
            assert!(help.contains("seconds"), "{}: {help}", arg.get_id());
        }
    }
}
