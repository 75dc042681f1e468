//! Who asks, and how often he may.

mod address_limit;
mod client_address;
mod login_failures;

use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, Method};

use crate::ServerConfig;
use crate::error::ApiError;
use address_limit::AddressLimit;
use client_address::Proxies;
pub(crate) use client_address::{ClientAddress, Peer, network_of};
pub(crate) use login_failures::Attempt;
use login_failures::LoginFailures;

/// The limits of all clients together.
pub(crate) struct Guard {
    pub(crate) proxies: Proxies,
    pub(crate) request_max: Duration,
    requests: Option<AddressLimit>,
    logins: Option<AddressLimit>,
    login_failures: LoginFailures,
}

impl Guard {
    pub(crate) fn new(config: &ServerConfig) -> Self {
        Self {
            proxies: Proxies::new(config.trusted_proxies.clone(), config.proxy_header),
            request_max: config.request_max,
            requests: config.requests.map(AddressLimit::new),
            logins: config.logins.map(AddressLimit::new),
            login_failures: LoginFailures::new(config.login_pause_max),
        }
    }

    /// Lets a request in, unless its sender has made too many.
    pub(crate) fn admit(&self, peer: Peer, headers: &HeaderMap, method: &Method, path: &str) -> Result<(), ApiError> {
        let limit = if is_login(method, path) { &self.logins } else { &self.requests };
        match limit {
            Some(limit) => limit.admit(self.proxies.client(peer, headers)),
            None => Ok(()),
        }
    }

    /// Begins to check a password of an account, unless this address has to wait because it has given wrong ones.
    pub(crate) fn attempt(&self, account: &str, address: IpAddr) -> Result<Attempt<'_>, ApiError> {
        self.login_failures.attempt(account, address)
    }
}

/// What costs the hashing of a password.
fn is_login(method: &Method, path: &str) -> bool {
    *method == Method::POST && matches!(path, "/api/users" | "/api/auth/login" | "/api/users/me/password")
}

/// The refusal of a request that has to wait.
fn too_many(pause: Duration) -> ApiError {
    // Rounded up: whoever comes a moment early is refused again.
    let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
    ApiError::TooManyRequests { retry_after: seconds.max(1) }
}
