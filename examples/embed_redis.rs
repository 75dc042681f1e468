//! Two servers of one shop, with the holds in Redis: of a hundred buyers who want the same seat, one gets it.
//!
//! ```sh
//! cargo run -p ticket-examples --example embed_redis -- redis://127.0.0.1/
//! ```
//!
//! Give it a Redis, or a database of one (`redis://127.0.0.1/7`), that no other shop uses.

use std::io::Write as _;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use ticket_core::domain::{Language, NewUser, Role};
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::{BoxOffice, Config, Error};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let redis = std::env::args().nth(1).context("say where Redis is, such as redis://127.0.0.1/")?;
    let folder = tempfile::tempdir()?;
    let config = Config { redis: Some(redis), ..Config::new(folder.path().join("tickets.db")) };
    BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?;

    // As two processes would: the same database, the same Redis.
    let servers = [BoxOffice::open(config.clone())?, BoxOffice::open(config.clone())?];
    // The database has recorded where its holds are. Who looks for them elsewhere is refused, or both would sell the
    // same seats.
    let elsewhere = BoxOffice::open(Config { redis: None, ..config });
    writeln!(out, "without Redis: {}", elsewhere.err().context("the wrong place for holds was not noticed")?)?;

    let options = ShowFileOptions { time_zone: servers[0].time_zone().clone(), starting: None };
    let plan = show_file::parse(include_str!("shows/modu-art-theater.toml"), &options)?;
    let show = servers[0].apply(plan, false).await?.show.context("applying a plan makes its show")?;
    let (performance, _) = servers[0].performances(show).await?.remove(0);
    let seat = servers[0].layout(performance.id).await?.seats().next().context("a hall without seats")?.id;

    // This program knows its users itself: they have no password here.
    let buyers = servers[0].add_users((1..=100).map(buyer).collect::<anyhow::Result<_>>()?).await?;
    let mut rush = JoinSet::new();
    for (n, buyer) in buyers.into_iter().enumerate() {
        let server = servers[n % 2].clone();
        rush.spawn(async move { (buyer, n % 2, server.hold(buyer, vec![seat]).await) });
    }
    let (mut winners, mut too_late) = (Vec::new(), 0);
    while let Some(one) = rush.join_next().await {
        match one? {
            (buyer, server, Ok(held)) => winners.push((buyer, server, held.hold.id)),
            (_, _, Err(Error::SeatsTaken { .. })) => too_late += 1,
            (.., Err(error)) => return Err(error.into()),
        }
    }
    writeln!(out, "{} holds the seat, {too_late} came too late", winners.len())?;

    // A hold belongs to the buyer and not to a server: the other one sells it as well.
    let (buyer, server, hold) = winners.pop().context("nobody got the seat")?;
    let booking = servers[1 - server].confirm(buyer, hold).await?;
    writeln!(out, "booking {} is confirmed by the other server", booking.id)?;

    let report = servers[0].audit().await?;
    write!(out, "{report}")?;
    for server in servers {
        server.shutdown().await;
    }
    anyhow::ensure!(report.is_clean(), "the audit has findings");
    Ok(())
}

fn buyer(n: u32) -> anyhow::Result<NewUser> {
    let email = format!("buyer{n}@example.com").parse()?;
    Ok(NewUser { email, name: format!("Buyer {n}"), role: Role::Buyer, language: Language::English })
}
