use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MailSender;
use crate::domain::Email;

/// Delivers mail, or hands it to somebody who does.
///
/// It is called for several mails at the same time. Each is given 15 seconds; after that the call is dropped and counts as
/// [`MailError::Unreachable`].
///
/// ```
/// use ticket_core::notify::{Mail, MailError, Mailer};
///
/// /// Puts mail into the queue of a program that has its own way to send it.
/// #[derive(Debug)]
/// struct Queue(tokio::sync::mpsc::Sender<Mail>);
///
/// #[async_trait::async_trait]
/// impl Mailer for Queue {
///     async fn send(&self, mail: &Mail) -> Result<(), MailError> {
///         self.0.send(mail.clone()).await.map_err(|_| MailError::Unreachable("the queue is closed".into()))
///     }
/// }
/// ```
#[async_trait]
pub trait Mailer: Debug + Send + Sync {
    /// Delivers one mail. It may be asked for the same mail again, with the same Message-ID, when nobody knows any more
    /// whether it was delivered.
    ///
    /// # Errors
    ///
    /// [`MailError`] decides what becomes of this mail and of others.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// A mail that is ready to be sent. Nothing in it has line breaks but `text` and `html`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The same at every attempt, without angle brackets.
    pub message_id: String,
    /// Who sends it.
    pub from: MailSender,
    /// Who gets it.
    pub to: Email,
    /// When that happened of which it tells.
    pub date: Timestamp,
    /// What it is about, in one line.
    pub subject: String,
    /// For who reads plain text.
    pub text: String,
    /// The same, as HTML.
    pub html: String,
}

/// Why a mail was not delivered. The text is for the log and for admins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// No mail can be delivered just now. This one is tried again later, and the others wait for the next run.
    #[error("{0}")]
    Unreachable(String),
    /// This mail was not taken just now; it is tried again later.
    #[error("{0}")]
    NotNow(String),
    /// This mail will never be taken; it is given up.
    #[error("{0}")]
    Never(String),
}
