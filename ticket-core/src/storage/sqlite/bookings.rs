//! Bookings and their tickets.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::convert::{DateText, Millis, TimeText};
use super::outbox::News;
use super::writer::Transaction;
use super::{accounts, catalog, holds, outbox, sales, seats, waitlist};
use crate::api::{BookingHistoryItem, BookingShow};
use crate::complaint::Complaint;
use crate::domain::{
    Booking, BookingId, BookingState, Currency, EntryId, Hold, HoldId, HoldToken, Performance, PerformanceId, Role,
    SaleWindow, Seat, SeatId, SeatState, Show, ShowId, Ticket, TicketId, TicketState, UserId, Venue, repeated,
};
use crate::error::Error;

/// A wish to book.
#[derive(Debug, Clone)]
pub(crate) struct BookOrder {
    pub(crate) user: UserId,
    pub(crate) seats: BookSeats,
}

/// What is to be booked.
#[derive(Debug, Clone)]
pub(crate) enum BookSeats {
    /// These, at once.
    Named(Vec<SeatId>),
    /// Those that are offered to this entry of the waitlist.
    Offered(EntryId),
    /// Those of a hold that is in the database.
    Held(HoldId),
    /// Those of a hold elsewhere, which lives until then and no longer. The limit was checked with the hold.
    Pinned(Hold),
    /// Those of a hold elsewhere that was made for this sale, and is known to nobody.
    Claimed {
        hold: Hold,
        /// Seats of the performance that the user holds there, these and others: they count towards his limit.
        held: Vec<SeatId>,
    },
}

/// Who cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelBy {
    /// This account: its own bookings while that is allowed; with the role ADMIN any booking at any time.
    Account(UserId),
    /// Somebody who may cancel any booking at any time.
    Admin,
}

/// Which bookings an admin wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFilter {
    /// Only of this show.
    pub show: Option<ShowId>,
    /// Only of this performance.
    pub performance: Option<PerformanceId>,
    /// Only of the account with this email, in any case.
    pub email: Option<String>,
    /// At most this many, the newest.
    pub limit: u32,
}

impl Default for BookingFilter {
    /// The newest 100 of all.
    fn default() -> Self {
        Self { show: None, performance: None, email: None, limit: 100 }
    }
}

/// A booking in an admin's list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BookingRow {
    /// The booking.
    pub id: BookingId,
    /// Its owner.
    pub user: UserId,
    /// Its owner's email.
    pub email: String,
    /// The performance.
    pub performance: PerformanceId,
    /// For which show, date and round.
    pub show: BookingShow,
    /// Where it stands.
    pub state: BookingState,
    /// When it was bought.
    pub booked_at: Timestamp,
    /// Valid tickets.
    pub tickets: u32,
    /// Sum of the valid tickets in minor units.
    pub total_price: i64,
    /// Currency of the sum.
    pub currency: Currency,
}

/// Books all, or nothing. Confirming a hold that has been confirmed answers the same booking.
pub(super) fn book(connection: &Transaction, order: &BookOrder, now: Timestamp) -> Result<Booking, Error> {
    accounts::role(connection, order.user)?;
    let (seats, token) = match &order.seats {
        BookSeats::Named(ids) => {
            let seats = seats::chosen(connection, ids)?;
            if let Some(entry) = offered(connection, &seats, order.user, now)? {
                return waitlist::book(connection, entry, order.user, now);
            }
            (seats, None)
        }
        BookSeats::Offered(entry) => return waitlist::book(connection, *entry, order.user, now),
        BookSeats::Held(hold) => {
            if let Some(booking) = of_hold(connection, *hold, order.user)? {
                return Ok(booking);
            }
            let hold = holds::live(connection, *hold, order.user, now)?;
            (seats::chosen(connection, &hold.seats)?, Some(hold.id.token))
        }
        BookSeats::Pinned(hold) => {
            if let Some(booking) = of_hold(connection, hold.id, order.user)? {
                return Ok(booking);
            }
            (held_elsewhere(connection, hold, now)?, Some(hold.id.token))
        }
        BookSeats::Claimed { hold, .. } => {
            let seats = held_elsewhere(connection, hold, now)?;
            if let Some(entry) = offered(connection, &seats, order.user, now)? {
                return waitlist::book(connection, entry, order.user, now);
            }
            (seats, Some(hold.id.token))
        }
    };
    let (performance, show, venue) = connection.performance(seats[0].performance)?;
    SaleWindow::of(&performance, now).check()?;
    let claimed = match &order.seats {
        BookSeats::Named(_) | BookSeats::Held(_) | BookSeats::Offered(_) => {
            check_free(connection, &seats, order.user, now)?
        }
        BookSeats::Pinned(_) | BookSeats::Claimed { .. } => {
            check_on_sale(&seats)?;
            Vec::new()
        }
    };
    check_limit(connection, &show, &seats, order, now)?;

    let of = (performance, show, venue);
    let booking = sell(connection, (order.user, token), of, (seats, SeatState::Available), now)?;
    for seat in claimed {
        holds::forget(connection, seat, order.user, now)?;
    }
    Ok(booking)
}

