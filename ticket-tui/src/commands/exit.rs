//! How a command ends: the one place that chooses exit codes. They are those of `ticket-admin`.

use ticket_core::client::ClientError;
pub use ticket_core::exit::Exit;
pub(super) use ticket_core::exit::Reason;
use ticket_core::exit::is_broken_pipe;

/// Something that was asked for makes no sense.
pub(crate) fn usage(message: String) -> anyhow::Error {
    Reason::new(Exit::Usage, message).into()
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
        return Some(reason.exit);
    }
    match cause.downcast_ref::<ClientError>()? {
        ClientError::BaseUrl(_) => Some(Exit::Usage),
        error if error.is_offline() => Some(Exit::Unavailable),
        error => error.code().map(Exit::from),
    }
}
