//! How programs over this library end: one set of exit codes for all of them, which scripts can go by.
//!
//! ```
//! use ticket_core::api::ErrorCode;
//! use ticket_core::exit::Exit;
//!
//! assert_eq!(Exit::from(ErrorCode::SeatTaken) as u8, 5);
//! ```

use std::io;

use crate::api::ErrorCode;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Not done, for a reason without a code of its own.
    Failed = 1,
    /// The command line or a value makes no sense.
    Usage = 2,
    /// What was named is not there.
    NotFound = 3,
    /// The account or the file system does not allow it, or nobody is logged in.
    NotPermitted = 4,
    /// Something else stands in the way, such as another buyer, and stays as it is.
    Conflict = 5,
    /// Try again later.
    Unavailable = 6,
    /// Somebody has ended it with Ctrl-C. It is what shells say of programs that a signal has ended.
    Interrupted = 130,
}

/// Why a program has not done what it was asked for, with the exit code for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Reason {
    /// How it ends.
    pub exit: Exit,
    /// What to tell a person.
    pub message: String,
}

impl Reason {
    /// A reason.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Errors have HTTP statuses, which say the same.
impl From<ErrorCode> for Exit {
    fn from(code: ErrorCode) -> Self {
        match code.status() {
            400 | 422 => Self::Usage,
            401 | 403 => Self::NotPermitted,
            404 | 410 => Self::NotFound,
            409 => Self::Conflict,
            408 | 429 | 503 => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

/// Whether an error means that nobody reads the output any more, who has seen enough then: that is no failure.
#[must_use]
pub fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io_kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    let json_kind = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    io_kind.or(json_kind) == Some(io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_code_that_is_not_success() {
        for &code in ErrorCode::ALL {
            assert_ne!(Exit::from(code), Exit::Ok, "{code}");
        }
        let expected = [
            (ErrorCode::Malformed, Exit::Usage),
            (ErrorCode::KeyReused, Exit::Usage),
            (ErrorCode::WrongCredentials, Exit::NotPermitted),
            (ErrorCode::NotPermitted, Exit::NotPermitted),
            (ErrorCode::ShowNotFound, Exit::NotFound),
            (ErrorCode::HoldExpired, Exit::NotFound),
            (ErrorCode::SeatTaken, Exit::Conflict),
            (ErrorCode::TooManyRequests, Exit::Unavailable),
            (ErrorCode::TooSlow, Exit::Unavailable),
            (ErrorCode::Unavailable, Exit::Unavailable),
            (ErrorCode::Internal, Exit::Failed),
        ];
        for (code, exit) in expected {
            assert_eq!(Exit::from(code), exit, "{code}");
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_recognised_behind_json_too() {
        struct Gone;
        impl io::Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(is_broken_pipe(&serde_json::to_writer(Gone, "text").unwrap_err()));
        assert!(is_broken_pipe(&io::Error::from(io::ErrorKind::BrokenPipe)));
        assert!(!is_broken_pipe(&io::Error::from(io::ErrorKind::NotFound)));
    }
}
