//! The invariants, as queries that find what breaks them.

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::sales;
use crate::audit::Finding;
use crate::error::Error;

/// A query yields one row per violation: a text that explains it.
const CHECKS: &[(u8, &str)] = &[
    (
        1,
        "SELECT 'seat ' || seat_id || ' has ' || count(*) || ' valid tickets: ' || group_concat(id, ', ')
         FROM ticket WHERE state = 'BOOKED' GROUP BY seat_id HAVING count(*) > 1",
    ),
    (
        3,
        "SELECT 'ticket ' || ticket.id || ' of booking ' || booking.id || ' is for seat ' || seat.id
              || ' of another performance, or names another user or performance than its booking'
         FROM ticket JOIN booking ON booking.id = ticket.booking_id JOIN seat ON seat.id = ticket.seat_id
         WHERE seat.performance_id <> booking.performance_id OR ticket.performance_id <> booking.performance_id
            OR ticket.user_id <> booking.user_id OR seat.is_seat = 0",
    ),
    (
        3,
        "SELECT 'booking ' || booking.id || ' is ' || booking.state || ' with '
              || count(ticket.id) FILTER (WHERE ticket.state = 'BOOKED') || ' valid of ' || count(ticket.id) || ' tickets'
         FROM booking LEFT JOIN ticket ON ticket.booking_id = booking.id GROUP BY booking.id
         HAVING (booking.state = 'BOOKED') <> (count(ticket.id) FILTER (WHERE ticket.state = 'BOOKED') > 0)",
    ),
    (
        4,
        "SELECT 'seat ' || seat.id || ' is ' || seat.state || ' and has '
              || (SELECT count(*) FROM ticket WHERE seat_id = seat.id AND state = 'BOOKED') || ' valid tickets'
         FROM seat
         WHERE (seat.state = 'BOOKED')
            <> EXISTS (SELECT 1 FROM ticket WHERE seat_id = seat.id AND state = 'BOOKED')",
    ),
    (
        4,
        "SELECT 'seat ' || id || ' is ' || state || ', but its history ends with ' || last
         FROM (SELECT id, state, coalesce(
                   (SELECT state FROM seat_history WHERE seat_id = seat.id ORDER BY seat_history.id DESC LIMIT 1),
                   'AVAILABLE') AS last
               FROM seat)
         WHERE state <> last",
    ),
    (
        8,
        "SELECT 'user ' || ticket.user_id || ' has ' || count(*) || ' seats of performance ' || ticket.performance_id
              || ', allowed are ' || show.max_seats_per_user
         FROM ticket JOIN performance ON performance.id = ticket.performance_id
         JOIN show ON show.id = performance.show_id
         WHERE ticket.state = 'BOOKED' GROUP BY ticket.performance_id, ticket.user_id
         HAVING count(*) > show.max_seats_per_user",
    ),
    (11, "SELECT 'hold ' || hex(token) || ' ends after its cap' FROM hold WHERE expires_at > extendable_until"),
    (
        10,
        "SELECT 'user ' || user_id || ' has used one key ' || count(*) || ' times for ' || route
         FROM idempotency GROUP BY user_id, route, key HAVING count(*) > 1",
    ),
    (
        10,
        "SELECT 'key ' || id || ' of user ' || user_id || ' for ' || route || ' has no answer'
         FROM idempotency WHERE status IS NULL OR content_type IS NULL OR body IS NULL",
    ),
    (
        12,
        "SELECT 'held seat ' || hold_seat.seat_id || ' disagrees with its hold about user, performance or end'
         FROM hold_seat JOIN hold ON hold.token = hold_seat.token
         WHERE (hold.user_id, hold.performance_id, hold.expires_at)
            <> (hold_seat.user_id, hold_seat.performance_id, hold_seat.expires_at)",
    ),
    (
        12,
        "SELECT 'seat ' || seat.id || ' is held and ' || seat.state || ' at once'
         FROM hold_seat JOIN hold ON hold.token = hold_seat.token JOIN seat ON seat.id = hold_seat.seat_id
         WHERE seat.state <> 'AVAILABLE' AND hold_seat.expires_at > (SELECT coalesce(max(at), 0) FROM seat_history)",
    ),
    (17, "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    (
        17,
        "SELECT 'row ' || rowid || ' of table ' || \"table\" || ' refers to a row of ' || parent || ' that is not there'
         FROM pragma_foreign_key_check",
    ),
];

/// Runs every check on one snapshot.
pub(super) fn all(connection: &Connection, time_zone: &TimeZone) -> Result<Vec<Finding>, Error> {
    let mut findings = sales::findings(connection, time_zone)?;
    for (invariant, query) in CHECKS {
        let mut statement = connection.prepare(query)?;
        for text in statement.query_map([], |row| row.get(0))? {
            findings.push(Finding { invariant: *invariant, text: text? });
        }
    }
    Ok(findings)
}
