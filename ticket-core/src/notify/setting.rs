use std::convert::Infallible;
use std::sync::Arc;

use super::{MailSender, SmtpMailer, SmtpUrl};
use crate::Config;
use crate::domain::ParseError;

/// An [`SmtpUrl`] as it was typed. It may hold a password, so it is not shown, and no error of reading it is either: it is
/// understood by [`Config::with_mail`], whose error leaves the password out.
#[derive(Clone)]
pub struct SmtpSetting(String);

impl std::str::FromStr for SmtpSetting {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for SmtpSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpSetting(…)")
    }
}

impl Config {
    /// With mail by SMTP when there is a server for it, from this sender; as programs are told it on their command line.
    ///
    /// ```
    /// use ticket_core::Config;
    ///
    /// let (server, sender) = ("smtps://me:s3cret@mail.example.com".parse()?, "tickets@example.com".parse()?);
    /// assert!(Config::new("tickets.db").with_mail(Some(&server), Some(sender)).is_ok());
    /// assert!(Config::new("tickets.db").with_mail(Some(&server), None).is_err(), "whom would the mail be from?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is no [`SmtpUrl`], or there is a server and nobody whom mails are from.
    pub fn with_mail(mut self, smtp: Option<&SmtpSetting>, from: Option<MailSender>) -> Result<Self, ParseError> {
        if let Some(SmtpSetting(text)) = smtp {
            let url: SmtpUrl = text.parse()?;
            if from.is_none() {
                return Err(ParseError::new("mail sender", "", format!("{}; {url} needs one", MailSender::ALLOWED)));
            }
            self.mailer = Arc::new(SmtpMailer::new(url));
        }
        self.mail_from = from.unwrap_or(self.mail_from);
        Ok(self)
    }
}
