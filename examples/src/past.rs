//! A shop with a past: bookings by the million, written in bulk.

use std::ops::Range;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rusqlite::{Connection, Statement, params};

/// Seats of one performance.
const HOUSE: u32 = 1000;
/// Buyers, where there are none yet.
const NEW_BUYERS: u32 = 5000;
/// One booking of so many is cancelled.
const CANCELED_ONE_IN: u32 = 16;
const CATEGORIES: [&str; 3] = ["MUSICAL", "CONCERT", "PLAY"];

/// What has happened.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// Bookings, of one seat each.
    pub bookings: u32,
    /// Shows, of every category in turn, some of which sell much better than others.
    pub shows: u32,
    /// Days over which the bookings are spread, evenly.
    pub days: u32,
    /// When it ends.
    pub until: Timestamp,
}

impl Past {
    /// Writes it into a database of the present shape, past the engine: as the engine would have left it, but without mails
    /// and idempotency keys. Those who buy are the users that there are.
    ///
    /// # Errors
    ///
    /// When the database cannot be written, or has been given the same past already.
    pub fn write(&self, database: &Path, time_zone: &TimeZone) -> anyhow::Result<()> {
        let connection = Connection::open(database)?;
        // In large strides, and with the sync at the end: a crash leaves nothing of it.
        connection.pragma_update(None, "cache_size", -256 * 1024)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let transaction = connection.unchecked_transaction()?;
        let mut users = buyers(&transaction)?;
        if users.is_empty() {
            self.write_buyers(&transaction)?;
            users = buyers(&transaction)?;
        }
        let mut performances = Performances::new(&transaction, self.shows)?;
        let mut writer = Writer::new(&transaction)?;
        let mut random = StdRng::seed_from_u64(1);
        for (number, user) in (0..self.bookings).zip(users.iter().cycle()) {
            // The smaller of two draws: the first shows sell best.
            let show = random.random_range(0..self.shows).min(random.random_range(0..self.shows));
            let seat = performances.next_seat(show)?;
            let ago = SignedDuration::from_hours(24) * i32::try_from(self.days)?;
            let share = f64::from(number) / f64::from(self.bookings);
            let at = self.until - ago.mul_f64(1.0 - share);
            writer.sell(&seat, *user, at, time_zone, number % CANCELED_ONE_IN == 0)?;
        }
        drop((writer, performances));
        Ok(transaction.commit()?)
    }

    fn write_buyers(&self, connection: &Connection) -> anyhow::Result<()> {
        let created_at = self.until.as_millisecond();
        let mut insert = connection.prepare(
            "INSERT INTO user (email, email_key, name, role, password_hash, created_at)
             VALUES (?1, ?1, 'Past buyer', 'BUYER', '', ?2)",
        )?;
        for number in 0..NEW_BUYERS {
            insert.execute(params![format!("past-{number}@example.com"), created_at])?;
        }
        Ok(())
    }
}

fn buyers(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection.prepare("SELECT id FROM user ORDER BY id")?.query_map([], |row| row.get(0))?.collect()
}

/// A seat that has never been sold.
struct Seat {
    id: i64,
    performance: i64,
    show: i64,
}

/// A show, and what is left of its last performance.
struct OnSale {
    show: i64,
    performances: u32,
    performance: i64,
    seats_left: Range<i64>,
}

/// Performances, made as the earlier ones of their show are sold out.
struct Performances<'a> {
    shows: Vec<OnSale>,
    insert: Statement<'a>,
    insert_seats: Statement<'a>,
    connection: &'a Connection,
}

