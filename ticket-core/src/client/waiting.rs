use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError};
use crate::api::{BookingReceipt, JoinWaitlistRequest, JoinedWaitlist, Page, WaitlistEntryDetails};
use crate::domain::{EntryId, SeatId};

/// # The waitlist
///
/// ```no_run
/// # use ticket_core::client::{Client, ClientError};
/// # async fn run(client: Client, seats: Vec<ticket_core::domain::SeatId>) -> Result<(), ClientError> {
/// // Two of these, the most wanted first.
/// let joined = client.join_waitlist(2, seats).await?;
///
/// // Later:
/// let entry = client.waitlist_entry(joined.waiting_booking_id).await?;
/// if let Some(offer) = entry.offer {
///     println!("offered until {}", offer.expires_at);
///     let receipt = client.book_offer(joined.waiting_booking_id).await?;
///     println!("booking {}", receipt.booking_id);
/// }
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Waits for so many of these seats, which are taken; the most wanted first.
    ///
    /// # Errors
    ///
    /// `W_006` names the seats that are free and need no waiting; `W_001`, `W_002`, `W_003`, `W_008`, `B_002`, `B_007`,
    /// `S_006`, `S_007` as they say.
    pub async fn join_waitlist(&self, seat_count: u32, seat_ids: Vec<SeatId>) -> Result<JoinedWaitlist, ClientError> {
        let request = JoinWaitlistRequest { seat_count: seat_count.into(), seat_ids };
        self.send_keyed(&["api", "waiting_bookings"], &request).await
    }

    /// The user's entries on the waitlist, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `G_001` when `size` is not 1..100.
    pub async fn waitlist(&self, page: u64, size: u64) -> Result<Page<WaitlistEntryDetails>, ClientError> {
        let (page, size) = (page.to_string(), size.to_string());
        let query = [("page", page.as_str()), ("size", size.as_str())];
        self.send(Method::GET, &["api", "waiting_bookings"], Auth::User, NO_BODY, &query).await
    }

    /// One entry of the user, with its position and the reason why it has not been served yet.
    ///
    /// # Errors
    ///
    /// `W_005` when there is none with this id, or it is somebody else's.
    pub async fn waitlist_entry(&self, id: EntryId) -> Result<WaitlistEntryDetails, ClientError> {
        self.send(Method::GET, &["api", "waiting_bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// Gives up waiting, or the seats that are offered. Again, it changes nothing.
    ///
    /// # Errors
    ///
    /// `W_005`, `W_007`, `W_009` as they say.
    pub async fn leave_waitlist(&self, id: EntryId) -> Result<WaitlistEntryDetails, ClientError> {
        self.send(Method::DELETE, &["api", "waiting_bookings", &id.to_string()], Auth::User, NO_BODY, &[]).await
    }

    /// Books the seats that are offered to an entry. Again for the same entry, it answers the same booking.
    ///
    /// # Errors
    ///
    /// `W_005`, `W_007`, `W_009` as they say.
    pub async fn book_offer(&self, id: EntryId) -> Result<BookingReceipt, ClientError> {
        self.send_keyed(&["api", "waiting_bookings", &id.to_string(), "book"], &()).await
    }
}
