use anyhow::Result;
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::domain::{BookingId, MailId, MailKind, MailState};
use ticket_core::{BoxOffice, MailFilter, MailRow};

use super::in_shop;
use super::performance::local;
use crate::cli::Global;
use crate::csv::Record;
use crate::exit::{Exit, not_found};
use crate::output::{self, number, text, word};

/// Look at mails to users, and have them tried again
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Mail {
    /// The mails to all users, newest first
    #[command(after_help = "Examples:
  ticket-admin mail list --state given-up")]
    List {
        /// Only those that stand so
        #[arg(long, value_enum, value_name = "STATE")]
        state: Option<State>,
        /// At most so many
        #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Have a mail tried again now, and for another day
    #[command(after_help = "Examples:
  ticket-admin mail retry 42")]
    Retry {
        /// Its id, as the list shows it
        mail: MailId,
        /// Say whether it would be tried again, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum State {
    /// Not sent yet; it will be tried again
    Pending,
    /// Taken by the mail server
    Sent,
    /// Not sent, and not tried again by itself
    GivenUp,
}

impl From<State> for MailState {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::Sent => Self::Sent,
            State::GivenUp => Self::GivenUp,
        }
    }
}

/// A mail, with field names like those of the HTTP API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    mail_id: MailId,
    kind: MailKind,
    email: String,
    booking_id: Option<BookingId>,
    state: MailState,
    created_at: Timestamp,
    attempts: u32,
    next_attempt_at: Option<Timestamp>,
    sent_at: Option<Timestamp>,
    given_up_at: Option<Timestamp>,
    last_error: Option<String>,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] = &[
        "mailId",
        "kind",
        "email",
        "bookingId",
        "state",
        "createdAt",
        "attempts",
        "nextAttemptAt",
        "sentAt",
        "givenUpAt",
        "lastError",
    ];
}

impl From<MailRow> for Item {
    fn from(row: MailRow) -> Self {
        Self {
            mail_id: row.id,
            kind: row.kind,
            email: row.email,
            booking_id: row.booking,
            state: row.state,
            created_at: row.created_at,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at,
            sent_at: row.sent_at,
            given_up_at: row.given_up_at,
            last_error: row.last_error,
        }
    }
}

impl Mail {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List { state, limit } => list(global, MailFilter { state: state.map(MailState::from), limit }),
            Self::Retry { mail, dry_run } => retry(global, mail, dry_run),
        }
    }
}

fn list(global: &Global, filter: MailFilter) -> Result<Exit> {
    let (mails, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        Ok((box_office.list_mail(filter).await?, box_office.time_zone().clone()))
    })?;
    let mails: Vec<Item> = mails.into_iter().map(Item::from).collect();
    let columns = [
        number("ID"),
        word("ABOUT").spare(3),
        word("SINCE").spare(2),
        text("TO"),
        word("STATE"),
        number("ATTEMPTS").spare(5),
        word("NEXT ATTEMPT").spare(4),
        text("LAST ERROR").spare(1),
    ];
    output::list(global.format, "mails", &mails, columns, |mail| {
        [
            mail.mail_id.to_string(),
            mail.kind.to_string(),
            local(mail.created_at, &time_zone),
            mail.email.clone(),
            mail.state.to_string(),
            mail.attempts.to_string(),
            mail.next_attempt_at.map_or_else(|| "-".to_owned(), |at| local(at, &time_zone)),
            mail.last_error.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Ok)
}

fn retry(global: &Global, mail: MailId, dry_run: bool) -> Result<Exit> {
    let is_possible = in_shop(global, async |shop: &BoxOffice| {
        Ok(if dry_run { shop.can_retry_mail(mail).await? } else { shop.retry_mail(mail).await? })
    })?;
    match (is_possible, dry_run) {
        (true, false) => output::note(format_args!("mail {mail} is tried again")),
        (true, true) => {
            output::note(format_args!("mail {mail} would be tried again"));
            output::note_dry_run();
        }
        (false, _) => {}
    }
    if is_possible {
        return Ok(Exit::Ok);
    }
    let message = format!("there is no mail {mail} that is still to be sent; it may be sent, or being sent now");
    Err(not_found(message))
}
