//! The invariants, as queries that find what breaks them.

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::sales;
use crate::audit::{Finding, or_damage};
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
        3,
        "SELECT 'ticket ' || ticket.id || ' is for seat ' || ticket.seat_id || ', and was moved to seat ' || to_seat
         FROM ticket JOIN ticket_move ON ticket_move.id =
             (SELECT max(id) FROM ticket_move WHERE ticket_id = ticket.id)
         WHERE ticket_move.to_seat <> ticket.seat_id",
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
        "SELECT 'seat ' || seat.id || ' is ' || seat.state || ' and is offered to '
              || (SELECT count(*) FROM waitlist_seat WHERE seat_id = seat.id AND status = 'OFFERED') || ' waiters'
         FROM seat
         WHERE (seat.state = 'WAITING')
            <> EXISTS (SELECT 1 FROM waitlist_seat WHERE seat_id = seat.id AND status = 'OFFERED')",
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
        "SELECT 'user ' || owned.user_id || ' has ' || count(*) || ' seats of performance ' || owned.performance_id
              || ', allowed are ' || show.max_seats_per_user
         FROM (SELECT user_id, performance_id FROM ticket WHERE state = 'BOOKED'
               UNION ALL
               SELECT waitlist_entry.user_id, waitlist_entry.performance_id FROM waitlist_seat
               JOIN waitlist_entry ON waitlist_entry.id = waitlist_seat.entry_id
               WHERE waitlist_seat.status = 'OFFERED') AS owned
         JOIN performance ON performance.id = owned.performance_id JOIN show ON show.id = performance.show_id
         GROUP BY owned.performance_id, owned.user_id HAVING count(*) > show.max_seats_per_user",
    ),
    (
        9,
        "SELECT 'seat ' || seat_id || ' is offered to entries ' || group_concat(entry_id, ', ')
         FROM waitlist_seat WHERE status = 'OFFERED' GROUP BY seat_id HAVING count(*) > 1",
    ),
    (
        9,
        "SELECT 'entry ' || id || ' for ' || seat_count || ' seats is ' || state || ', with ' || wanted || ' wanted, '
              || offered || ' offered and ' || was_offered || ' offered before'
         FROM (SELECT entry.id, entry.seat_count, entry.state, entry.offered_at, count(*) AS named,
                   count(*) FILTER (WHERE seat.status = 'WANTED') AS wanted,
                   count(*) FILTER (WHERE seat.status = 'OFFERED') AS offered,
                   count(*) FILTER (WHERE seat.status = 'WAS_OFFERED') AS was_offered
               FROM waitlist_entry AS entry JOIN waitlist_seat AS seat ON seat.entry_id = entry.id GROUP BY entry.id)
         WHERE (wanted, offered, was_offered) IS NOT (
             iif(state = 'WAITING', named, 0),
             iif(state = 'ACTIVATION', seat_count, 0),
             iif(state IN ('FIN', 'EXPIRED', 'DECLINED') OR (state = 'CANCELED' AND offered_at IS NOT NULL),
                 seat_count, 0))",
    ),
    (
        9,
        "SELECT 'entry ' || waitlist_entry.id || ' names seat ' || seat.id || ' of another performance'
         FROM waitlist_entry JOIN waitlist_seat ON waitlist_seat.entry_id = waitlist_entry.id
         JOIN seat ON seat.id = waitlist_seat.seat_id WHERE seat.performance_id <> waitlist_entry.performance_id",
    ),
    (
        9,
        "SELECT 'entry ' || entry.id || ' ended in booking ' || booking.id || ', which is not what was offered to it'
         FROM waitlist_entry AS entry JOIN booking ON booking.id = entry.booking_id
         WHERE booking.user_id <> entry.user_id
            OR (SELECT group_concat(first ORDER BY first) FROM (
                    SELECT coalesce((SELECT from_seat FROM ticket_move WHERE ticket_id = ticket.id ORDER BY id LIMIT 1),
                                    ticket.seat_id) AS first
                    FROM ticket WHERE ticket.booking_id = booking.id))
               IS NOT (SELECT group_concat(seat_id ORDER BY seat_id) FROM waitlist_seat
                       WHERE entry_id = entry.id AND status = 'WAS_OFFERED')",
    ),
    // The mails about offers are in the order of the offers.
    (
        9,
        "SELECT 'entry ' || later.id || ' was served before entry ' || earlier.id || ', which wanted the same seats'
         FROM waitlist_entry AS later
         JOIN waitlist_seat AS got ON got.entry_id = later.id AND got.status IN ('OFFERED', 'WAS_OFFERED')
         JOIN waitlist_seat AS wish ON wish.seat_id = got.seat_id AND wish.entry_id < later.id
         JOIN waitlist_entry AS earlier ON earlier.id = wish.entry_id
         JOIN outbox AS told ON told.kind = 'OFFERED' AND told.entry_id = later.id
         LEFT JOIN outbox AS told_after ON told_after.kind = 'OFFERED' AND told_after.entry_id = earlier.id
         WHERE (earlier.offered_at IS NULL OR told_after.id > told.id)
           AND (earlier.ended_at IS NULL OR earlier.ended_at > later.offered_at)
           AND NOT EXISTS (SELECT 1 FROM waitlist_passed_over
                           WHERE entry_id = earlier.id AND pass = later.offer_pass)
         GROUP BY later.id, earlier.id HAVING count(*) >= earlier.seat_count",
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
         FROM idempotency WHERE (status IS NULL OR content_type IS NULL OR body IS NULL)
           AND (status IS NOT NULL OR content_type IS NOT 'hold')",
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
    (
        13,
        "SELECT 'run ' || id || ' of job ' || job || ' has fence ' || fence || ', but an earlier run has ' || before
         FROM (SELECT id, job, fence, max(fence) OVER
                   (PARTITION BY job ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
               FROM job_run)
         WHERE fence <= before",
    ),
    (
        13,
        "SELECT 'run ' || id || ' of job ' || job || ' has fence ' || job_run.fence || ', which was not handed out'
         FROM job_run LEFT JOIN job_fence USING (job)
         WHERE job_fence.fence IS NULL OR job_run.fence > job_fence.fence",
    ),
    (
        14,
        "SELECT 'the offer to entry ' || entry.id || ' has ' || count(outbox.id) || ' mails'
         FROM waitlist_entry AS entry
         LEFT JOIN outbox ON outbox.kind = 'OFFERED' AND outbox.entry_id = entry.id AND outbox.user_id = entry.user_id
         WHERE entry.offered_at IS NOT NULL GROUP BY entry.id HAVING count(outbox.id) <> 1",
    ),
    (
        14,
        "SELECT 'mail ' || outbox.id || ' tells of an offer to entry ' || outbox.entry_id || ', which has none'
         FROM outbox LEFT JOIN waitlist_entry AS entry ON entry.id = outbox.entry_id
         WHERE outbox.kind = 'OFFERED' AND entry.offered_at IS NULL",
    ),
    (
        19,
        "SELECT 'performance ' || id || ' is cancelled, and still has ' || tickets || ' valid tickets, ' || waiters
              || ' live entries on the waitlist and ' || held || ' held seats; cancelling it again goes on'
         FROM (SELECT id, (SELECT count(*) FROM booking JOIN ticket ON ticket.booking_id = booking.id
                           WHERE booking.performance_id = performance.id AND booking.state = 'BOOKED'
                             AND ticket.state = 'BOOKED') AS tickets,
                   (SELECT count(*) FROM waitlist_entry
                    WHERE performance_id = performance.id AND state IN ('WAITING', 'ACTIVATION')) AS waiters,
                   (SELECT count(*) FROM hold_seat
                    WHERE performance_id = performance.id AND expires_at > canceled_at
                      AND expires_at > (SELECT coalesce(max(at), 0) FROM seat_history)) AS held
               FROM performance WHERE canceled_at IS NOT NULL)
         WHERE tickets + waiters + held > 0",
    ),
    (17, "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    (
        17,
        "SELECT 'row ' || rowid || ' of table ' || \"table\" || ' refers to a row of ' || parent || ' that is not there'
         FROM pragma_foreign_key_check",
    ),
];

/// Runs every check on one snapshot, and tells what it finds in the order of the invariants. What cannot be read is a
/// finding, too, and the other checks go on.
pub(super) fn all(connection: &Connection, time_zone: &TimeZone) -> Result<Vec<Finding>, Error> {
    let mut findings = or_damage(sales::findings(connection, time_zone), Finding::new)?;
    for (invariant, query) in CHECKS {
        findings.extend(or_damage(found(connection, *invariant, query), Finding::new)?);
    }
    findings.sort_by_key(|finding| finding.invariant);
    findings.dedup();
    Ok(findings)
}

fn found(connection: &Connection, invariant: u8, query: &str) -> Result<Vec<Finding>, Error> {
    let mut statement = connection.prepare(query)?;
    let findings = statement.query_map([], |row| Ok(Finding { invariant, text: row.get(0)? }))?;
    Ok(findings.collect::<rusqlite::Result<_>>()?)
}
