use std::pin::Pin;

use super::{PlanBuilder, TestShop};
use crate::domain::{PerformanceId, SeatId, ShowId, UserId};
use crate::{BoxOffice, HoldBackend};

/// What the examples of the documentation play in: a hall of two rows with five seats each, and two buyers.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Example {
    pub shop: TestShop,
    pub box_office: BoxOffice,
    pub show: ShowId,
    pub performance: PerformanceId,
    /// Row A, then row B, each from left to right.
    pub seats: Vec<SeatId>,
    pub mina: UserId,
    pub joon: UserId,
}

impl Example {
    /// Plays an example, which must end well.
    pub fn run(play: impl AsyncFnOnce(Self) -> Result<(), Box<dyn std::error::Error>>) {
        // In a box, so that the runtime is compiled once, and not for each of them.
        let played: Pin<Box<dyn Future<Output = _>>> = Box::pin(async { play(Self::open().await).await });
        tokio::runtime::Runtime::new().unwrap().block_on(played).unwrap();
    }

    async fn open() -> Self {
        let shop = TestShop::with(HoldBackend::Embedded, PlanBuilder::hall(2, 5).build()).await;
        Self {
            box_office: shop.box_office.clone(),
            show: ShowId(1),
            performance: shop.performance(0).await,
            seats: shop.seats(0).await,
            mina: shop.join("mina").await,
            joon: shop.join("joon").await,
            shop,
        }
    }
}
