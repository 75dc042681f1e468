//! What is being done, for whoever wants to know: on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::cli::Global;

/// What `-v` shows.
const VERBOSE: &str = "ticket_admin=debug,ticket_core=debug";
/// What `-vv` shows.
const MORE_VERBOSE: &str = "debug,ticket_admin=trace,ticket_core=trace";

/// Shows what `RUST_LOG` asks for; else what `-v` does; else `otherwise`, which may be nothing.
pub(crate) fn start(global: &Global, otherwise: Option<&str>) {
    let asked = match global.verbose {
        0 => otherwise,
        1 => Some(VERBOSE),
        _ => Some(MORE_VERBOSE),
    };
    let filter = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(asked.unwrap_or("off")));
    let is_plain = !std::io::stderr().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_default())
        .with_writer(std::io::stderr)
        .with_ansi(!is_plain)
        .init();
}
