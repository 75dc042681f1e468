//! Lets a crowd of buyers run for a few seats, and tells how fast they were served and that no seat was sold twice.
//!
//! ```sh
//! cargo run --release -p ticket-examples --example contention -- --buyers 2000 --seats 500
//! cargo run --release -p ticket-examples --example contention -- --hold --think 50 --cancel 20 --redis redis://127.0.0.1/
//! cargo run --release -p ticket-examples --example contention -- --server http://127.0.0.1:8080 --database tickets.db
//! ```
//!
//! Buyers are made in bulk and their tokens are minted, so that selling is measured and not the hashing of passwords. A
//! buyer takes a few seats side by side at random; when he is refused, he looks at the seat map and chooses among what is
//! free. What was sold is counted from the answers, apart from the database, and compared with it in the end.

#[path = "contention/buyer.rs"]
mod buyer;
#[path = "contention/door.rs"]
mod door;
#[path = "contention/ledger.rs"]
mod ledger;
#[path = "contention/options.rs"]
mod options;
#[path = "contention/progress.rs"]
mod progress;
#[path = "contention/report.rs"]
mod report;
#[path = "contention/rush.rs"]
mod rush;
#[path = "contention/shop.rs"]
mod shop;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser as _;

use buyer::Scene;
use ledger::Ledger;
use options::Options;
use progress::Counters;
use report::Report;
use shop::Shop;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let shop = Shop::open(&options).await?;
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let (ledger, counters) = (Ledger::new(&shop.house), Counters::default());
    let scene = Arc::new(Scene { options, shop, ledger, counters, until });
    let (tally, took) = rush::run(&scene).await?;
    let report = Report::new(&scene, tally, took).await?;
    scene.shop.box_office.shutdown().await;
    report.print(scene.options.json)?;
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
