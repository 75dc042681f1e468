use ticket_core::api::{BookingReceipt, BookingTicket};

use super::{Model, Screen};

/// The tickets of a booking, with their codes.
#[derive(Debug, Clone)]
pub struct TicketPage {
    /// What was booked.
    pub receipt: BookingReceipt,
    /// Index among its tickets.
    pub cursor: usize,
    /// Whether nothing but the code is on the screen.
    pub is_code_alone: bool,
}

impl TicketPage {
    /// The ticket under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&BookingTicket> {
        self.receipt.booking_tickets.get(self.cursor)
    }
}

impl Model {
    /// Shows the tickets of a booking.
    pub fn show_ticket(&mut self, receipt: BookingReceipt, cursor: usize) {
        self.ticket = Some(TicketPage { receipt, cursor, is_code_alone: false });
        self.go_to(Screen::Ticket);
    }
}
