//! Rows about what grows: halls, and the past.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::load::{REPETITIONS, compare};
use crate::selling::book_all;
use crate::shop::Shop;
use crate::table::{Goal, Table};

/// Seats of a large hall and of a small one.
const LARGE: u32 = 50_000;
const SMALL: u32 = 500;
/// Bookings of one repetition, of two seats each.
const BOOKINGS: u32 = 2_500;
/// Small performances of one repetition.
const SMALL_PERFORMANCES: usize = (2 * BOOKINGS / SMALL) as usize;
/// What was booked long ago.
const PAST_BOOKINGS: i64 = 1_000_000;

const HALLS: &str = "size: 50,000 seats / 500 seats";
const PAST: &str = "size: 1,000,000 past bookings / none";

pub(crate) async fn measure(table: &mut Table) -> anyhow::Result<()> {
    if table.wants(&[HALLS]) {
        halls(table).await?;
    }
    if table.wants(&[PAST]) {
        past(table).await?;
    }
    Ok(())
}

/// With every performance watched, so that its seat map is kept up to date.
async fn halls(table: &mut Table) -> anyhow::Result<()> {
    let small = Shop::build(((REPETITIONS + 1) * SMALL_PERFORMANCES, SMALL), SMALL / 2, None).await?;
    let large = Shop::build((1, LARGE), BOOKINGS, None).await?;
    let (small_office, large_office) = (small.open()?, large.open()?);
    let large_house = &large.houses[0];
    let _watched = large_office.subscribe(large_house.performance, None).await?;
    let mut small_houses = small.houses.chunks(SMALL_PERFORMANCES);
    // Side by side, as in the small ones.
    let mut shares = large_house.seats.chunks(2 * BOOKINGS as usize);
    let (floor, ours) = compare(
        async || {
            let mut rates = Vec::new();
            for house in small_houses.next().unwrap_or_default() {
                let _watched = small_office.subscribe(house.performance, None).await?;
                rates.push(book_all(&small_office, &small.buyers, &house.seats).await?);
            }
            // As long as the slow ones together with the fast ones take.
            Ok(harmonic_mean(&rates))
        },
        async || book_all(&large_office, &large.buyers, shares.next().unwrap_or_default()).await,
    )
    .await?;
    table.add(HALLS, "bookings/s", Some(floor), ours, Goal::AtLeast(0.9));
    Ok(())
}

async fn past(table: &mut Table) -> anyhow::Result<()> {
    let repetitions = REPETITIONS + 1;
    let (young, old) = tokio::try_join!(
        Shop::build((repetitions, 2 * BOOKINGS), BOOKINGS, None),
        Shop::build((repetitions, 2 * BOOKINGS), BOOKINGS, None),
    )?;
    write_past(old.database())?;
    let (young_office, old_office) = (young.open()?, old.open()?);
    let (mut young_houses, mut old_houses) = (young.houses.iter(), old.houses.iter());
    let (floor, ours) = compare(
        async || match young_houses.next() {
            Some(house) => book_all(&young_office, &young.buyers, &house.seats).await,
            None => Ok(0.0),
        },
        async || match old_houses.next() {
            Some(house) => book_all(&old_office, &old.buyers, &house.seats).await,
            None => Ok(0.0),
        },
    )
    .await?;
    table.add(PAST, "bookings/s", Some(floor), ours, Goal::AtLeast(0.9));
    Ok(())
}

/// Bookings of one seat each, by the same buyers, of performances and seats that this database does not know any more.
fn write_past(database: &Path) -> anyhow::Result<()> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    let transaction = connection.unchecked_transaction()?;
    let numbers = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)";
    for statement in [
        "INSERT INTO booking (user_id, performance_id, state, booked_at)
         SELECT 1 + n % ?2, 1000 + n % 100, 'BOOKED', n FROM number",
        "INSERT INTO ticket (booking_id, performance_id, user_id, seat_id, price, state)
         SELECT n, 1000 + n % 100, 1 + n % ?2, 1000000000 + n, 90000, 'BOOKED' FROM number",
        "INSERT INTO seat_history (performance_id, seat_id, state, at, booking_id)
         SELECT 1000 + n % 100, 1000000000 + n, 'BOOKED', n, n FROM number WHERE ?2 > 0",
    ] {
        transaction.execute(&format!("{numbers} {statement}"), params![PAST_BOOKINGS, BOOKINGS])?;
    }
    Ok(transaction.commit()?)
}

#[expect(clippy::cast_precision_loss, reason = "there are few")]
fn harmonic_mean(rates: &[f64]) -> f64 {
    rates.len() as f64 / rates.iter().map(|rate| 1.0 / rate).sum::<f64>()
}
