//! How a command ends: the one place that chooses exit codes.

use std::io;

use ticket_core::exit::is_broken_pipe;
pub(crate) use ticket_core::exit::{Exit, Reason};
use ticket_core::import::ReadError;
use ticket_core::{OpenError, SeatProblem};

use crate::interrupt::Interrupted;

/// Says on standard error what went wrong, and chooses the exit code.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    if error.chain().any(is_broken_pipe) {
        // Who reads has seen enough.
        return Exit::Ok;
    }
    let reason = error.chain().find_map(reason_for_admins).map(|reason| format!(" ({reason})")).unwrap_or_default();
    crate::output::note(format_args!("error: {error:#}{reason}"));
    error.chain().find_map(exit_of).unwrap_or(Exit::Failed)
}

/// A value makes no sense.
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    Reason::new(Exit::Usage, message).into()
}

/// What was named is not there.
pub(crate) fn not_found(message: impl Into<String>) -> anyhow::Error {
    Reason::new(Exit::NotFound, message).into()
}

/// What buyers are not told.
fn reason_for_admins(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    match cause.downcast_ref()? {
        ticket_core::Error::Damaged { reason } => Some(format!("the database is damaged: {reason}; restore a backup")),
        ticket_core::Error::Unavailable { reason } | ticket_core::Error::Internal { reason } => Some(reason.clone()),
        _ => None,
    }
}

fn exit_of(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(error) = cause.downcast_ref::<ticket_core::Error>() {
        if matches!(error, ticket_core::Error::SeatsNotValid { problem: SeatProblem::Unknown, .. }) {
            return Some(Exit::NotFound);
        }
        if matches!(error, ticket_core::Error::SeatsNotValid { problem: SeatProblem::NotSold, .. }) {
            return Some(Exit::Conflict);
        }
        return Some(error.code().into());
    }
    if cause.is::<ReadError>() {
        return Some(Exit::Usage);
    }
    if let Some(error) = cause.downcast_ref::<OpenError>() {
        return Some(exit_of_open_error(error));
    }
    if let Some(reason) = cause.downcast_ref::<Reason>() {
        return Some(reason.exit);
    }
    if cause.is::<Interrupted>() {
        return Some(Exit::Interrupted);
    }
    cause.downcast_ref::<io::Error>().and_then(|error| exit_of_io(error.kind()))
}

fn exit_of_open_error(error: &OpenError) -> Exit {
    match error {
        OpenError::Jobs(_) | OpenError::LockStore { .. } => Exit::Usage,
        OpenError::Missing { .. } | OpenError::NoBackup { .. } => Exit::NotFound,
        OpenError::ReadOnly { .. } => Exit::NotPermitted,
        OpenError::Exists { .. } | OpenError::HoldsElsewhere { .. } | OpenError::TooNew { .. } => Exit::Conflict,
        OpenError::Locked { .. } | OpenError::Unavailable { .. } => Exit::Unavailable,
        OpenError::Stopped { .. } => Exit::Interrupted,
        // As for a change that finds no room.
        OpenError::Io { kind: io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, .. } => Exit::Unavailable,
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
