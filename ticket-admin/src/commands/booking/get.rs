use anyhow::Result;
use jiff::tz::TimeZone;
use serde::Serialize;
use ticket_core::api::BookingDetails;
use ticket_core::domain::{Booking, BookingId, Language, UserId};
use ticket_core::{BoxOffice, Error};

use crate::cli::Global;
use crate::commands::in_shop;
use crate::commands::performance::local;
use crate::csv::Record;
use crate::exit::{Exit, not_found};
use crate::output::{self, number, text, word};

/// A booking as the API tells it to its buyer, and who that is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    user_id: UserId,
    email: String,
    #[serde(flatten)]
    details: BookingDetails,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] = &[
        "bookingId",
        "userId",
        "email",
        "bookingDate",
        "currentState",
        "showId",
        "performanceId",
        "placeName",
        "totalPrice",
        "currency",
        "bookingTickets.ticketId",
        "bookingTickets.showName",
        "bookingTickets.seatGrade",
        "bookingTickets.seatPositionInfo",
        "bookingTickets.seatSector",
        "bookingTickets.seatRow",
        "bookingTickets.seatLabel",
        "bookingTickets.seatStatus",
        "bookingTickets.showDate",
        "bookingTickets.showTime",
        "bookingTickets.showRound",
        "bookingTickets.seatId",
        "bookingTickets.price",
    ];
    const EACH: &'static [&'static str] = &["bookingTickets"];
}

pub(super) fn run(global: &Global, id: BookingId) -> Result<Exit> {
    in_shop(global, async |shop: &BoxOffice| {
        let (booking, email) = find(shop, id).await?;
        let details = BookingDetails::new(&booking, Language::English);
        let item = Item { user_id: booking.user, email, details };
        output::record(global.format, &item, |item| output::lines(lines(&booking, &item.email, shop.time_zone())))
    })?;
    Ok(Exit::Ok)
}

/// A booking, and its buyer's email.
pub(super) async fn find(shop: &BoxOffice, id: BookingId) -> Result<(Booking, String)> {
    let booking = match shop.booking_of_anybody(id).await {
        Err(Error::BookingNotFound) => return Err(not_found(format!("there is no booking {id}"))),
        found => found?,
    };
    let email = match shop.user(booking.user).await {
        Err(Error::UserNotFound(_)) => "a deleted account".to_owned(),
        user => user?.email.to_string(),
    };
    Ok((booking, email))
}

/// What people see of a booking.
pub(super) fn lines(booking: &Booking, email: &str, time_zone: &TimeZone) -> Vec<String> {
    let Booking { id, show, venue, performance, state, .. } = booking;
    let mut lines = vec![
        format!("booking {id} of {email}, booked {}, {state}", local(booking.booked_at, time_zone)),
        format!(
            "{}, {}, {} {} (round {})",
            show.name,
            venue.name,
            performance.date,
            performance.start_time.strftime("%H:%M"),
            performance.round
        ),
        format!("total {}", show.currency.format(booking.total_price())),
        String::new(),
    ];
    let columns = [
        number("TICKET"),
        number("SEAT").spare(2),
        text("SECTOR"),
        text("ROW"),
        text("NUMBER"),
        word("GRADE").spare(1),
        number("PRICE"),
        word("STATE"),
    ];
    let rows = booking.tickets.iter().map(|ticket| {
        let seat = &ticket.seat;
        [
            ticket.id.to_string(),
            seat.id.to_string(),
            seat.position.sector.clone(),
            seat.position.row.clone(),
            seat.position.label.clone(),
            seat.grade.to_string(),
            show.currency.format(seat.price),
            ticket.state.to_string(),
        ]
    });
    lines.extend(output::table(columns, rows));
    lines
}
