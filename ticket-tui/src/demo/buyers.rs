//! The other buyers: they come one after the other, take a few seats side by side, think, and buy them or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ticket_core::api::JoinRequest;
use ticket_core::domain::{Booking, PerformanceId, SeatId, SeatStatus, UserId};
use ticket_core::{BoxOffice, Error};
use tokio::task::JoinSet;

/// Share of a house that is sold before the doors open, and at most so many seats.
const SOLD_BEFORE: (f64, usize) = (0.3, 240);
/// Pauses between two buyers of one performance, shortest and longest: a large house is busier.
const PAUSES: (Duration, Duration) = (Duration::from_millis(700), Duration::from_secs(9));
/// Seconds in which a house would be sold out if everybody took one seat.
const SECONDS_TO_SELL_OUT: u32 = 5_000;
/// Buyers of one performance that think at the same time.
const THINKING_MAX: usize = 40;

/// Lets buyers come to every performance, until the task is dropped.
pub(super) async fn come(box_office: BoxOffice) {
    let Ok(performances) = performances(&box_office).await else { return };
    let crowd = Arc::new(AtomicU32::new(0));
    let mut houses = JoinSet::new();
    for performance in performances {
        let shop = Shop { box_office: box_office.clone(), performance, crowd: Arc::clone(&crowd) };
        houses.spawn(shop.open());
    }
    while houses.join_next().await.is_some() {}
}

async fn performances(box_office: &BoxOffice) -> Result<Vec<PerformanceId>, Error> {
    let mut all = Vec::new();
    for show in box_office.shows(None, None, 0, 100).await?.content {
        all.extend(box_office.performances(show.show_id).await?.into_iter().map(|(performance, _)| performance.id));
    }
    Ok(all)
}

/// The buyers of one performance.
#[derive(Clone)]
struct Shop {
    box_office: BoxOffice,
    performance: PerformanceId,
    /// Accounts made so far.
    crowd: Arc<AtomicU32>,
}

impl Shop {
    async fn open(self) {
        let Ok(ids) = self.seats().await else { return };
        let limit = self.limit().await.unwrap_or(1);
        self.sell_some(&ids, limit).await;
        let mut thinking = JoinSet::new();
        let pause = pause(ids.len());
        loop {
            tokio::time::sleep(pause.mul_f64(0.3 + 1.4 * rand::random::<f64>())).await;
            while thinking.try_join_next().is_some() {}
            if thinking.len() < THINKING_MAX
                && let Ok(buyer) = self.join().await
                && let Some(wish) = self.wish(&ids, limit).await
            {
                thinking.spawn(self.clone().buy(buyer, wish));
            }
        }
    }

    /// What was sold before we came.
    async fn sell_some(&self, ids: &[SeatId], limit: usize) {
        let mut left = SOLD_BEFORE.1.min(share(ids.len(), SOLD_BEFORE.0));
        while left > 0 {
            let (Ok(buyer), Some(wish)) = (self.join().await, self.wish(ids, limit).await) else { return };
            left = left.saturating_sub(wish.len());
            // Somebody was faster: so it is.
            let _ = self.box_office.book(buyer, wish).await;
        }
    }

    /// One buyer: holds, thinks, and buys or walks away; some give back later what they have bought.
    async fn buy(self, buyer: UserId, wish: Vec<SeatId>) {
        let Ok(held) = self.box_office.hold(buyer, wish).await else { return };
        sleep_seconds(2.0, 20.0).await;
        if rand::random_bool(0.25) {
            let _ = self.box_office.release_hold(buyer, held.hold.id).await;
            return;
        }
        let Ok(booking) = self.box_office.confirm(buyer, held.hold.id).await else { return };
        if rand::random_bool(0.15) {
            self.regret(buyer, &booking).await;
        }
    }

    async fn regret(&self, buyer: UserId, booking: &Booking) {
        sleep_seconds(10.0, 60.0).await;
        let _ = self.box_office.cancel(buyer, booking.id, None).await;
    }

    async fn join(&self) -> Result<UserId, Error> {
        let number = self.crowd.fetch_add(1, Ordering::Relaxed);
        let (email, name) = (format!("buyer{number}@example.com"), format!("Buyer {number}"));
        self.box_office.join(JoinRequest { email, password: "not a secret".into(), name }).await
    }

    /// Free seats side by side, more often near the front.
    async fn wish(&self, ids: &[SeatId], limit: usize) -> Option<Vec<SeatId>> {
        let states = self.box_office.seat_states(self.performance).await.ok()?.states;
        let free = |i: usize| states.as_bytes().get(i) == Some(&(SeatStatus::Available as u8));
        let count = rand::random_range(1..=limit.clamp(1, 4));
        let from = share(ids.len(), rand::random::<f64>() * rand::random::<f64>().sqrt());
        let first = (from..ids.len()).chain(0..from).find(|i| free(*i))?;
        Some((first..first + count).take_while(|i| free(*i)).filter_map(|i| ids.get(i).copied()).collect())
    }

    async fn seats(&self) -> Result<Vec<SeatId>, Error> {
        let layout = self.box_office.layout(self.performance).await?;
        Ok(layout.seats().map(|seat| seat.id).collect())
    }

    async fn limit(&self) -> Result<usize, Error> {
        let (_, show, _) = self.box_office.performance(self.performance).await?;
        Ok(show.max_seats_per_user as usize)
    }
}

/// A busy house sells faster, so that a small one is not sold out while one looks.
fn pause(seats: usize) -> Duration {
    let seats = u32::try_from(seats).unwrap_or(u32::MAX).max(1);
    (Duration::from_secs(u64::from(SECONDS_TO_SELL_OUT)) / seats).clamp(PAUSES.0, PAUSES.1)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few seats")]
fn share(seats: usize, share: f64) -> usize {
    (seats as f64 * share.clamp(0.0, 1.0)) as usize
}

async fn sleep_seconds(shortest: f64, longest: f64) {
    tokio::time::sleep(Duration::from_secs_f64(rand::random_range(shortest..longest))).await;
}
