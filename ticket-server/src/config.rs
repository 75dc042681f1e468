use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;

/// How a server protects itself, and who may tell it what. The defaults are for a server in the open.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Connections at the same time; one more is answered 503 and closed.
    pub connections_max: usize,
    /// Connections at the same time from one address; one more is answered 503 and closed. Trusted proxies may have any
    /// number.
    pub connections_per_address_max: usize,
    /// How long a client may take to send the head of a request, once it has begun.
    pub header_max: Duration,
    /// How long a connection is kept on which nothing is asked.
    pub idle_max: Duration,
    /// How long a request may take until its answer begins. At the end, what is in flight has five seconds more than that.
    pub request_max: Duration,
    /// How many requests one address may make, apart from those of `logins`; `None` for any number.
    pub requests: Option<RateLimit>,
    /// How often one address may join, log in, or change a password; `None` for any number.
    pub logins: Option<RateLimit>,
    /// The longest pause that an address must make after wrong passwords for one account; zero for none. When a hundred
    /// passwords were wrong that came from addresses which the account does not know, one more may come from these for each
    /// such pause that passes.
    pub login_pause_max: Duration,
    /// Who may tell, in `proxy_header`, for whom a request is made, and in `X-Request-Id`, what it is called.
    pub trusted_proxies: Vec<IpNet>,
    /// Where a trusted proxy tells for whom a request is made.
    pub proxy_header: ProxyHeader,
    /// Origins, such as `https://tickets.example.com`, whose pages may read answers in a browser; with `*` among them
    /// all, empty for none.
    pub cors_origins: Vec<String>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            connections_per_address_max: 2_000,
            header_max: Duration::from_secs(10),
            idle_max: Duration::from_secs(75),
            request_max: Duration::from_secs(30),
            requests: Some(RateLimit { burst: 2_000, per_second: 200 }),
            logins: Some(RateLimit { burst: 300, per_second: 2 }),
            login_pause_max: Duration::from_mins(5),
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            cors_origins: Vec::new(),
        }
    }
}

/// So many at once, and then so many a second.
///
/// ```
/// use ticket_server::RateLimit;
///
/// assert_eq!("2000,200".parse(), Ok(RateLimit { burst: 2_000, per_second: 200 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// At once; at least 1.
    pub burst: u32,
    /// A second, once the burst is used up; at least 1.
    pub per_second: u32,
}

/// A text that is no rate limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it must be BURST,PER_SECOND, both at least 1, such as 2000,200")]
pub struct NotARateLimit;

impl FromStr for RateLimit {
    type Err = NotARateLimit;

    fn from_str(text: &str) -> Result<Self, NotARateLimit> {
        let (burst, per_second) = text.split_once(',').ok_or(NotARateLimit)?;
        let number = |text: &str| text.trim().parse().ok().filter(|n| *n > 0).ok_or(NotARateLimit);
        Ok(Self { burst: number(burst)?, per_second: number(per_second)? })
    }
}

/// The header in which a trusted proxy tells for whom a request is made. Only the one that the proxy sets can be believed:
/// the other one may come from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which most proxies set.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_limit_is_two_positive_numbers() {
        assert_eq!(" 300 , 2".parse(), Ok(RateLimit { burst: 300, per_second: 2 }));
        for bad in ["", "300", "300,", ",2", "0,2", "300,0", "-1,2", "300,2,1", "many,few", "4294967296,1"] {
            assert_eq!(bad.parse::<RateLimit>(), Err(NotARateLimit), "{bad}");
        }
    }
}