/// The entry of the user to which exactly these seats are offered; none when no seat of them is offered to him.
fn offered(connection: &Connection, seats: &[Seat], user: UserId, now: Timestamp) -> Result<Option<EntryId>, Error> {
    if seats.iter().all(|seat| seat.state != SeatState::Waiting) {
        return Ok(None);
    }
    let ids: Vec<SeatId> = seats.iter().map(|seat| seat.id).collect();
    waitlist::offer_on(connection, &ids, user, now)
}

/// Writes the booking of seats that are in the state `from`; refuses, and names them, when any is not. Whether the buyer may
/// have them was asked before.
pub(super) fn sell(
    connection: &Transaction,
    (user, token): (UserId, Option<HoldToken>),
    (performance, show, venue): (Performance, Show, Venue),
    (seats, from): (Vec<Seat>, SeatState),
    now: Timestamp,
) -> Result<Booking, Error> {
    let id = insert_booking(connection, user, performance.id, token, now)?;
    let mut lost = Vec::new();
    let mut tickets = Vec::with_capacity(seats.len());
    for mut seat in seats {
        if !seats::transition(connection, &seat, (from, SeatState::Booked), Some(id), now)? {
            lost.push(seat.id);
            continue;
        }
        seat.state = SeatState::Booked;
        let ticket = insert_ticket(connection, id, user, &seat)?;
        tickets.push(Ticket { id: ticket, seat, state: TicketState::Booked });
    }
    if !lost.is_empty() {
        return Err(Error::SeatsTaken { seats: lost });
    }
    sales::count(connection, show.id, now, count_of(&tickets))?;
    outbox::enqueue(connection, user, &News::Booked(id), now)?;
    Ok(Booking { id, user, show, venue, performance, state: BookingState::Booked, booked_at: now, tickets })
}

/// Cancels these tickets, or all that are valid. Returns the booking as it is now, and the tickets that were cancelled.
pub(super) fn cancel(
    connection: &Transaction,
    id: BookingId,
    by: CancelBy,
    named: Option<&[TicketId]>,
    now: Timestamp,
) -> Result<(Booking, Vec<TicketId>), Error> {
    let (mut booking, is_admin) = match by {
        CancelBy::Account(user) => {
            let is_admin = accounts::role(connection, user)? == Role::Admin;
            (seen_by(connection, id, user)?, is_admin)
        }
        CancelBy::Admin => (of_anybody(connection, id)?, true),
    };
    // Whoever cancels what is his own knows it; anybody else is told.
    let news = if by == CancelBy::Account(booking.user) { News::Canceled } else { News::Revoked };
    if booking.state == BookingState::Canceled {
        return Err(Error::BookingAlreadyCanceled);
    }
    if !is_admin {
        check_cancellable(&booking.performance, &booking.show, now)?;
    }
    let named = tickets_to_cancel(&booking, named)?;
    let mut canceled = Vec::with_capacity(named.len());
    for ticket in booking.tickets.iter_mut().filter(|t| named.contains(&t.id)) {
        cancel_ticket(connection, id, (ticket.id, &ticket.seat), now)?;
        ticket.state = TicketState::Canceled;
        ticket.seat.state = SeatState::Canceled;
        canceled.push(ticket.id);
    }
    if booking.valid_tickets().next().is_none() {
        connection.prepare_cached("UPDATE booking SET state = 'CANCELED' WHERE id = ?1")?.execute([id])?;
        booking.state = BookingState::Canceled;
    }
    sales::count(connection, booking.show.id, booking.booked_at, -count_of(&canceled))?;
    outbox::enqueue(connection, booking.user, &news(id, &canceled), now)?;
    Ok((booking, canceled))
}

