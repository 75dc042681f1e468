//! The command line.

use clap::Parser;

/// Pick and book seats in the terminal.
///
/// Keys are shown on the screen; `?` shows all of them.
#[derive(Debug, Clone, Parser)]
#[command(name = "ticket-tui", version, max_term_width = 100)]
pub struct Args {
    /// Address of the server.
    #[arg(long, env = "TICKET_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,

    /// Look around without a server: a shop of its own with made-up shows and other buyers, gone on quitting.
    #[arg(long)]
    pub demo: bool,

    /// Keep the demo's holds in this Redis rather than in its database, such as redis://127.0.0.1/.
    #[arg(long, env = "TICKET_REDIS_URL", value_name = "URL")]
    pub redis: Option<String>,
}
