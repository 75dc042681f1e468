use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError};
use crate::api::{
    BookRequest, BookingDetails, BookingHistory, BookingReceipt, CancelRequest, CancelResult, ChangeHoldRequest,
    HoldDetails, HoldList, HoldRequest,
};
use crate::domain::{BookingId, HoldId, PerformanceId, SeatId, SeatWish, TicketId};

/// # Holds and bookings
///
/// ```no_run
/// use ticket_core::api::BookRequest;
/// use ticket_core::domain::SeatWish;
/// # use ticket_core::client::{Client, ClientError};
///
/// # async fn run(client: Client, performance: ticket_core::domain::PerformanceId) -> Result<(), ClientError> {
/// let mut wish = SeatWish::together(2);
/// wish.max_price = Some(150_000); // in minor units
/// let held = client.hold_best(performance, wish).await?;
/// println!("held until {}", held.expires_at);
///
/// let receipt = client.book(&BookRequest::Hold { hold_id: held.hold_id }).await?;
/// println!("paid {}", receipt.currency.format(receipt.total_price));
/// for ticket in &receipt.booking_tickets {
///     println!("ticket {}: {}", ticket.ticket_id, ticket.seat_position_info);
/// }
///
/// // One of the two cannot come.
/// let tickets = vec![receipt.booking_tickets[0].ticket_id];
/// let given_back = client.cancel(receipt.booking_id, Some(tickets)).await?;
/// println!("{} ticket given back", given_back.canceled_tickets.len());
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Claims seats for a limited time.
    ///
    /// # Errors
    ///
    /// `B_003` names the seats that somebody else has; `B_007`, `S_006`, `S_007` as they say.
    pub async fn hold(&self, seat_ids: Vec<SeatId>) -> Result<HoldDetails, ClientError> {
        self.send_keyed(&["api", "holds"], &HoldRequest::Seats { seat_ids }).await
    }

    /// Claims the best free seats that fulfil a wish, for a limited time.
    ///
    /// # Errors
    ///
    /// `B_003` when no such seats are left; `B_001`, `B_007`, `S_005`, `S_006`, `S_007` as they say.
    pub async fn hold_best(&self, performance_id: PerformanceId, best: SeatWish) -> Result<HoldDetails, ClientError> {
        self.send_keyed(&["api", "holds"], &HoldRequest::Best { performance_id, best }).await
    }

    /// The user's own live holds in a performance.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn holds(&self, id: PerformanceId) -> Result<HoldList, ClientError> {
        let id = id.to_string();
        self.send(Method::GET, &["api", "holds"], Auth::User, NO_BODY, &[("performanceId", id.as_str())]).await
    }

    /// Starts the clock of a hold anew, up to its cap.
    ///
    /// # Errors
    ///
    /// `H_001` when there is no such hold, `H_002` when it has ended.
    pub async fn extend_hold(&self, id: HoldId) -> Result<HoldDetails, ClientError> {
        self.send(Method::POST, &["api", "holds", &id.to_string(), "extend"], Auth::User, NO_BODY, &[]).await
    }

    /// Adds and drops seats of a hold, all or nothing; its clock stays.
    ///
    /// # Errors
    ///
    /// As for [`Client::hold`] and [`Client::extend_hold`].
    pub async fn change_hold(&self, id: HoldId, change: &ChangeHoldRequest) -> Result<HoldDetails, ClientError> {
        self.send(Method::PATCH, &["api", "holds", &id.to_string()], Auth::User, Some(change), &[]).await
    }

    /// Lets the seats of a hold go.
    ///
    /// # Errors
    ///
    /// `H_001` when there is no such hold.
    pub async fn release_hold(&self, id: HoldId) -> Result<(), ClientError> {
        self.send_without_answer(Method::DELETE, &["api", "holds", &id.to_string()]).await
    }

    /// Books seats, or confirms a hold. Confirming a hold again answers the same booking.
    ///
    /// # Errors
    ///
    /// `B_003` names the seats that somebody else has; `H_001`, `H_002`, `B_007`, `S_006`, `S_007` as they say.
    pub async fn book(&self, request: &BookRequest) -> Result<BookingReceipt, ClientError> {
        self.send_keyed(&["api", "bookings"], request).await
    }

    /// Cancels these tickets of a booking, or all of them.
    ///
    /// # Errors
    ///
    /// `B_004`, `B_006`, `B_008`, `B_009` as they say.
    pub async fn cancel(&self, id: BookingId, tickets: Option<Vec<TicketId>>) -> Result<CancelResult, ClientError> {
        self.send_keyed(&["api", "bookings", "cancel", &id.to_string()], &CancelRequest { ticket_ids: tickets }).await
    }

    /// One booking of the user.
    ///
    /// # Errors
    ///
    /// `B_004` when there is none with this id, or it is somebody else's.
    pub async fn booking(&self, id: BookingId) -> Result<BookingDetails, ClientError> {
        self.send(Method::GET, &["api", "bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// The user's bookings of the last `days`, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `G_001` when `days` is not 1..3650 or `size` not 1..100.
    pub async fn bookings(&self, days: u32, page: u64, size: u64) -> Result<BookingHistory, ClientError> {
        let (days, page, size) = (days.to_string(), page.to_string(), size.to_string());
        let query = [("duration", days.as_str()), ("page", page.as_str()), ("size", size.as_str())];
        self.send(Method::GET, &["api", "users", "booking"], Auth::User, NO_BODY, &query).await
    }
}
