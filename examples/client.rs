//! The typed HTTP client: joins, watches a seat map, holds the best two seats, books them, and gives them back.
//!
//! ```sh
//! cargo run -p ticket-examples --example client -- http://127.0.0.1:8080
//! ```
//!
//! A program of its own needs nothing of the shop but `ticket-core` with `default-features = false` and
//! `features = ["client"]`.

use std::io::Write as _;

use anyhow::Context as _;
use ticket_core::api::{BookRequest, Credentials, ErrorCode, JoinRequest};
use ticket_core::client::{Client, SeatEvent};
use ticket_core::domain::{IdempotencyKey, SeatWish};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let server = std::env::args().nth(1).context("say which server, such as http://127.0.0.1:8080")?;
    let client = Client::new(&server)?;

    // An account that nobody else has.
    let email = format!("buyer-{}@example.com", IdempotencyKey::random());
    let password = "correct horse battery".to_owned();
    client.join(&JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() }).await?;
    client.login(&Credentials { email, password }).await?;

    let show = client.shows(None, None, 0).await?.content.into_iter().next().context("no show is on sale")?;
    let date = client.available(show.show_id).await?.available_dates.into_iter().next().context("no performance")?;
    writeln!(out, "{}, {} {}: {} seats left", show.show_name, date.show_date, date.start_time, date.left_seats)?;

    // The map as it is, and what happens to it from then on.
    let (layout, map) = (client.layout(date.performance_id).await?, client.seat_states(date.performance_id).await?);
    let seats: Vec<_> = layout.seats().collect();
    let mut events = client.events(date.performance_id, Some(&map.revision)).await?;

    let held = match client.hold_best(date.performance_id, SeatWish::together(2)).await {
        Err(error) if error.code() == Some(ErrorCode::SeatTaken) => anyhow::bail!("sold out: {error}"),
        held => held?,
    };
    writeln!(out, "held until {}", held.expires_at)?;
    if let Some(SeatEvent::Changes(update)) = events.next().await.transpose()? {
        for (index, status) in update.changes {
            let seat = seats.get(index as usize).context("another layout")?;
            writeln!(out, "on the map: {} {}-{} is {status:?}", seat.sector, seat.row, seat.number)?;
        }
    }

    // Should the answer be lost, the same key asks for the same booking again, even from another process.
    let order = client.clone().with_key(IdempotencyKey::random());
    let receipt = order.book(&BookRequest::Hold { hold_id: held.hold_id }).await?;
    let again = order.book(&BookRequest::Hold { hold_id: held.hold_id }).await?;
    anyhow::ensure!(again == receipt, "one key made two bookings");
    for ticket in &receipt.booking_tickets {
        writeln!(out, "ticket {}: {}", ticket.ticket_id, ticket.seat_position_info)?;
    }
    writeln!(out, "booked for {}", receipt.currency.format(receipt.total_price))?;

    let given_back = client.cancel(receipt.booking_id, None).await?;
    writeln!(out, "{} tickets given back", given_back.canceled_tickets.len())?;
    client.logout().await?;
    Ok(())
}
