//! Reports: what was sold, how full the house is, and every ticket.

use std::ops::ControlFlow;

use crate::domain::{OccupancyReport, ReportBy, ReportFilter, SalesReport};
use crate::error::Error;
use crate::sales::{SalesTally, occupancy, window};
use crate::storage::{TicketFilter, TicketRow};

use super::BoxOffice;

/// # Reports
///
/// For admins. Each is of one moment, however long it takes and however much is sold meanwhile.
impl BoxOffice {
    /// What was sold, and for how much: tickets are counted one by one, on the business day of their sale. One that was
    /// cancelled later counts there too, as sold and as cancelled. By grade, it counts where its seat stands now.
    ///
    /// ```
    /// use ticket_core::domain::{ReportBy, ReportFilter};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// let booking = box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// box_office.cancel(mina, booking.id, Some(vec![booking.tickets[0].id])).await?;
    /// let report = box_office.sales_report(ReportBy::Day, ReportFilter::default()).await?;
    /// let day = report.lines[0].sales;
    /// assert_eq!((day.sold_tickets, day.canceled_tickets, day.valid_tickets), (2, 1, 1));
    /// assert_eq!(day.revenue, booking.tickets[1].seat.price);
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `S_001`, `S_005` for a show or performance that is not there; `G_001` when the last day is before the first.
    pub async fn sales_report(&self, by: ReportBy, filter: ReportFilter) -> Result<SalesReport, Error> {
        let time_zone = self.time_zone();
        let window = window(&filter, time_zone)?;
        let time_zone = time_zone.clone();
        let begin = move |performances| SalesTally::new(by, performances, time_zone);
        let tally = self.0.store.fold_sold_tickets(filter, window, begin, SalesTally::count).await?;
        Ok(tally.report())
    }

    /// How full performances are; of `filter`, their dates count. Seats that are held are free until they are sold;
    /// performances that were cancelled do not count.
    ///
    /// ```
    /// use ticket_core::domain::{ReportBy, ReportFilter};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// box_office.block_seats(seats[6..].to_vec()).await?;
    /// let report = box_office.occupancy_report(ReportBy::Performance, ReportFilter::default()).await?;
    /// assert_eq!((report.total.seats, report.total.sold_seats, report.total.blocked_seats), (10, 1, 4));
    /// assert_eq!(report.total.percent(), 16.7); // of what is for sale
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::sales_report`].
    pub async fn occupancy_report(&self, by: ReportBy, filter: ReportFilter) -> Result<OccupancyReport, Error> {
        window(&filter, self.time_zone())?;
        let (performances, counts) = self.0.store.seat_counts(filter).await?;
        Ok(occupancy(by, &performances, &counts))
    }

    /// Goes over every ticket that was ever sold, by booking and ticket, with a state that `fold` hands on, until that
    /// breaks off. Tickets are read as they are asked for, on a thread where waiting is no harm: memory does not grow
    /// with their number.
    ///
    /// Servers go on selling meanwhile; but the log of the database cannot be cut until it is done, so `fold` should not wait
    /// for a person.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use ticket_core::TicketFilter;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0], seats[1]]).await?;
    /// let emails = box_office.fold_tickets(TicketFilter::default(), Vec::new(), |mut emails, ticket| {
    ///     emails.push(ticket.email);
    ///     if emails.len() < 1000 { ControlFlow::Continue(emails) } else { ControlFlow::Break("too many") }
    /// });
    /// assert_eq!(emails.await?, ControlFlow::Continue(vec!["mina@example.com".to_owned(); 2]));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`BoxOffice::sales_report`]; an account that is not there has no tickets.
    pub async fn fold_tickets<S: Send + 'static, B: Send + 'static>(
        &self,
        filter: TicketFilter,
        start: S,
        fold: impl FnMut(S, TicketRow) -> ControlFlow<B, S> + Send + 'static,
    ) -> Result<ControlFlow<B, S>, Error> {
        let window = window(&filter.report, self.time_zone())?;
        self.0.store.fold_tickets(filter, window, start, fold).await
    }
}