/// Cancels a valid ticket of a booking, and with it its seat.
pub(super) fn cancel_ticket(
    connection: &Connection,
    booking: BookingId,
    (ticket, seat): (TicketId, &Seat),
    now: Timestamp,
) -> Result<(), Error> {
    let changed = connection
        .prepare_cached("UPDATE ticket SET state = 'CANCELED' WHERE id = ?1 AND state = 'BOOKED'")?
        .execute([ticket])?;
    let is_freed = seats::transition(connection, seat, (SeatState::Booked, SeatState::Canceled), Some(booking), now)?;
    if changed == 1 && is_freed {
        return Ok(());
    }
    Err(Error::Internal { reason: format!("seat {} of valid ticket {ticket} is not booked", seat.id) })
}

/// One booking of the user; somebody else's is as good as none.
pub(super) fn by_id(connection: &Connection, id: BookingId, user: UserId) -> Result<Booking, Error> {
    let is_his =
        connection.prepare_cached("SELECT 1 FROM booking WHERE id = ?1 AND user_id = ?2")?.exists(params![id, user])?;
    if is_his { of_anybody(connection, id) } else { Err(Error::BookingNotFound) }
}

/// One booking that this account may see: its own, or with the role ADMIN any; another one is as good as none.
pub(super) fn seen_by(connection: &Connection, id: BookingId, user: UserId) -> Result<Booking, Error> {
    match accounts::role(connection, user)? {
        Role::Admin => of_anybody(connection, id),
        Role::Buyer | Role::Seller => by_id(connection, id, user),
    }
}

/// One booking, whoever has bought it.
pub(super) fn of_anybody(connection: &Connection, id: BookingId) -> Result<Booking, Error> {
    let (user, performance, state, booked_at) = connection
        .prepare_cached("SELECT user_id, performance_id, state, booked_at FROM booking WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Millis>(3)?.0)))
        .optional()?
        .ok_or(Error::BookingNotFound)?;
    let (performance, show, venue) = catalog::performance(connection, performance)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT ticket.id, ticket.state, ticket.price, {} FROM ticket JOIN seat ON seat.id = ticket.seat_id
         WHERE ticket.booking_id = ?1 ORDER BY seat.id",
        seats::SEAT_COLUMNS
    ))?;
    let tickets = statement.query_map([id], ticket_at)?.collect::<rusqlite::Result<_>>()?;
    Ok(Booking { id, user, show, venue, performance, state, booked_at, tickets })
}

/// A page of the user's bookings since `since`, newest first, and how many there are in all.
pub(super) fn of_user(
    connection: &Connection,
    user: UserId,
    since: Timestamp,
    (offset, limit): (u64, u64),
) -> Result<(Vec<BookingHistoryItem>, u64), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT booking.id, booking.booked_at, show.name, performance.date, performance.round, performance.start_time,
                (SELECT count(*) FROM ticket WHERE booking_id = booking.id AND ticket.state = 'BOOKED'), booking.state,
                booking.performance_id
         FROM booking JOIN performance ON performance.id = booking.performance_id
         JOIN show ON show.id = performance.show_id
         WHERE booking.user_id = ?1 AND booking.booked_at >= ?2
         ORDER BY booking.booked_at DESC, booking.id DESC LIMIT ?3 OFFSET ?4",
    )?;
    let rows =
        statement.query_map(params![user, Millis(since), catalog::signed(limit), catalog::signed(offset)], |row| {
            Ok(BookingHistoryItem {
                booking_id: row.get(0)?,
                booking_date: row.get::<_, Millis>(1)?.0,
                performance_id: row.get(8)?,
                show_info: booking_show_at(row, 2)?,
                ticket_number: row.get(6)?,
                current_state: row.get(7)?,
            })
        })?;
    let page = rows.collect::<rusqlite::Result<_>>()?;
    let total = connection
        .prepare_cached("SELECT count(*) FROM booking WHERE user_id = ?1 AND booked_at >= ?2")?
        .query_row(params![user, Millis(since)], |row| row.get(0))?;
    Ok((page, total))
}

