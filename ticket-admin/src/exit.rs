//! How a command ends: the one place that chooses exit codes.

use std::io;

use ticket_core::{OpenError, SeatProblem};

/// The exit codes. They are part of the interface: scripts go by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Not done, for a reason without a code of its own.
    Failed = 1,
    /// The command line or a value makes no sense.
    Usage = 2,
    /// What was named is not there.
    NotFound = 3,
    /// The account or the file system does not allow it.
    NotPermitted = 4,
    /// Something else stands in the way, and stays as it is.
    Conflict = 5,
    /// Try again later.
    Unavailable = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Says on standard error what went wrong, and chooses the exit code.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    if error.chain().any(is_broken_pipe) {
        // Who reads has seen enough.
        return Exit::Ok;
    }
    crate::output::note(format_args!("error: {error:#}"));
    error.chain().find_map(exit_of).unwrap_or(Exit::Failed)
}

fn exit_of(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(error) = cause.downcast_ref::<ticket_core::Error>() {
        if matches!(error, ticket_core::Error::SeatsNotValid { problem: SeatProblem::Unknown, .. }) {
            return Some(Exit::NotFound);
        }
        if matches!(error, ticket_core::Error::SeatsNotValid { problem: SeatProblem::NotSold, .. }) {
            return Some(Exit::Conflict);
        }
        return Some(exit_of_status(error.code().status()));
    }
    if let Some(error) = cause.downcast_ref::<OpenError>() {
        return Some(exit_of_open_error(error));
    }
    cause.downcast_ref::<io::Error>().and_then(|error| match error.kind() {
        io::ErrorKind::NotFound => Some(Exit::NotFound),
        io::ErrorKind::PermissionDenied => Some(Exit::NotPermitted),
        _ => None,
    })
}

/// The engine's errors have HTTP statuses, which say the same.
fn exit_of_status(status: u16) -> Exit {
    match status {
        400 | 422 => Exit::Usage,
        401 | 403 => Exit::NotPermitted,
        404 | 410 => Exit::NotFound,
        409 => Exit::Conflict,
        503 => Exit::Unavailable,
        _ => Exit::Failed,
    }
}

fn exit_of_open_error(error: &OpenError) -> Exit {
    match error {
        OpenError::Jobs(_) => Exit::Usage,
        OpenError::Missing { .. } => Exit::NotFound,
        OpenError::ReadOnly { .. } => Exit::NotPermitted,
        OpenError::Exists { .. } | OpenError::HoldsElsewhere { .. } => Exit::Conflict,
        OpenError::Locked { .. } => Exit::Unavailable,
        _ => Exit::Failed,
    }
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io_kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    let json_kind = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    io_kind.or(json_kind) == Some(io::ErrorKind::BrokenPipe)
}
