use serde::{Deserialize, Serialize};

use crate::printable::is_printable;

use super::{Language, ParseError, UserId, named_enum};

named_enum! {
    /// What an account may do.
    "role" Role {
        /// Books for itself.
        Buyer = "BUYER",
        /// Sells shows.
        Seller = "SELLER",
        /// Everything.
        Admin = "ADMIN",
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Unique, whatever its case.
    pub email: Email,
    /// As its owner wrote it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What it is written to in.
    pub language: Language,
}

/// An account to be made for somebody, without a password: nobody can log in to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Unique, whatever its case.
    pub email: Email,
    /// How the account is called.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What it is written to in.
    pub language: Language,
}

/// An email address that could be delivered to. Case is kept for writing to it; two that differ only in case are equal.
///
/// ```
/// use ticket_core::domain::Email;
///
/// let email: Email = " Mina.Kim@Example.com ".parse()?;
/// assert_eq!(email.as_str(), "Mina.Kim@Example.com");
/// assert_eq!(email, "mina.kim@example.COM".parse()?);
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Email(String);

impl Email {
    /// Longest address that mail servers take (RFC 5321, 4.5.3.1.3).
    pub const MAX_BYTES: usize = 254;

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two equal addresses are the same text.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Email {}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for Email {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let valid = text.len() <= Self::MAX_BYTES
            && text.chars().all(|c| is_printable(c) && !c.is_whitespace())
            && text.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty() && !host.contains('@') && host.split('.').all(|label| !label.is_empty())
            });
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError::new("email address", text, "name@host without spaces, at most 254 bytes"))
        }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl TryFrom<String> for Email {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_refuses_what_is_none() {
        for good in ["a@b", "A.b+c@Example.co.kr", "민아@예시.한국"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        let long = format!("{}@b", "a".repeat(254));
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b..c", "a@\u{7}b", "a@\u{202e}b", long.as_str()] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }
}
