-- The shop's first shape: accounts, shows and their seats, holds, bookings, and the history of every seat.
--
-- Instants are milliseconds since 1970-01-01T00:00:00Z. Dates and times of day are local to the business time zone,
-- as text. Money is in minor units of the show's currency. Names of states are those of the wire.

-- What the whole database is configured to: every process that opens it must agree.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each writing process leaves the number of its last batch here, inside the batch's own transaction. When COMMIT fails,
-- this tells whether it took place all the same.
CREATE TABLE writer_batch (
    writer INTEGER PRIMARY KEY,
    batch  INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE, -- lower case: an address is taken in whatever case it is written
    name          TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('BUYER', 'SELLER', 'ADMIN')),
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

-- Refresh tokens are kept as SHA-256 only. Every login starts a family; a token is spent when it buys its successor.
CREATE TABLE refresh_token (
    hash       BLOB PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES user (id),
    family     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at   INTEGER,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_user ON refresh_token (user_id);
CREATE INDEX refresh_token_family ON refresh_token (family);

CREATE TABLE venue (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    contact TEXT NOT NULL,
    address TEXT NOT NULL,
    url     TEXT NOT NULL
) STRICT;

CREATE TABLE show (
    id                   INTEGER PRIMARY KEY,
    venue_id             INTEGER NOT NULL REFERENCES venue (id),
    name                 TEXT NOT NULL,
    category             TEXT NOT NULL CHECK (category IN ('MUSICAL', 'CONCERT', 'PLAY')),
    start_date           TEXT NOT NULL,
    end_date             TEXT NOT NULL,
    running_minutes      INTEGER NOT NULL,
    intermission_minutes INTEGER NOT NULL,
    age_limit            TEXT NOT NULL,
    total_seats          INTEGER NOT NULL,
    currency             TEXT NOT NULL,
    max_seats_per_user   INTEGER NOT NULL CHECK (max_seats_per_user > 0),
    cancel_until_hours   INTEGER NOT NULL CHECK (cancel_until_hours >= 0),
    UNIQUE (venue_id, name)
) STRICT;

CREATE TABLE performance (
    id             INTEGER PRIMARY KEY,
    show_id        INTEGER NOT NULL REFERENCES show (id),
    date           TEXT NOT NULL,
    round          INTEGER NOT NULL CHECK (round > 0),
    start_time     TEXT NOT NULL,
    starts_at      INTEGER NOT NULL,
    sale_opens_at  INTEGER,
    sale_closes_at INTEGER NOT NULL,
    layout_version INTEGER NOT NULL DEFAULT 1, -- grows with every change of a seat, its place or its price
    stage          TEXT,                       -- where it is drawn, as JSON
    UNIQUE (show_id, date, round)
) STRICT;

CREATE TABLE seat (
    id             INTEGER PRIMARY KEY,
    performance_id INTEGER NOT NULL REFERENCES performance (id),
    guid           TEXT NOT NULL,    -- the same place keeps it when the plan changes
    ordinal        INTEGER NOT NULL, -- drawing order
    grade          TEXT NOT NULL CHECK (grade IN ('VIP', 'R', 'S', 'A', 'B')),
    price          INTEGER NOT NULL CHECK (price >= 0),
    sector         TEXT NOT NULL,
    row            TEXT NOT NULL,
    number         INTEGER NOT NULL,
    label          TEXT NOT NULL,
    is_seat        INTEGER NOT NULL CHECK (is_seat IN (0, 1)), -- 0 is a gap: drawn, never sold
    x              REAL NOT NULL,
    y              REAL NOT NULL,
    state          TEXT NOT NULL DEFAULT 'AVAILABLE'
                   CHECK (state IN ('AVAILABLE', 'BOOKED', 'CANCELED', 'WAITING', 'BLOCKED')),
    UNIQUE (performance_id, guid)
) STRICT;
CREATE INDEX seat_drawing_order ON seat (performance_id, ordinal);
-- Counts what is left, by far the most frequent question about all seats of a performance.
CREATE INDEX seat_left ON seat (performance_id) WHERE state = 'AVAILABLE' AND is_seat = 1;
-- What was cancelled and has to go back on sale.
CREATE INDEX seat_canceled ON seat (performance_id) WHERE state = 'CANCELED';

CREATE TABLE booking (
    id             INTEGER PRIMARY KEY,
    user_id        INTEGER NOT NULL REFERENCES user (id),
    performance_id INTEGER NOT NULL REFERENCES performance (id),
    state          TEXT NOT NULL CHECK (state IN ('BOOKED', 'CANCELED')),
    booked_at      INTEGER NOT NULL,
    hold_token     BLOB UNIQUE -- confirming the same hold again finds the same booking
) STRICT;
CREATE INDEX booking_user ON booking (user_id, booked_at);
CREATE INDEX booking_performance ON booking (performance_id);

CREATE TABLE ticket (
    id             INTEGER PRIMARY KEY,
    booking_id     INTEGER NOT NULL REFERENCES booking (id),
    performance_id INTEGER NOT NULL, -- with the user: his tickets of a performance are counted at every sale
    user_id        INTEGER NOT NULL,
    seat_id        INTEGER NOT NULL REFERENCES seat (id),
    price          INTEGER NOT NULL, -- as paid
    state          TEXT NOT NULL CHECK (state IN ('BOOKED', 'CANCELED'))
) STRICT;
CREATE INDEX ticket_booking ON ticket (booking_id);
-- The last word on who owns a seat: whatever else goes wrong, a second sale of it cannot be stored.
CREATE UNIQUE INDEX ticket_seat_sold_once ON ticket (seat_id) WHERE state = 'BOOKED';
CREATE INDEX ticket_of_user ON ticket (performance_id, user_id) WHERE state = 'BOOKED';

-- Every transition of a seat's stored state, in the order of commits; seat maps follow it. A seat without a row here has
-- always been AVAILABLE.
CREATE TABLE seat_history (
    id             INTEGER PRIMARY KEY,
    performance_id INTEGER NOT NULL,
    seat_id        INTEGER NOT NULL REFERENCES seat (id),
    state          TEXT NOT NULL,
    at             INTEGER NOT NULL,
    booking_id     INTEGER REFERENCES booking (id)
) STRICT;
CREATE INDEX seat_history_seat ON seat_history (seat_id);

-- Holds, where they live in the database. The row stays for a while after the hold has ended, so that its owner is told
-- that it has expired rather than that it never was.
CREATE TABLE hold (
    token            BLOB PRIMARY KEY,
    performance_id   INTEGER NOT NULL REFERENCES performance (id),
    user_id          INTEGER NOT NULL REFERENCES user (id),
    expires_at       INTEGER NOT NULL,
    extendable_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_expiry ON hold (expires_at);

-- One row per claimed seat; the primary key is what two holds collide on. A row past its expiry claims nothing.
CREATE TABLE hold_seat (
    seat_id        INTEGER PRIMARY KEY REFERENCES seat (id),
    token          BLOB NOT NULL REFERENCES hold (token),
    performance_id INTEGER NOT NULL,
    user_id        INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX hold_seat_token ON hold_seat (token);
CREATE INDEX hold_seat_user ON hold_seat (performance_id, user_id);

-- Every claim (with its end) and every release (without), in the order of commits; seat maps follow it too.
-- AUTOINCREMENT, because old rows are pruned and an id must never come again.
CREATE TABLE hold_event (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    performance_id INTEGER NOT NULL,
    seat_id        INTEGER NOT NULL,
    held_until     INTEGER,
    at             INTEGER NOT NULL
) STRICT;
