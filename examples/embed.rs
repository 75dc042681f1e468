//! The smallest shop: sets up a show, sells one pair of seats, and audits the books.
//!
//! ```sh
//! cargo run -p ticket-examples --example embed
//! ```

use std::io::Write as _;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use ticket_core::api::JoinRequest;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::{BoxOffice, Config};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let folder = tempfile::tempdir()?;
    let config = Config::new(folder.path().join("tickets.db"));

    // A database is created once, with the time zone that its dates are local to.
    BoxOffice::create(&config, &TimeZone::get("Asia/Seoul")?)?;
    let box_office = BoxOffice::open(config)?;

    let options = ShowFileOptions { time_zone: box_office.time_zone().clone(), starting: None };
    let plan = show_file::parse(include_str!("shows/modu-art-theater.toml"), &options)?;
    let show = box_office.apply(plan, false).await?.show.context("applying a plan makes its show")?;

    let mina = box_office
        .join(JoinRequest {
            email: "mina@example.com".into(),
            password: "correct horse battery".into(),
            name: "Mina".into(),
        })
        .await?;

    let (performance, left) = box_office.performances(show).await?.remove(0);
    let layout = box_office.layout(performance.id).await?;
    let pair = layout.seats().map(|seat| seat.id).take(2).collect();
    writeln!(out, "{}, {}: {left} seats left", layout.header.show_name, layout.header.date)?;

    // A hold gives the buyer seven minutes in which nobody else can take the seats.
    let held = box_office.hold(mina, pair).await?;
    writeln!(out, "held until {}", held.hold.expires_at)?;
    let booking = box_office.confirm(mina, held.hold.id).await?;
    for ticket in &booking.tickets {
        let position = &ticket.seat.position;
        let price = booking.show.currency.format(ticket.seat.price);
        writeln!(out, "ticket {}: {} {}-{}, {price}", ticket.id, position.sector, position.row, position.label)?;
    }

    let report = box_office.audit().await?;
    write!(out, "{report}")?;
    box_office.shutdown().await;
    anyhow::ensure!(report.is_clean(), "the audit has findings");
    drop(out);
    folder.close().context("the temporary folder stays behind")
}
