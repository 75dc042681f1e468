//! Rankings and reports.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::super::reports::{self, ReportedPerformances, SeatCount, SoldTicket};
use super::super::tickets::{self, TicketFilter, TicketRow};
use super::super::{fences, sales};
use super::Store;
use crate::domain::{Category, Fence, Ranking, RankingWindow, ReportFilter, ShowId};
use crate::error::Error;

impl Store {
    pub(crate) async fn ranking(&self, category: Category, window: RankingWindow) -> Result<Ranking, Error> {
        self.readers.run(move |c| sales::ranking(c, category, window)).await
    }

    /// What a ranking of this window may have counted, by show: least and most.
    pub(crate) async fn recount(
        &self,
        category: Category,
        window: RankingWindow,
        seen: (Timestamp, Timestamp),
    ) -> Result<Vec<(ShowId, u64, u64)>, Error> {
        self.readers.run(move |c| sales::recount(c, category, window, seen)).await
    }

    pub(crate) async fn cached_ranking(&self, key: String, now: Timestamp) -> Result<Option<Vec<u8>>, Error> {
        self.readers.run(move |c| sales::cached(c, &key, now)).await
    }

    pub(crate) async fn cache_ranking(
        &self,
        key: String,
        value: Vec<u8>,
        life: (Timestamp, Timestamp),
        fence: Option<Fence>,
    ) -> Result<(), Error> {
        self.writer
            .run(move |c| {
                fence.as_ref().map_or(Ok(()), |fence| fences::check(c, fence))?;
                sales::cache(c, &key, &value, life)
            })
            .await
    }

    /// Goes over the tickets that were sold in a time, in no order that counts, in one snapshot.
    pub(crate) async fn fold_sold_tickets<A: Send + 'static>(
        &self,
        filter: ReportFilter,
        time: (Timestamp, Timestamp),
        begin: impl FnOnce(ReportedPerformances) -> A + Send + 'static,
        count: impl Fn(&mut A, &SoldTicket) + Send + 'static,
    ) -> Result<A, Error> {
        self.readers
            .run(move |c| {
                let performances = reports::performances(c, &filter)?;
                let is_narrow = filter.show.is_some() || filter.performance.is_some();
                let named = is_narrow.then(|| performances.keys().copied().collect());
                let mut sum = begin(performances);
                reports::each_sold_ticket(c, named, time, |ticket| count(&mut sum, ticket))?;
                Ok(sum)
            })
            .await
    }

    /// The seats of the performances on the days of a filter, counted.
    pub(crate) async fn seat_counts(
        &self,
        filter: ReportFilter,
    ) -> Result<(ReportedPerformances, Vec<SeatCount>), Error> {
        self.readers
            .run(move |c| {
                let mut performances = reports::performances(c, &filter)?;
                performances.retain(|_, of| filter.has_day(of.date));
                let counts = reports::seat_counts(c, performances.keys().copied())?;
                Ok((performances, counts))
            })
            .await
    }

    pub(crate) async fn fold_tickets<S: Send + 'static, B: Send + 'static>(
        &self,
        filter: TicketFilter,
        time: (Timestamp, Timestamp),
        start: S,
        fold: impl FnMut(S, TicketRow) -> ControlFlow<B, S> + Send + 'static,
    ) -> Result<ControlFlow<B, S>, Error> {
        self.readers.run(move |c| tickets::fold(c, &filter, time, start, fold)).await
    }
}
