use lettre::Address;
use lettre::address::AddressError;
use lettre::message::Mailbox;

use crate::domain::{Email, ParseError};

/// Who mails are from: an address, and a name if it has one.
///
/// ```
/// use ticket_core::notify::MailSender;
///
/// let sender: MailSender = "Blue Square <tickets@example.com>".parse()?;
/// assert_eq!((sender.name(), sender.domain()), (Some("Blue Square"), "example.com"));
/// assert_eq!("tickets@example.com".parse::<MailSender>()?.name(), None);
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSender {
    name: Option<String>,
    local: String,
    domain: String,
}

impl MailSender {
    pub(super) const ALLOWED: &str = "name@host, or Name <name@host>, in one line";

    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// What is behind the `@` of the address.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    pub(super) fn mailbox(&self) -> Result<Mailbox, AddressError> {
        Ok(Mailbox::new(self.name.clone(), Address::new(&self.local, &self.domain)?))
    }
}

impl Default for MailSender {
    /// `tickets@localhost`, for mails that go to the log.
    fn default() -> Self {
        Self { name: None, local: "tickets".into(), domain: "localhost".into() }
    }
}

impl std::fmt::Display for MailSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address()),
            None => f.write_str(&self.address()),
        }
    }
}

impl std::str::FromStr for MailSender {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseError::new("mail sender", text, Self::ALLOWED);
        if text.chars().any(char::is_control) {
            return Err(refused());
        }
        let Mailbox { name, email } = text.trim().parse().map_err(|_| refused())?;
        let sender = Self { name, local: email.user().to_owned(), domain: email.domain().to_owned() };
        // What we would not take as an address of a user is none for us either.
        sender.address().parse::<Email>().map_err(|_| refused())?;
        Ok(sender)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_in_any_script_and_refuses_what_is_no_address() {
        for good in ["a@b.example", "블루 스퀘어 <a@b.example>", "\"Hall, Small\" <a@b.example>", " a@localhost "]
        {
            let sender: MailSender = good.parse().unwrap();
            assert!(sender.mailbox().is_ok(), "{good}");
        }
        for bad in ["", "tickets", "Blue <tickets>", "a@b\r\nBcc: c@d", "Blue\n <a@b.example>"] {
            let error = bad.parse::<MailSender>().unwrap_err().to_string();
            assert!(error.contains(&format!("{bad:?}")), "{error}");
        }
    }
}
