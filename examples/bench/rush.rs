//! Rows about a rush for the best pairs of seats that are left.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ticket_core::api::HoldRequest;
use ticket_core::domain::SeatWish;
use ticket_examples::http::Connection;
use tokio::task::JoinSet;

use crate::load::rate;
use crate::selling::{audit, confirm, hold};
use crate::shop::Shop;
use crate::table::{Goal, Table};

const SEATS: u32 = 8_000;
const BOOKERS: usize = 160;
/// Who has been told so often in a row that nothing is left gives up.
const REFUSALS_MAX: usize = 3;

const SOLD: &str = "rush for best pairs: seats sold";
const REFUSED: &str = "rush for best pairs: refused while some are left";
const RATE: &str = "rush for best pairs, hold + confirm";

/// One call for a pair.
struct Call {
    begin: Instant,
    end: Instant,
    has_pair: bool,
}

/// So many at a time want any pair, until none is left.
pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if !table.wants(&[SOLD, REFUSED, RATE]) {
        return Ok(());
    }
    let shop = Arc::new(Shop::build((1, SEATS), SEATS, None).await?);
    let server = shop.serve(program).await?;
    let mut connections = Vec::new();
    for _ in 0..BOOKERS {
        connections.push(Connection::open(server.address).await?);
    }
    let begin = Instant::now();
    let mut bookers: JoinSet<_> = (0..)
        .zip(connections)
        .map(|(booker, connection)| book_until_refused(connection, Arc::clone(&shop), booker))
        .collect();
    let mut calls: Vec<Call> = Vec::new();
    while let Some(share) = bookers.join_next().await {
        calls.extend(share??);
    }
    let took = begin.elapsed();
    drop(server);

    let pairs = calls.iter().filter(|call| call.has_pair).count();
    anyhow::ensure!(2 * pairs <= SEATS as usize, "{pairs} pairs were sold");
    // Somebody has asked later and got a pair, so one was left.
    let last_success = calls.iter().filter(|call| call.has_pair).map(|call| call.begin).max();
    let early: Vec<&Call> = calls.iter().filter(|call| Some(call.end) < last_success).collect();
    let refused = early.iter().filter(|call| !call.has_pair).count();
    #[expect(clippy::cast_precision_loss, reason = "these are small numbers")]
    let (sold, percent) = ((2 * pairs) as f64, 100.0 * refused as f64 / early.len().max(1) as f64);
    table.add(SOLD, "seats", Some(f64::from(SEATS)), sold, Goal::AtLeast(1.0));
    table.add(REFUSED, "%", None, percent, Goal::AtMost(1.0));
    table.add(RATE, "pairs/s", None, rate(pairs, took), Goal::None);
    audit(&shop.open()?).await
}

/// One buyer after the other takes a pair and pays for it.
async fn book_until_refused(mut connection: Connection, shop: Arc<Shop>, booker: usize) -> anyhow::Result<Vec<Call>> {
    let request = HoldRequest::Best { performance_id: shop.houses[0].performance, best: SeatWish::together(2) };
    let (mut calls, mut refusals) = (Vec::new(), 0);
    for buyer in shop.buyers.iter().skip(booker).step_by(BOOKERS) {
        let begin = Instant::now();
        let held = hold(&mut connection, buyer, &request).await?;
        calls.push(Call { begin, end: Instant::now(), has_pair: held.is_some() });
        match held {
            Some(held) => {
                refusals = 0;
                confirm(&mut connection, buyer, held).await?;
            }
            None => refusals += 1,
        }
        if refusals == REFUSALS_MAX {
            break;
        }
    }
    Ok(calls)
}
