//! Rows about what grows: halls, and the past.

use std::time::Instant;

use jiff::tz::TimeZone;
use ticket_core::BoxOffice;
use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::domain::{Category, RankingPeriod};
use ticket_examples::past::Past;

use crate::load::{REPETITIONS, compare, rate};
use crate::selling::{book_all, next};
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
const PAST_BOOKINGS: u32 = 1_000_000;
/// What was booked long ago in a young shop.
const FEW_BOOKINGS: u32 = 10_000;
/// Shows and days over which it is spread. A ranking reads a row per show and day with sales; with many more shows, the few
/// bookings of the young shop would leave most of these rows out, and it would be compared with something else.
const SHOWS: u32 = 30;
const DAYS: u32 = 365;
/// Rankings of one repetition.
const RANKINGS: usize = 500;

const HALLS: &str = "size: 50,000 seats / 500 seats";
const PAST: &str = "size: 1,000,000 past bookings / none";
const RANKING: &str = "ranking uncached: 1,000,000 bookings / 10,000";

pub(crate) async fn measure(table: &mut Table) -> anyhow::Result<()> {
    if table.wants(&[HALLS]) {
        halls(table).await?;
    }
    if table.wants(&[PAST]) {
        past(table).await?;
    }
    if table.wants(&[RANKING]) {
        ranking(table).await?;
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
    write_past(&old, PAST_BOOKINGS)?;
    let (young_office, old_office) = (young.open()?, old.open()?);
    let (mut young_houses, mut old_houses) = (young.houses.iter(), old.houses.iter());
    let (floor, ours) = compare(
        async || book_all(&young_office, &young.buyers, &next(&mut young_houses)?.seats).await,
        async || book_all(&old_office, &old.buyers, &next(&mut old_houses)?.seats).await,
    )
    .await?;
    table.add(PAST, "bookings/s", Some(floor), ours, Goal::AtLeast(0.9));
    Ok(())
}

/// The slowest of them: a month's.
async fn ranking(table: &mut Table) -> anyhow::Result<()> {
    let young = Shop::build((1, SMALL), BOOKINGS, None).await?;
    let old = Shop::build((1, SMALL), BOOKINGS, None).await?;
    write_past(&young, FEW_BOOKINGS)?;
    write_past(&old, PAST_BOOKINGS)?;
    let (young_office, old_office) = (young.open()?, old.open()?);
    let (floor, ours) = compare(async || rank(&young_office).await, async || rank(&old_office).await).await?;
    table.add(RANKING, "ms", Some(floor), ours, Goal::AtMost(2.0));
    Ok(())
}

/// Milliseconds that one ranking takes.
async fn rank(office: &BoxOffice) -> anyhow::Result<f64> {
    let begin = Instant::now();
    for _ in 0..RANKINGS {
        office.ranking_now(Category::Musical, RankingPeriod::Month).await?;
    }
    Ok(1000.0 / rate(RANKINGS, begin.elapsed()))
}

fn write_past(shop: &Shop, bookings: u32) -> anyhow::Result<()> {
    let past = Past { bookings, shows: SHOWS, days: DAYS, until: SystemClock.now() };
    past.write(shop.database(), &TimeZone::UTC)
}

#[expect(clippy::cast_precision_loss, reason = "there are few")]
fn harmonic_mean(rates: &[f64]) -> f64 {
    rates.len() as f64 / rates.iter().map(|rate| 1.0 / rate).sum::<f64>()
}
