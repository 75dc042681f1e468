-- What was sold when: rankings and reports read a row per show and day, however many bookings there have ever been.
--
-- Every sale counts its tickets here in its own transaction; a cancellation takes them away from the day of the sale.

CREATE TABLE sale_day (
    day     TEXT NOT NULL, -- local date of the sale
    show_id INTEGER NOT NULL REFERENCES show (id),
    tickets INTEGER NOT NULL, -- sold and still valid; 0 when all were cancelled
    PRIMARY KEY (day, show_id)
) STRICT, WITHOUT ROWID;

-- `local_day` is a function of the program: SQLite knows no time zones.
INSERT INTO sale_day (day, show_id, tickets)
SELECT local_day(booking.booked_at) AS day, performance.show_id, count(*)
FROM ticket
JOIN booking ON booking.id = ticket.booking_id
JOIN performance ON performance.id = booking.performance_id
WHERE ticket.state = 'BOOKED'
GROUP BY day, performance.show_id;

-- Rankings as they were computed last, where there is no Redis to keep them. Whatever is wrong with a value, it is computed
-- anew.
CREATE TABLE ranking_cache (
    key        TEXT PRIMARY KEY,
    value      BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