/// The newest bookings that an admin asks for.
pub(super) fn list(connection: &Connection, filter: &BookingFilter) -> Result<Vec<BookingRow>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT booking.id, booking.user_id, user.email, booking.performance_id, booking.state, booking.booked_at,
                count(ticket.id), coalesce(sum(ticket.price), 0), show.currency,
                show.name, performance.date, performance.round, performance.start_time
         FROM booking JOIN user ON user.id = booking.user_id
         JOIN performance ON performance.id = booking.performance_id JOIN show ON show.id = performance.show_id
         LEFT JOIN ticket ON ticket.booking_id = booking.id AND ticket.state = 'BOOKED'
         WHERE (?1 IS NULL OR performance.show_id = ?1) AND (?2 IS NULL OR booking.performance_id = ?2)
           AND (?3 IS NULL OR user.email_key = ?3)
         GROUP BY booking.id ORDER BY booking.id DESC LIMIT ?4",
    )?;
    let email = filter.email.as_ref().map(|email| email.trim().to_lowercase());
    let rows = statement.query_map(params![filter.show, filter.performance, email, filter.limit], |row| {
        Ok(BookingRow {
            id: row.get(0)?,
            user: row.get(1)?,
            email: row.get(2)?,
            performance: row.get(3)?,
            state: row.get(4)?,
            booked_at: row.get::<_, Millis>(5)?.0,
            tickets: row.get(6)?,
            total_price: row.get(7)?,
            currency: row.get(8)?,
            show: booking_show_at(row, 9)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The seats of a performance that the user has booked or been offered: they count towards his limit, whatever he holds.
pub(super) fn seats_owned_by(
    connection: &Connection,
    performance: PerformanceId,
    user: UserId,
) -> Result<Vec<SeatId>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT seat_id FROM ticket WHERE performance_id = ?1 AND user_id = ?2 AND state = 'BOOKED'")?;
    let booked = statement.query_map(params![performance, user], |row| row.get(0))?;
    let mut owned: Vec<SeatId> = booked.collect::<rusqlite::Result<_>>()?;
    owned.extend(waitlist::seats_offered_to(connection, performance, user)?);
    Ok(owned)
}

/// The booking that has come of a hold of the user.
pub(super) fn of_hold(connection: &Connection, hold: HoldId, user: UserId) -> Result<Option<Booking>, Error> {
    let id: Option<BookingId> = connection
        .prepare_cached("SELECT id FROM booking WHERE hold_token = ?1 AND user_id = ?2")?
        .query_row(params![hold.token, user], |row| row.get(0))
        .optional()?;
    id.map(|id| by_id(connection, id, user)).transpose()
}

/// The seats of a hold that is not in this database, if it lives.
fn held_elsewhere(connection: &Connection, hold: &Hold, now: Timestamp) -> Result<Vec<Seat>, Error> {
    if hold.expires_at <= now {
        return Err(Error::HoldExpired);
    }
    let seats = seats::chosen(connection, &hold.seats)?;
    if seats[0].performance != hold.id.performance {
        // It was claimed in the belief that it were another seat.
        return Err(Error::Unavailable { reason: "a seat has got the id of one that was removed".into() });
    }
    Ok(seats)
}

/// Names every seat that is not on sale.
fn check_on_sale(seats: &[Seat]) -> Result<(), Error> {
    let taken: Vec<SeatId> = seats.iter().filter(|s| s.state != SeatState::Available).map(|s| s.id).collect();
    if taken.is_empty() { Ok(()) } else { Err(Error::SeatsTaken { seats: taken }) }
}

/// The hold that a booking has come of, and whose both are.
pub(super) fn hold_of(connection: &Connection, id: BookingId) -> Result<Option<(HoldId, UserId)>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT performance_id, hold_token, user_id FROM booking WHERE id = ?1 AND hold_token IS NOT NULL",
        )?
        .query_row([id], |row| Ok((HoldId { performance: row.get(0)?, token: row.get(1)? }, row.get(2)?)))
        .optional()?)
}

/// Names every seat that cannot be sold to this user, so that nobody has to find out one by one. Returns the seats on which
/// he has a claim, over or not.
fn check_free(connection: &Connection, seats: &[Seat], user: UserId, now: Timestamp) -> Result<Vec<SeatId>, Error> {
    let (mut taken, mut claimed) = (Vec::new(), Vec::new());
    for seat in seats {
        let claim = holds::claim_on(connection, seat.id)?;
        let is_foreign = claim.is_some_and(|(holder, until)| holder != user && until > now);
        if is_foreign || seat.state != SeatState::Available {
            taken.push(seat.id);
        }
        if claim.is_some_and(|(holder, _)| holder == user) {
            claimed.push(seat.id);
        }
    }
    if taken.is_empty() { Ok(claimed) } else { Err(Error::SeatsTaken { seats: taken }) }
}

