use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::buyer::Scene;
use crate::door::{Door, Refusal};
use crate::progress;
use crate::shop::Shop;

/// How often cancelled seats go back on sale while the crowd is there.
const RETURN_CANCELED: Duration = Duration::from_millis(200);

/// What one door, or all of them, have seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How long each sale took.
    pub(crate) sales: Vec<Duration>,
    /// How long each refusal took.
    pub(crate) refusals: Vec<Duration>,
    /// Refusals by code, those of cancellations among them.
    pub(crate) codes: BTreeMap<Refusal, u64>,
    /// Bookings that were given back.
    pub(crate) canceled: u64,
}

impl Tally {
    pub(crate) fn sold(&mut self, took: Duration) {
        self.sales.push(took);
    }

    pub(crate) fn refused(&mut self, code: Refusal, took: Duration) {
        *self.codes.entry(code).or_default() += 1;
        self.refusals.push(took);
    }

    pub(crate) fn not_canceled(&mut self, code: Refusal) {
        *self.codes.entry(code).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        self.sales.extend(other.sales);
        self.refusals.extend(other.refusals);
        self.canceled += other.canceled;
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
    }
}

/// Lets the crowd in, and waits until the last has left or the doors close. Tells what happened, and how long it took.
pub(crate) async fn run(scene: &Arc<Scene>) -> anyhow::Result<(Tally, Duration)> {
    let begin = Instant::now();
    let tally = tokio::select! {
        tally = crowd(scene) => tally?,
        never = offer_canceled(&scene.shop) => never?,
        never = progress::show(&scene.counters, scene.options.buyers) => never,
    };
    Ok((tally, begin.elapsed()))
}

/// Every door serves one buyer after the other, all doors at once.
async fn crowd(scene: &Arc<Scene>) -> anyhow::Result<Tally> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut doors = JoinSet::new();
    for _ in 0..scene.options.at_once {
        doors.spawn(serve(Arc::clone(scene), Arc::clone(&next)));
    }
    let mut all = Tally::default();
    while let Some(tally) = doors.join_next().await {
        all.add(tally??);
    }
    Ok(all)
}

async fn serve(scene: Arc<Scene>, next: Arc<AtomicUsize>) -> anyhow::Result<Tally> {
    let mut door = Door::open(scene.options.server, &scene.shop.box_office).await?;
    let mut tally = Tally::default();
    while let Some(buyer) = scene.shop.buyers.get(next.fetch_add(1, Ordering::Relaxed)) {
        scene.visit(buyer, &mut door, &mut tally).await;
        scene.counters.left();
    }
    Ok(tally)
}

async fn offer_canceled<T>(shop: &Shop) -> anyhow::Result<T> {
    loop {
        tokio::time::sleep(RETURN_CANCELED).await;
        let fence = shop.box_office.next_fence("waitlist-offer").await?;
        shop.box_office.offer_canceled_seats(&fence).await?;
    }
}
