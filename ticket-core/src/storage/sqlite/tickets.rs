//! Every ticket with what an admin wants to know of it.

use std::ops::ControlFlow;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use rusqlite::{Connection, Row, named_params};
use serde::Serialize;

use super::catalog;
use super::convert::{DateText, Millis, TimeText};
use crate::domain::{
    BookingId, Currency, Email, Grade, PerformanceId, ReportFilter, SeatId, ShowId, TicketId, TicketState, UserId,
};
use crate::error::Error;

/// Which tickets to look at; by default all.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// Of which show or performance, and sold on which days.
    pub report: ReportFilter,
    /// Only of the account with this email.
    pub email: Option<Email>,
    /// Only in this state.
    pub state: Option<TicketState>,
}

/// A ticket with its booking, its buyer, its performance and its seat. In JSON, every field is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TicketRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Whether it is valid.
    pub ticket_state: TicketState,
    /// The booking that it is of.
    pub booking_id: BookingId,
    /// When it was sold.
    pub booking_date: Timestamp,
    /// When it was cancelled.
    pub canceled_at: Option<Timestamp>,
    /// Who has bought it.
    pub user_id: UserId,
    /// The buyer's email.
    pub email: String,
    /// The buyer's name.
    pub user_name: String,
    /// The show.
    pub show_id: ShowId,
    /// Its name.
    pub show_name: String,
    /// The name of the venue.
    pub place_name: String,
    /// The performance.
    pub performance_id: PerformanceId,
    /// Its date.
    pub show_date: Date,
    /// Its round on that date.
    pub show_round: u32,
    /// When it starts.
    pub start_time: Time,
    /// The seat.
    pub seat_id: SeatId,
    /// Its sector.
    pub sector: String,
    /// Its row.
    pub row: String,
    /// What is printed on the chair.
    pub label: String,
    /// The grade of the seat.
    pub grade: Grade,
    /// What was paid, in minor units.
    pub price: i64,
    /// Of what.
    pub currency: Currency,
}

impl TicketRow {
    /// The names of its fields in JSON, in order.
    pub const FIELDS: [&'static str; 22] = [
        "ticketId",
        "ticketState",
        "bookingId",
        "bookingDate",
        "canceledAt",
        "userId",
        "email",
        "userName",
        "showId",
        "showName",
        "placeName",
        "performanceId",
        "showDate",
        "showRound",
        "startTime",
        "seatId",
        "sector",
        "row",
        "label",
        "grade",
        "price",
        "currency",
    ];
}

/// Goes over the tickets that were sold from the one instant on until before the other, by booking and ticket.
pub(super) fn fold<S, B>(
    connection: &Connection,
    filter: &TicketFilter,
    (from, before): (Timestamp, Timestamp),
    start: S,
    mut fold: impl FnMut(S, TicketRow) -> ControlFlow<B, S>,
) -> Result<ControlFlow<B, S>, Error> {
    let ReportFilter { show, performance, .. } = filter.report;
    show.map_or(Ok(()), |show| catalog::show(connection, show).map(drop))?;
    performance.map_or(Ok(()), |id| catalog::performance(connection, id).map(drop))?;
    // In the order of the answer, so that nothing has to be sorted before the first row.
    let index = if performance.is_some() { "INDEXED BY booking_performance" } else { "NOT INDEXED" };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT ticket.id, ticket.state, booking.id, booking.booked_at,
                CASE ticket.state WHEN 'CANCELED' THEN
                    (SELECT max(at) FROM seat_history
                     WHERE seat_id = ticket.seat_id AND booking_id = booking.id AND state = 'CANCELED') END,
                user.id, user.email, user.name, show.id, show.name, venue.name, performance.id, performance.date,
                performance.round, performance.start_time, seat.id, seat.sector, seat.row, seat.label, seat.grade,
                ticket.price, show.currency
         FROM booking {index} CROSS JOIN ticket ON ticket.booking_id = booking.id
         CROSS JOIN performance ON performance.id = booking.performance_id
         CROSS JOIN show ON show.id = performance.show_id CROSS JOIN venue ON venue.id = show.venue_id
         CROSS JOIN user ON user.id = booking.user_id CROSS JOIN seat ON seat.id = ticket.seat_id
         WHERE booking.booked_at >= :from AND booking.booked_at < :before
           AND {} AND (:show IS NULL OR show.id = :show) AND (:email IS NULL OR user.email_key = :email)
           AND (:state IS NULL OR ticket.state = :state)
         ORDER BY booking.id, ticket.id",
        // On its own, so that the index can be used.
        if performance.is_some() { "booking.performance_id = :performance" } else { ":performance IS NULL" },
    ))?;
    let mut rows = statement.query(named_params! {
        ":from": Millis(from),
        ":before": Millis(before),
        ":show": show,
        ":performance": performance,
        ":email": filter.email.as_ref().map(Email::key),
        ":state": filter.state,
    })?;
    let mut state = start;
    while let Some(row) = rows.next()? {
        match fold(state, ticket_at(row)?) {
            ControlFlow::Continue(next) => state = next,
            broken_off => return Ok(broken_off),
        }
    }
    Ok(ControlFlow::Continue(state))
}

fn ticket_at(row: &Row<'_>) -> rusqlite::Result<TicketRow> {
    Ok(TicketRow {
        ticket_id: row.get(0)?,
        ticket_state: row.get(1)?,
        booking_id: row.get(2)?,
        booking_date: row.get::<_, Millis>(3)?.0,
        canceled_at: row.get::<_, Option<Millis>>(4)?.map(|at| at.0),
        user_id: row.get(5)?,
        email: row.get(6)?,
        user_name: row.get(7)?,
        show_id: row.get(8)?,
        show_name: row.get(9)?,
        place_name: row.get(10)?,
        performance_id: row.get(11)?,
        show_date: row.get::<_, DateText>(12)?.0,
        show_round: row.get(13)?,
        start_time: row.get::<_, TimeText>(14)?.0,
        seat_id: row.get(15)?,
        sector: row.get(16)?,
        row: row.get(17)?,
        label: row.get(18)?,
        grade: row.get(19)?,
        price: row.get(20)?,
        currency: row.get(21)?,
    })
}