fn check_limit(
    connection: &Connection,
    show: &Show,
    seats: &[Seat],
    order: &BookOrder,
    now: Timestamp,
) -> Result<(), Error> {
    let performance = seats[0].performance;
    let mut all = seats_owned_by(connection, performance, order.user)?;
    match &order.seats {
        BookSeats::Pinned(_) => {}
        BookSeats::Claimed { held, .. } => all.extend(held),
        BookSeats::Named(_) | BookSeats::Held(_) | BookSeats::Offered(_) => {
            all.extend(holds::seats_of_user(connection, performance, order.user, now)?);
        }
    }
    all.extend(seats.iter().map(|seat| seat.id));
    seats::check_limit(all, show.max_seats_per_user)
}

fn check_cancellable(performance: &Performance, show: &Show, now: Timestamp) -> Result<(), Error> {
    let until = show.cancellable_until(performance);
    if now >= until { Err(Error::TooLateToCancel { until }) } else { Ok(()) }
}

/// The tickets that are named, each once, or all that are valid.
fn tickets_to_cancel(booking: &Booking, named: Option<&[TicketId]>) -> Result<Vec<TicketId>, Error> {
    let Some(named) = named else { return Ok(booking.valid_tickets().map(|t| t.id).collect()) };
    if named.is_empty() {
        let problem = Complaint::new(
            "is empty; name tickets of the booking, or leave it out to cancel all",
            "비어 있습니다. 예매의 티켓을 지정하거나, 전부 취소하려면 이 필드를 빼세요",
        );
        return Err(Error::Invalid { field: "ticketIds", problem });
    }
    let repeated = repeated(named);
    if !repeated.is_empty() {
        return Err(Error::TicketsRepeated { tickets: repeated });
    }
    for id in named {
        match booking.tickets.iter().find(|t| t.id == *id).map(|t| t.state) {
            None => return Err(Error::TicketNotInBooking),
            Some(TicketState::Canceled) => return Err(Error::BookingAlreadyCanceled),
            Some(TicketState::Booked) => {}
        }
    }
    Ok(named.to_vec())
}

/// How many tickets that is, as sales are counted.
pub(super) fn count_of<T>(tickets: &[T]) -> i64 {
    i64::try_from(tickets.len()).unwrap_or(i64::MAX)
}

fn insert_booking(
    connection: &Connection,
    user: UserId,
    performance: PerformanceId,
    hold: Option<HoldToken>,
    now: Timestamp,
) -> Result<BookingId, Error> {
    connection
        .prepare_cached(
            "INSERT INTO booking (user_id, performance_id, state, booked_at, hold_token)
             VALUES (?1, ?2, 'BOOKED', ?3, ?4)",
        )?
        .execute(params![user, performance, Millis(now), hold])?;
    Ok(BookingId(connection.last_insert_rowid()))
}

fn insert_ticket(connection: &Connection, booking: BookingId, user: UserId, seat: &Seat) -> Result<TicketId, Error> {
    connection
        .prepare_cached(
            "INSERT INTO ticket (booking_id, performance_id, user_id, seat_id, price, state)
             VALUES (?1, ?2, ?3, ?4, ?5, 'BOOKED')",
        )?
        .execute(params![booking, seat.performance, user, seat.id, seat.price])
        .map_err(|error| {
            if super::error::violates_unique(&error, "ticket.seat_id") {
                Error::SeatsTaken { seats: vec![seat.id] }
            } else {
                error.into()
            }
        })?;
    Ok(TicketId(connection.last_insert_rowid()))
}

fn ticket_at(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    let mut seat = seats::seat_at(row, 3)?;
    seat.price = row.get(2)?;
    Ok(Ticket { id: row.get(0)?, state: row.get(1)?, seat })
}

fn booking_show_at(row: &Row<'_>, first: usize) -> rusqlite::Result<BookingShow> {
    Ok(BookingShow {
        show_name: row.get(first)?,
        show_date: row.get::<_, DateText>(first + 1)?.0,
        show_round: row.get(first + 2)?,
        show_round_start_time: row.get::<_, TimeText>(first + 3)?.0,
    })
}
