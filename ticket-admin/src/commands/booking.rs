mod cancel;
mod export;
mod get;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::api::BookingShow;
use ticket_core::domain::{BookingId, BookingState, Currency, Email, PerformanceId, ShowId, UserId};
use ticket_core::{BookingFilter, BookingRow, BoxOffice};

use super::in_shop;
use super::performance::local;
use crate::cli::Global;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text, word};

/// Look at bookings, and cancel them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Booking {
    /// The bookings of all users, newest first
    List(List),
    /// One booking with its tickets
    Get {
        /// Its id
        booking: BookingId,
    },
    Cancel(cancel::Cancel),
    Export(export::Export),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin booking list --user mina@example.com
  ticket-admin booking list --performance 7 --limit 1000 --format csv")]
pub(crate) struct List {
    /// Only of the show with this id
    #[arg(long, value_name = "ID")]
    show: Option<ShowId>,
    /// Only of the performance with this id
    #[arg(long, value_name = "ID")]
    performance: Option<PerformanceId>,
    /// Only of the user with this email
    #[arg(long, value_name = "EMAIL")]
    user: Option<Email>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// A booking as the API's history tells it, with what an admin wants to know besides.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookingItem {
    booking_id: BookingId,
    booking_date: Timestamp,
    user_id: UserId,
    email: String,
    performance_id: PerformanceId,
    show_info: BookingShow,
    ticket_number: u32,
    total_price: i64,
    currency: Currency,
    current_state: BookingState,
}

impl Record for BookingItem {
    const COLUMNS: &'static [&'static str] = &[
        "bookingId",
        "bookingDate",
        "userId",
        "email",
        "performanceId",
        "showInfo.showName",
        "showInfo.showDate",
        "showInfo.showRound",
        "showInfo.showRoundStartTime",
        "ticketNumber",
        "totalPrice",
        "currency",
        "currentState",
    ];
}

impl Booking {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List(list) => list.run(global),
            Self::Get { booking } => get::run(global, booking),
            Self::Cancel(cancel) => cancel.run(global),
            Self::Export(export) => export.run(global),
        }
    }
}

impl List {
    fn run(self, global: &Global) -> Result<Exit> {
        let (bookings, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
            Ok((self.find(box_office).await?, box_office.time_zone().clone()))
        })?;
        let columns = [
            number("ID"),
            word("BOOKED").spare(2),
            text("USER"),
            text("SHOW"),
            word("DATE"),
            number("ROUND").spare(3),
            number("TICKETS").spare(4),
            number("TOTAL").spare(1),
            word("STATE"),
        ];
        output::list(global.format, "bookings", &bookings, columns, |booking| {
            [
                booking.booking_id.to_string(),
                local(booking.booking_date, &time_zone),
                booking.email.clone(),
                booking.show_info.show_name.clone(),
                booking.show_info.show_date.to_string(),
                booking.show_info.show_round.to_string(),
                booking.ticket_number.to_string(),
                booking.currency.format(booking.total_price),
                booking.current_state.to_string(),
            ]
        })?;
        Ok(Exit::Ok)
    }

    async fn find(self, box_office: &BoxOffice) -> Result<Vec<BookingItem>> {
        // A mistyped id is an error, not an empty list.
        if let Some(show) = self.show {
            box_office.show(show).await?;
        }
        if let Some(performance) = self.performance {
            box_office.performance(performance).await?;
        }
        let email = self.user.map(String::from);
        let filter = BookingFilter { show: self.show, performance: self.performance, email, limit: self.limit };
        let bookings = box_office.list_bookings(filter).await?;
        Ok(bookings.into_iter().map(BookingItem::from).collect())
    }
}

impl From<BookingRow> for BookingItem {
    fn from(row: BookingRow) -> Self {
        Self {
            booking_id: row.id,
            booking_date: row.booked_at,
            user_id: row.user,
            email: row.email,
            performance_id: row.performance,
            show_info: row.show,
            ticket_number: row.tickets,
            total_price: row.total_price,
            currency: row.currency,
            current_state: row.state,
        }
    }
}