impl<'a> Performances<'a> {
    fn new(connection: &'a Connection, shows: u32) -> anyhow::Result<Self> {
        connection.execute(
            "INSERT INTO venue (name, contact, address, url) VALUES ('Past Hall', 'none', 'loopback', 'http://localhost')",
            [],
        )?;
        let venue = connection.last_insert_rowid();
        let mut insert = connection.prepare(
            "INSERT INTO show (venue_id, name, category, start_date, end_date, running_minutes, intermission_minutes,
                               age_limit, total_seats, currency, max_seats_per_user, cancel_until_hours)
             VALUES (?1, ?2, ?3, '2999-01-01', '2999-12-31', 120, 0, 'all', ?4, 'KRW', 100, 0)",
        )?;
        let mut made = Vec::new();
        for (number, category) in (0..shows).zip(CATEGORIES.iter().cycle()) {
            insert.execute(params![venue, format!("Past show {number}"), category, HOUSE])?;
            let show = connection.last_insert_rowid();
            made.push(OnSale { show, performances: 0, performance: 0, seats_left: 0..0 });
        }
        let insert = connection.prepare(
            "INSERT INTO performance (show_id, date, round, start_time, starts_at, sale_closes_at)
             VALUES (?1, '2999-01-01', ?2, '19:00:00', 32472212400000, 32472212400000)",
        )?;
        let insert_seats = connection.prepare(
            "WITH RECURSIVE seat_number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seat_number WHERE n < ?2)
             INSERT INTO seat (performance_id, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y)
             SELECT ?1, n, n, 'R', 90000, '1F', (n + 49) / 50, (n - 1) % 50 + 1, (n - 1) % 50 + 1, 1,
                    (n - 1) % 50, (n + 49) / 50
             FROM seat_number",
        )?;
        Ok(Self { shows: made, insert, insert_seats, connection })
    }

    fn next_seat(&mut self, show: u32) -> anyhow::Result<Seat> {
        let show = &mut self.shows[show as usize];
        if show.seats_left.is_empty() {
            show.performances += 1;
            self.insert.execute(params![show.show, show.performances])?;
            show.performance = self.connection.last_insert_rowid();
            self.insert_seats.execute(params![show.performance, HOUSE])?;
            let last = self.connection.last_insert_rowid();
            show.seats_left = last - i64::from(HOUSE) + 1..last + 1;
        }
        let id = show.seats_left.next().unwrap_or_default();
        Ok(Seat { id, performance: show.performance, show: show.show })
    }
}

/// The statements of a booking, and of a cancellation.
struct Writer<'a> {
    connection: &'a Connection,
    booking: Statement<'a>,
    ticket: Statement<'a>,
    history: Statement<'a>,
    seat: Statement<'a>,
    sale: Statement<'a>,
}

impl<'a> Writer<'a> {
    fn new(connection: &'a Connection) -> anyhow::Result<Self> {
        Ok(Self {
            connection,
            booking: connection
                .prepare("INSERT INTO booking (user_id, performance_id, state, booked_at) VALUES (?1, ?2, ?3, ?4)")?,
            ticket: connection.prepare(
                "INSERT INTO ticket (booking_id, performance_id, user_id, seat_id, price, state)
                 VALUES (?1, ?2, ?3, ?4, 90000, ?5)",
            )?,
            history: connection.prepare(
                "INSERT INTO seat_history (performance_id, seat_id, state, at, booking_id) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            seat: connection.prepare("UPDATE seat SET state = ?2 WHERE id = ?1")?,
            sale: connection.prepare(
                "INSERT INTO sale_day (day, show_id, tickets) VALUES (?1, ?2, 1)
                 ON CONFLICT (day, show_id) DO UPDATE SET tickets = tickets + 1",
            )?,
        })
    }

    fn sell(
        &mut self,
        seat: &Seat,
        user: i64,
        at: Timestamp,
        time_zone: &TimeZone,
        canceled: bool,
    ) -> anyhow::Result<()> {
        let (day, at) = (time_zone.to_datetime(at).date().to_string(), at.as_millisecond());
        let state = if canceled { "CANCELED" } else { "BOOKED" };
        self.booking.execute(params![user, seat.performance, state, at])?;
        let booking = self.connection.last_insert_rowid();
        self.ticket.execute(params![booking, seat.performance, user, seat.id, state])?;
        self.history.execute(params![seat.performance, seat.id, "BOOKED", at, booking])?;
        if canceled {
            self.history.execute(params![seat.performance, seat.id, "CANCELED", at, booking])?;
        } else {
            self.sale.execute(params![day, seat.show])?;
        }
        self.seat.execute(params![seat.id, state])?;
        Ok(())
    }
}
