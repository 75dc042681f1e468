//! How a command ends: the one place that chooses exit codes. They are those of `ticket-admin`.

use std::io;

use ticket_core::client::ClientError;

/// The exit codes. They are part of the interface: scripts go by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The account does not allow it, or nobody is logged in.
    NotPermitted = 4,
    /// Something else stands in the way, such as another buyer.
    Conflict = 5,
    /// Try again later.
    Unavailable = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A reason of our own, with its exit code.
#[derive(Debug)]
pub(super) struct Reason(pub(super) Exit, pub(super) String);

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.1)
    }
}

impl std::error::Error for Reason {}

/// Something that was asked for makes no sense.
pub(crate) fn usage(message: String) -> anyhow::Error {
    Reason(Exit::Usage, message).into()
}

/// Says on standard error what went wrong, and chooses the exit code.
#[must_use]
pub fn report(error: &anyhow::Error) -> Exit {
    if error.chain().any(is_broken_pipe) {
        // Who reads has seen enough.
        return Exit::Ok;
    }
    super::output::note(format_args!("ticket-tui: {error:#}"));
    error.chain().find_map(exit_of).unwrap_or(Exit::Failed)
}

fn exit_of(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(reason) = cause.downcast_ref::<Reason>() {
        return Some(reason.0);
    }
    match cause.downcast_ref::<ClientError>()? {
        ClientError::BaseUrl(_) => Some(Exit::Usage),
        error if error.is_offline() => Some(Exit::Unavailable),
        error => error.code().map(|code| exit_of_status(code.status())),
    }
}

fn exit_of_status(status: u16) -> Exit {
    match status {
        400 | 422 => Exit::Usage,
        401 | 403 => Exit::NotPermitted,
        404 | 410 => Exit::NotFound,
        409 => Exit::Conflict,
        429 | 503 => Exit::Unavailable,
        _ => Exit::Failed,
    }
}

fn is_broken_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io_kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    let json_kind = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    io_kind.or(json_kind) == Some(io::ErrorKind::BrokenPipe)
}
