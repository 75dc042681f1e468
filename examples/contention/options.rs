use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Lets a crowd of buyers run for a few seats; prints how fast they were served, and that no seat was sold twice.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// How many buyers come
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) buyers: u32,

    /// How many seats there are
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) seats: u32,

    /// Seats that each buyer wants, side by side
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub(crate) party: u32,

    /// Buyers in the shop at the same time; with --server, each has a connection
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) at_once: u32,

    /// How often a buyer tries before he gives up
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) attempts: u32,

    /// Hold the seats, think, and confirm; otherwise think, and book at once
    #[arg(long)]
    pub(crate) hold: bool,

    /// How long buyers think, on average
    #[arg(long, value_name = "MILLISECONDS", default_value = "0", value_parser = milliseconds)]
    pub(crate) think: Duration,

    /// How many of a hundred buyers give back what they have bought; their seats are sold again
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) cancel: u32,

    /// When the doors close, whoever is still waiting
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,

    /// Buy over HTTP, on this machine only, such as http://127.0.0.1:8080; needs the server's --database, in which a show
    /// and its buyers are made, and a server with `--request-rate off`, as all come from one address
    #[arg(long, value_name = "URL", value_parser = loopback, requires = "database")]
    pub(crate) server: Option<SocketAddr>,

    /// The database, which must exist; otherwise a temporary one
    #[arg(long, value_name = "FILE")]
    pub(crate) database: Option<PathBuf>,

    /// The Redis that keeps the holds; otherwise they are kept in the database
    #[arg(long, env = "TICKET_REDIS_URL", value_name = "URL")]
    pub(crate) redis: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(count @ 0..=60_000) => Ok(Duration::from_millis(count)),
        _ => Err("allowed are 0 to 60000".to_owned()),
    }
}

/// This makes load, so it makes it at home.
fn loopback(url: &str) -> Result<SocketAddr, String> {
    let authority = url.strip_prefix("http://").ok_or("must begin with http://")?.trim_end_matches('/');
    let mut addresses = authority.to_socket_addrs().map_err(|error| error.to_string())?;
    addresses.find(|address| address.ip().is_loopback()).ok_or_else(|| "is not on this machine".to_owned())
}
