use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::message::MultiPart;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands;
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::{Address, Message};

use super::smtp_url::SmtpTls;
use super::{Mail, MailError, Mailer, SmtpUrl};

/// How long a connection is kept for the next mail. Servers close idle ones after some minutes.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// Hands mail to an SMTP server.
///
/// ```
/// use std::sync::Arc;
/// use ticket_core::Config;
/// use ticket_core::notify::SmtpMailer;
///
/// let mut config = Config::new("tickets.db");
/// config.mailer = Arc::new(SmtpMailer::new("smtps://tickets:s3cret@mail.example.com".parse()?));
/// config.mail_from = "Blue Square <tickets@example.com>".parse()?;
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug)]
pub struct SmtpMailer {
    url: SmtpUrl,
    idle: Mutex<Vec<Idle>>,
}

/// A connection on which nothing is under way. One that is dropped in the middle of something never comes back here: what
/// the server has still to say on it would be taken for the answer to something else.
struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl SmtpMailer {
    /// A mailer that connects when there is something to send.
    #[must_use]
    pub fn new(url: SmtpUrl) -> Self {
        Self { url, idle: Mutex::default() }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        while let Some(mut connection) = self.idle_connection() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        self.connect().await.map_err(|error| MailError::Unreachable(described(&error)))
    }

    fn idle_connection(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| idle.since.elapsed() < IDLE_MAX);
        idle.pop().map(|idle| idle.connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(Idle { connection, since: Instant::now() });
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let SmtpUrl { host, port, tls, login } = &self.url;
        let tls_parameters = || TlsParameters::new(host.clone());
        let wrapped = (*tls == SmtpTls::Wrapped).then(tls_parameters).transpose()?;
        let hello = ClientId::default();
        let server = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, None, &hello, wrapped, None).await?;
        if *tls == SmtpTls::Required {
            connection.starttls(tls_parameters()?, &hello).await?;
        }
        if let Some((user, password)) = login {
            connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user.clone(), password.clone())).await?;
        }
        Ok(connection)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message_of(mail).map_err(|error| MailError::Never(described(&*error)))?;
        let mut connection = self.connection().await?;
        hand_over(&mut connection, message.envelope(), &message.formatted()).await?;
        self.keep(connection);
        Ok(())
    }
}

/// A refusal of the sender is one of our configuration, and concerns every mail; a refusal of the recipient or of the
/// content concerns this one.
async fn hand_over(connection: &mut AsyncSmtpConnection, envelope: &Envelope, body: &[u8]) -> Result<(), MailError> {
    let parameters = address_parameters(connection, envelope)?;
    let from = commands::Mail::new(envelope.from().cloned(), parameters);
    connection.command(from).await.map_err(|error| MailError::Unreachable(described(&error)))?;
    for to in envelope.to() {
        let answer = connection.command(commands::Rcpt::new(to.clone(), Vec::new())).await;
        answer.map_err(|error| refusal_of(&error))?;
    }
    connection.command(commands::Data).await.map_err(|error| refusal_of(&error))?;
    connection.message(body).await.map_err(|error| refusal_of(&error))?;
    Ok(())
}

/// Addresses beyond ASCII need an extension (RFC 6531), which an own server may not have. What is in the body is encoded.
fn address_parameters(connection: &AsyncSmtpConnection, envelope: &Envelope) -> Result<Vec<MailParameter>, MailError> {
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if envelope.from().into_iter().chain(envelope.to()).all(is_ascii) {
        return Ok(Vec::new());
    }
    if connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(vec![MailParameter::SmtpUtfEight]);
    }
    Err(MailError::Never("the mail server takes no addresses beyond ASCII (SMTPUTF8)".into()))
}

fn refusal_of(error: &lettre::transport::smtp::Error) -> MailError {
    /// "Service not available", whatever the command was (RFC 5321, 4.2.1).
    const GOING_DOWN: u16 = 421;
    let problem = described(error);
    match error.status().map(u16::from) {
        None | Some(GOING_DOWN) => MailError::Unreachable(problem),
        Some(_) if error.is_permanent() && !is_policy(error) => MailError::Never(problem),
        Some(_) => MailError::NotNow(problem),
    }
}

/// "You may not relay", "log in first" and their like are said of a recipient, but mostly mean us: somebody can put it
/// right (RFC 3463, 3.8).
fn is_policy(error: &lettre::transport::smtp::Error) -> bool {
    let says_so = error.source().is_some_and(|text| text.to_string().starts_with("5.7."));
    says_so || error.status().is_some_and(|code| matches!(code.into(), 530_u16 | 534 | 535 | 538))
}

fn message_of(mail: &Mail) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
    let message = Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(mail.date.into())
        .from(mail.from.mailbox()?)
        .to(mail.to.as_str().parse::<Address>()?.into())
        .subject(&mail.subject)
        // So that no holiday notice comes back (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))?;
    Ok(message)
}

/// An error with its causes, in one line.
fn described(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idle").field("since", &self.since).finish_non_exhaustive()
    }
}
