use ticket_core::api::{BookingDetails, BookingHistoryItem, BookingTicket};
use ticket_core::domain::{BookingState, TicketId, TicketState};

/// The user's bookings.
#[derive(Debug, Clone, Default)]
pub struct Bookings {
    /// Newest first; `None` until the server has answered.
    pub list: Option<Vec<BookingHistoryItem>>,
    /// Bookings that the server has in all.
    pub total: u64,
    /// Pages read so far.
    pub pages: u64,
    /// Index in the list.
    pub cursor: usize,
}

/// One booking.
#[derive(Debug, Clone)]
pub struct BookingPage {
    /// What it is.
    pub details: BookingDetails,
    /// Index among its tickets.
    pub cursor: usize,
    /// The question that waits for y or n.
    pub ask: Option<CancelAsk>,
    /// While the server cancels.
    pub is_busy: bool,
}

/// What is to be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelAsk {
    /// One ticket.
    Ticket(TicketId),
    /// All that are valid.
    All,
}

impl BookingPage {
    /// The tickets, cancelled ones too.
    #[must_use]
    pub fn tickets(&self) -> &[BookingTicket] {
        &self.details.receipt.booking_tickets
    }

    /// The ticket under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&BookingTicket> {
        self.tickets().get(self.cursor)
    }

    /// The tickets that can still be cancelled.
    #[must_use]
    pub fn valid(&self) -> usize {
        self.tickets().iter().filter(|t| t.seat_status == TicketState::Booked).count()
    }

    /// Marks tickets as cancelled.
    pub fn mark_cancelled(&mut self, state: BookingState, is_cancelled: impl Fn(&BookingTicket) -> bool) {
        self.details.current_state = state;
        for ticket in self.details.receipt.booking_tickets.iter_mut().filter(|t| is_cancelled(t)) {
            ticket.seat_status = TicketState::Canceled;
        }
        let valid = self.tickets().iter().filter(|t| t.seat_status == TicketState::Booked);
        self.details.receipt.total_price = valid.map(|t| t.price).sum();
    }
}
