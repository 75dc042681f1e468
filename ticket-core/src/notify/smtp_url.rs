use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::domain::ParseError;

/// Where mail is handed in: `smtp://user:password@host:587` (STARTTLS, without which nothing is sent),
/// `smtps://user:password@host:465` (TLS from the first byte), or `smtp://host:25?tls=none`. User and password are
/// percent-encoded, and can be left out. It is never shown with its password.
///
/// ```
/// use ticket_core::notify::SmtpUrl;
///
/// let url: SmtpUrl = "smtp://mailer:s3cret@mail.example.com".parse()?;
/// assert_eq!(url.to_string(), "smtp://mailer:…@mail.example.com:587");
/// assert!("smtp://mailer:s3cret@mail.example.com?tls=none".parse::<SmtpUrl>().is_err(), "the password could be read");
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: SmtpTls,
    pub(super) login: Option<(String, String)>,
}

/// How what is said to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SmtpTls {
    /// TLS from the first byte.
    Wrapped,
    /// Upgraded with STARTTLS before anything else is said.
    Required,
    /// Not at all.
    None,
}

const ALLOWED: &str = "smtp://[user:password@]host[:port][?tls=required], smtps://[user:password@]host[:port], \
                       or smtp://host[:port]?tls=none (with a password only to this machine)";

impl std::str::FromStr for SmtpUrl {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Url::parse(text)
            .ok()
            .and_then(|url| Self::of(&url))
            .ok_or_else(|| ParseError::new("mail server", &without_password(text), ALLOWED))
    }
}

impl SmtpUrl {
    fn of(url: &Url) -> Option<Self> {
        let queried: Vec<_> = url.query_pairs().collect();
        let (tls, usual_port) = match (url.scheme(), queried.as_slice()) {
            ("smtps", []) => (SmtpTls::Wrapped, 465),
            ("smtp", []) => (SmtpTls::Required, 587),
            ("smtp", [(name, value)]) if name == "tls" && value == "required" => (SmtpTls::Required, 587),
            ("smtp", [(name, value)]) if name == "tls" && value == "none" => (SmtpTls::None, 25),
            _ => return None,
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return None;
        }
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user)?, decoded(password)?)),
            _ => return None,
        };
        if login.is_some() && tls == SmtpTls::None && !is_this_machine(url) {
            return None;
        }
        Some(Self { host: host_of(url)?, port: url.port().unwrap_or(usual_port), tls, login })
    }
}

impl std::fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scheme, query) = match self.tls {
            SmtpTls::Wrapped => ("smtps", ""),
            SmtpTls::Required => ("smtp", ""),
            SmtpTls::None => ("smtp", "?tls=none"),
        };
        let login = self.login.as_ref().map(|(user, _)| format!("{user}:…@")).unwrap_or_default();
        write!(f, "{scheme}://{login}{}:{}{query}", self.host, self.port)
    }
}

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

/// As it is resolved and as certificates name it: an IPv6 address without its brackets.
fn host_of(url: &Url) -> Option<String> {
    // The URL standard knows the hosts of a few schemes only, and ours are not among them.
    match Host::parse(url.host_str()?).ok()? {
        Host::Domain(name) => Some(name),
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_string()),
    }
}

fn is_this_machine(url: &Url) -> bool {
    host_of(url).is_some_and(|host| {
        host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
    })
}

fn decoded(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// What is between the scheme and the last `@` may hold a password, however wrong the rest is.
fn without_password(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + "://".len());
    match text.rfind('@') {
        Some(at) if at >= start => format!("{}…{}", &text[..start], &text[at..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.parse::<SmtpUrl>().unwrap().to_string()
    }

    #[test]
    fn knows_the_usual_ports_and_asks_for_tls() {
        assert_eq!(shown("smtp://mail.example.com"), "smtp://mail.example.com:587");
        assert_eq!(shown("smtp://u:p@mail.example.com:25?tls=required"), "smtp://u:…@mail.example.com:25");
        assert_eq!(shown("smtps://u:p@mail.example.com/"), "smtps://u:…@mail.example.com:465");
        assert_eq!(shown("smtp://u:p@localhost?tls=none"), "smtp://u:…@localhost:25?tls=none");
        assert_eq!(shown("smtp://[::1]:2525?tls=none"), "smtp://::1:2525?tls=none");
    }

    #[test]
    fn passwords_are_decoded_and_never_shown() {
        let url: SmtpUrl = "smtps://me%40example.com:p%40ss%2Fword@mail.example.com".parse().unwrap();
        assert_eq!(url.login, Some(("me@example.com".into(), "p@ss/word".into())));
        assert!(!format!("{url} {url:?}").contains("word"));
        for bad in [
            "smtp://u:hunter2@h?tls=no",
            "http://u:hunter2@h",
            "smtp://u:hunter2@h:99999",
            "u:hunter2@h",
            "smtp://u:hun@ter2@h/x",
        ] {
            let error = bad.parse::<SmtpUrl>().unwrap_err().to_string();
            assert!(!error.contains("hun") && !error.contains("ter2"), "{error}");
            assert!(error.contains("@h"), "{error}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for bad in [
            "",
            "mail.example.com",
            "imap://h",
            "smtp://",
            "smtp://h/path",
            "smtp://h?tls=opportunistic",
            "smtp://h?tls=none&tls=required",
            "smtps://h?tls=none",
            "smtp://user@h",
            "smtp://:password@h",
            "smtp://u:p@mail.example.com?tls=none",
        ] {
            assert!(bad.parse::<SmtpUrl>().is_err(), "{bad}");
        }
    }
}
