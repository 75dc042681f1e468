use std::time::Duration;

use crate::api::{ErrorCode, Problem};

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server refused, and says why.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The server could not be reached, or the connection broke. Whether it acted is unknown.
    #[error("the server cannot be reached: {0}")]
    Transport(TransportError),
    /// Refused without saying why: not by the server, but by a proxy before it.
    #[error("HTTP {status} without a problem document")]
    Status {
        /// The HTTP status.
        status: u16,
        /// After which time to try again, when that is said.
        retry_after: Option<Duration>,
    },
    /// The server answered something that is not of the contract.
    #[error("the server's answer is not understood: {0}")]
    Answer(String),
    /// Not an address of a server.
    #[error("{0:?} is not a server's address; it looks like http://127.0.0.1:8080")]
    BaseUrl(String),
}

impl ClientError {
    /// The stable code, when the server gave one.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.problem().map(|problem| problem.code)
    }

    /// What the server said.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether the server was not reached, or is not able to work just now.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Transport(_)) || self.is_from_proxy() || self.code() == Some(ErrorCode::Unavailable)
    }

    /// Whether the same call may succeed a little later without anything else being done. It may have been done already; with
    /// the same idempotency key, it is done once all the same.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Problem(problem) => matches!(
                problem.code,
                ErrorCode::TooManyRequests
                    | ErrorCode::TooSlow
                    | ErrorCode::Unavailable
                    | ErrorCode::OutcomeUnknown
                    | ErrorCode::StillRunning
            ),
            Self::Transport(error) => !error.0.is_builder(),
            Self::Status { .. } => self.is_from_proxy(),
            Self::Answer(_) | Self::BaseUrl(_) => false,
        }
    }

    /// How long the server asks to wait before the call is made again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem(problem) => problem.retry_after.map(Duration::from_secs),
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether it is certain that nothing was done.
    pub(super) fn is_undone(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.code != ErrorCode::OutcomeUnknown,
            Self::Transport(error) => error.is_connect(),
            _ => false,
        }
    }

    /// Whether a connection that had been made broke before there was an answer.
    pub(super) fn is_broken_connection(&self) -> bool {
        matches!(self, Self::Transport(error) if !error.is_connect() && !error.is_timeout())
    }

    /// Whether a proxy says that it does not reach the server.
    fn is_from_proxy(&self) -> bool {
        matches!(self, Self::Status { status: 502..=504, .. })
    }
}

/// What stood in the way of a request or its answer.
///
/// Shown, it is the innermost cause, such as `Connection refused (os error 111)`; the outer ones, which say only where that
/// happened, are its [`source`](std::error::Error::source).
#[derive(Debug)]
pub struct TransportError(reqwest::Error);

impl TransportError {
    /// Whether there was no connection at all, so that the server cannot have acted.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.is_connect()
    }

    /// Whether the time for it was over: 5 seconds for the connection, 30 for the whole request.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.is_timeout()
    }
}

impl std::fmt::Display for TransportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut cause: &dyn std::error::Error = &self.0;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        write!(f, "{cause}")
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// For `?` in here. Hidden, because nobody else is to know of reqwest.
#[doc(hidden)]
impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(TransportError(error))
    }
}
