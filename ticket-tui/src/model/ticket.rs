use jiff::Timestamp;
use ticket_core::api::{BookingReceipt, BookingTicket};
use ticket_core::domain::BookingState;

use super::{BookingPage, Model, Screen};

/// The tickets of a booking, with their codes.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// What was booked.
    pub receipt: BookingReceipt,
    /// Index among its tickets.
    pub cursor: usize,
    /// Whether nothing but the code is on the screen.
    pub is_code_alone: bool,
    /// When it was bought, and where it stands; `None` when it was bought just now.
    pub of: Option<(Timestamp, BookingState)>,
}

impl TicketPage {
    /// The ticket under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&BookingTicket> {
        self.receipt.booking_tickets.get(self.cursor)
    }
}

impl Model {
    /// Shows the tickets that were bought just now.
    pub fn show_bought(&mut self, receipt: BookingReceipt) {
        self.ticket = Some(TicketPage { receipt, cursor: 0, is_code_alone: false, of: None });
        self.go_to(Screen::Ticket);
    }

    /// Shows the tickets of the booking that is open, the one under the cursor first.
    pub fn show_tickets_of_booking(&mut self) {
        let Some(BookingPage { details, cursor, .. }) = &self.booking else { return };
        let (receipt, of) = (details.receipt.clone(), Some((details.booking_date, details.current_state)));
        self.ticket = Some(TicketPage { receipt, cursor: *cursor, is_code_alone: false, of });
        self.go_to(Screen::Ticket);
    }
}
