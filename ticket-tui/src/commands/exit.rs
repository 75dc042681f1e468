//! How a command ends: the one place that chooses exit codes. They are those of `ticket-admin`.

use ticket_core::client::ClientError;
pub use ticket_core::exit::Exit;
use ticket_core::exit::is_broken_pipe;

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
        error => error.code().map(Exit::from),
    }
}
