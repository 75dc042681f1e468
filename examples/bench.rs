//! Measures the engine, the server, the seat picker and the admin CLI against floors of the same run: programs that do the
//! bare minimum, on the same machine, under the same load generator. `scripts/bench` builds and runs it.
//!
//! Each figure is that of the median repetition after a warm-up; floor and ours take turns, so that what else the machine
//! does meets both.

#[path = "bench/admin.rs"]
mod admin;
#[path = "bench/floors.rs"]
mod floors;
#[path = "bench/import.rs"]
mod import;
#[path = "bench/load.rs"]
mod load;
#[path = "bench/login.rs"]
mod login;
#[path = "bench/picker.rs"]
mod picker;
#[path = "bench/process.rs"]
mod process;
#[path = "bench/reading.rs"]
mod reading;
#[path = "bench/rush.rs"]
mod rush;
#[path = "bench/selling.rs"]
mod selling;
#[path = "bench/shop.rs"]
mod shop;
#[path = "bench/size.rs"]
mod size;
#[path = "bench/table.rs"]
mod table;

use std::path::PathBuf;

use clap::Parser;

use table::Table;

/// Measures the engine and the programs against floors of the same run.
#[derive(Debug, Parser)]
struct Options {
    /// The ticket-server to measure
    #[arg(long, value_name = "FILE", required_unless_present = "floor_server")]
    server: Option<PathBuf>,

    /// The ticket-tui to measure
    #[arg(long, value_name = "FILE", required_unless_present = "floor_server")]
    picker: Option<PathBuf>,

    /// The ticket-admin to measure
    #[arg(long, value_name = "FILE", required_unless_present = "floor_server")]
    admin: Option<PathBuf>,

    /// Where the figures are written as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Measure only what has one of these in its name
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,

    /// Be the HTTP floor, F1, and nothing else
    #[arg(long, hide = true)]
    floor_server: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let Options { server: Some(server), picker: Some(picker), admin: Some(admin), floor_server: false, .. } = options
    else {
        return floors::serve_http().await;
    };
    let mut table = Table::new(options.only);
    selling::measure(&mut table, &server).await?;
    rush::measure(&mut table, &server).await?;
    size::measure(&mut table).await?;
    reading::measure(&mut table, &server).await?;
    login::measure(&mut table, &server).await?;
    process::measure(&mut table, &server).await?;
    picker::measure(&mut table, &server, &picker).await?;
    admin::measure(&mut table, &admin)?;
    import::measure(&mut table, &admin)?;
    table.print()?;
    options.output.map_or(Ok(()), |file| table.write(&file))
}
