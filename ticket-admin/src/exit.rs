//! How a command ends: the one place that chooses exit codes.

use std::io;

pub(crate) use ticket_core::exit::Exit;
use ticket_core::exit::is_broken_pipe;
use ticket_core::{OpenError, SeatProblem};

use crate::interrupt::Interrupted;

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
        return Some(error.code().into());
    }
    if let Some(error) = cause.downcast_ref::<OpenError>() {
        return Some(exit_of_open_error(error));
    }
    if cause.is::<Interrupted>() {
        return Some(Exit::Interrupted);
    }
    cause.downcast_ref::<io::Error>().and_then(|error| exit_of_io(error.kind()))
}

fn exit_of_open_error(error: &OpenError) -> Exit {
    match error {
        OpenError::Jobs(_) => Exit::Usage,
        OpenError::Missing { .. } | OpenError::NoBackup { .. } => Exit::NotFound,
        OpenError::ReadOnly { .. } => Exit::NotPermitted,
        OpenError::Exists { .. } | OpenError::HoldsElsewhere { .. } => Exit::Conflict,
        OpenError::Locked { .. } => Exit::Unavailable,
        OpenError::Stopped { .. } => Exit::Interrupted,
        OpenError::Io { kind, .. } => exit_of_io(*kind).unwrap_or(Exit::Failed),
        _ => Exit::Failed,
    }
}

const fn exit_of_io(kind: io::ErrorKind) -> Option<Exit> {
    match kind {
        io::ErrorKind::NotFound => Some(Exit::NotFound),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Some(Exit::NotPermitted),
        _ => None,
    }
}
