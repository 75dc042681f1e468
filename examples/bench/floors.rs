//! Programs that do the bare minimum: what is compared with them cannot be faster.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use ticket_core::api::BookRequest;
use ticket_core::domain::SeatId;
use ticket_examples::hall::House;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::load::{CALLERS, rate};

/// F1: an HTTP server that parses the body of a booking and answers JSON. Prints its address; ends when it is killed.
pub(crate) async fn serve_http() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout().lock(), "listening on http://{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        // Without it everything is only slower.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, Router::new().route("/api/bookings", post(book))).await?)
}

async fn book(Json(request): Json<BookRequest>) -> Json<Value> {
    Json(json!({ "bookingId": 1, "request": request }))
}

/// F2: the script that claims seats, alone, over one connection that all callers share. Returns claims per second.
pub(crate) async fn acquire_in_redis(url: &str, claims: usize) -> anyhow::Result<f64> {
    let script = redis::Script::new(concat!(
        include_str!("../../ticket-core/src/holds/redis/prelude.lua"),
        "\n",
        include_str!("../../ticket-core/src/holds/redis/acquire.lua")
    ));
    let connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
    let script = Arc::new(script);
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..CALLERS {
        let (script, mut connection) = (Arc::clone(&script), connection.clone());
        tasks.spawn(async move {
            for claim in (caller..claims).step_by(CALLERS) {
                let (first, second) = (2 * claim, 2 * claim + 1);
                let mut call = script.prepare_invoke();
                call.key(format!("{{floor}}:hold:{claim}")).key(format!("{{floor}}:user:{claim}"));
                call.key("{floor}:claims").key("{floor}:version");
                call.key(format!("{{floor}}:seat:{first}")).key(format!("{{floor}}:seat:{second}"));
                // Token, user, now, kept, end, cap, limit, purpose, seats.
                call.arg(format!("{claim:032x}")).arg(claim).arg(1_000_000).arg(60_000);
                call.arg(1_420_000).arg(2_200_000).arg(2).arg("hold").arg(first).arg(second);
                call.invoke_async::<Vec<String>>(&mut connection).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(rate(claims, begin.elapsed()))
}

/// F3: the statements of a booking of two seats, over the shop's own schema, and nothing around them: it reads the seats
/// and their claims and counts what the buyer has, and writes booking, tickets, states, history, the sales of the day and the
/// mail to be sent.
pub(crate) struct Sql {
    connection: Connection,
}

impl Sql {
    /// The shop must be closed.
    pub(crate) fn open(database: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(database)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Self { connection })
    }

    /// Sells a house in pairs to one buyer after the other, for so many callers, each with a share of the house: a
    /// transaction has one booking of each. Returns how long each transaction took.
    pub(crate) fn sell(&mut self, house: &House, callers: usize) -> anyhow::Result<Vec<Duration>> {
        let bookings: Vec<_> = (1..).zip(house.seats.chunks_exact(2)).collect();
        let share = bookings.len().div_ceil(callers);
        let mut took = Vec::new();
        for turn in 0..share {
            let begin = Instant::now();
            let transaction = self.connection.transaction()?;
            for (user, pair) in bookings.chunks(share).filter_map(|share| share.get(turn)) {
                book_pair(&transaction, house, *user, pair)?;
            }
            transaction.commit()?;
            took.push(begin.elapsed());
        }
        Ok(took)
    }
}

fn book_pair(connection: &Connection, house: &House, user: i64, pair: &[SeatId]) -> rusqlite::Result<()> {
    let performance = house.performance.0;
    for SeatId(seat) in pair {
        connection.prepare_cached("SELECT price, state FROM seat WHERE id = ?1")?.query_row([seat], |_| Ok(()))?;
        connection.prepare_cached("SELECT user_id FROM hold_seat WHERE seat_id = ?1")?.exists([seat])?;
    }
    for held_or_bought in [
        "SELECT count(*) FROM ticket WHERE performance_id = ?1 AND user_id = ?2 AND state = 'BOOKED'",
        "SELECT count(*) FROM hold_seat WHERE performance_id = ?1 AND user_id = ?2",
    ] {
        connection.prepare_cached(held_or_bought)?.query_row([performance, user], |_| Ok(()))?;
    }
    connection
        .prepare_cached("INSERT INTO booking (user_id, performance_id, state, booked_at) VALUES (?1, ?2, 'BOOKED', 1)")?
        .execute(params![user, performance])?;
    let booking = connection.last_insert_rowid();
    for SeatId(seat) in pair {
        connection
            .prepare_cached("UPDATE seat SET state = 'BOOKED' WHERE id = ?1 AND state = 'AVAILABLE'")?
            .execute([seat])?;
        connection
            .prepare_cached(
                "INSERT INTO ticket (booking_id, performance_id, user_id, seat_id, price, state)
                 VALUES (?1, ?2, ?3, ?4, 90000, 'BOOKED')",
            )?
            .execute(params![booking, performance, user, seat])?;
        connection
            .prepare_cached(
                "INSERT INTO seat_history (performance_id, seat_id, state, at, booking_id)
                 VALUES (?1, ?2, 'BOOKED', 1, ?3)",
            )?
            .execute(params![performance, seat, booking])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO sale_day (day, show_id, tickets) VALUES ('1970-01-01', ?1, 2)
             ON CONFLICT (day, show_id) DO UPDATE SET tickets = tickets + excluded.tickets",
        )?
        .execute(params![house.show.0])?;
    connection
        .prepare_cached(
            "INSERT INTO outbox (kind, user_id, booking_id, created_at, give_up_after, next_attempt_at)
             VALUES ('BOOKED', ?1, ?2, 1, 2, 1)",
        )?
        .execute([user, booking])?;
    Ok(())
}
