-- What an admin changes while tickets are sold: performances that are cancelled, tickets that are moved to other seats,
-- accounts that are deleted.

-- From this instant on nothing of the performance is sold, held or offered. What had been is undone in small transactions
-- after that one; while any of it is left, the cancellation is not finished.
ALTER TABLE performance ADD COLUMN canceled_at INTEGER;

-- The row of a deleted account stays, without anything personal: bookings of the past name it.
ALTER TABLE user ADD COLUMN deleted_at INTEGER;

-- A ticket keeps its id and its price when it gets another seat. What was booked first is the seat from which it was moved
-- first.
CREATE TABLE ticket_move (
    id        INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id),
    from_seat INTEGER NOT NULL REFERENCES seat (id),
    to_seat   INTEGER NOT NULL REFERENCES seat (id),
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_move_ticket ON ticket_move (ticket_id);
-- Whether a seat that is to be removed is named.
CREATE INDEX ticket_move_from ON ticket_move (from_seat);

-- New kinds of mail. A CHECK cannot be altered, so the table is made anew; nothing refers to it.
CREATE TABLE outbox_new (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN (
                        'BOOKED',
                        'CANCELED',             -- as the buyer has asked
                        'REVOKED',              -- tickets were cancelled by the organiser
                        'PERFORMANCE_CANCELED', -- with the whole performance
                        'MOVED',                -- a ticket is for another seat now
                        'OFFERED'
                    )),
    user_id         INTEGER NOT NULL REFERENCES user (id),
    booking_id      INTEGER REFERENCES booking (id),     -- of all but OFFERED
    tickets         TEXT,                                -- of those that cancel: ids of the tickets, as JSON
    move_id         INTEGER REFERENCES ticket_move (id), -- of MOVED
    entry_id        INTEGER,                             -- of OFFERED: the waitlist entry
    created_at      INTEGER NOT NULL,
    give_up_after   INTEGER NOT NULL,                    -- an attempt that fails after this was the last
    attempts        INTEGER NOT NULL DEFAULT 0,          -- counted when they begin, so that one whose sender died counts
    next_attempt_at INTEGER,                             -- none when it was sent or given up
    lease           BLOB,                                -- who is sending it, until next_attempt_at
    sent_at         INTEGER,
    given_up_at     INTEGER,
    last_error      TEXT,
    -- A mail is waiting, sent, or given up.
    CHECK ((next_attempt_at IS NOT NULL) + (sent_at IS NOT NULL) + (given_up_at IS NOT NULL) = 1)
) STRICT;
INSERT INTO outbox_new (id, kind, user_id, booking_id, tickets, entry_id, created_at, give_up_after, attempts,
    next_attempt_at, lease, sent_at, given_up_at, last_error)
SELECT id, kind, user_id, booking_id, tickets, entry_id, created_at, give_up_after, attempts,
    next_attempt_at, lease, sent_at, given_up_at, last_error FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
-- An offer is mailed by exactly one row, whatever its runner does.
CREATE UNIQUE INDEX outbox_one_per_offer ON outbox (entry_id) WHERE kind = 'OFFERED';

-- An entry can end because its performance is cancelled, waiting or with an offer. The seats of the entries refer to them, so
-- they step aside meanwhile.
CREATE TABLE waitlist_seat_aside (
    entry_id INTEGER NOT NULL, preference INTEGER NOT NULL, seat_id INTEGER NOT NULL, status TEXT NOT NULL
) STRICT;
INSERT INTO waitlist_seat_aside SELECT entry_id, preference, seat_id, status FROM waitlist_seat;
DROP TABLE waitlist_seat;
CREATE TABLE waitlist_entry_new (
    id             INTEGER PRIMARY KEY,
    user_id        INTEGER NOT NULL REFERENCES user (id),
    performance_id INTEGER NOT NULL REFERENCES performance (id),
    seat_count     INTEGER NOT NULL CHECK (seat_count BETWEEN 1 AND 3),
    state          TEXT NOT NULL CHECK (state IN
                       ('WAITING', 'ACTIVATION', 'FIN', 'EXPIRED', 'WITHDRAWN', 'DECLINED', 'CANCELED')),
    created_at     INTEGER NOT NULL,
    offered_at     INTEGER,                         -- when seats were offered
    offer_pass     INTEGER,                         -- in which pass of the job: its fence
    deadline       INTEGER,                         -- until when the offer can be booked
    ended_at       INTEGER,                         -- when it was booked, withdrawn, declined, cancelled or expired
    booking_id     INTEGER REFERENCES booking (id), -- what has come of it
    CHECK (state = 'CANCELED' OR (offered_at IS NULL) = (state IN ('WAITING', 'WITHDRAWN'))),
    CHECK ((offered_at IS NULL) = (deadline IS NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('WAITING', 'ACTIVATION'))),
    CHECK ((booking_id IS NULL) = (state <> 'FIN'))
) STRICT;
INSERT INTO waitlist_entry_new
SELECT id, user_id, performance_id, seat_count, state, created_at, offered_at, offer_pass, deadline, ended_at, booking_id
FROM waitlist_entry;
DROP TABLE waitlist_entry;
ALTER TABLE waitlist_entry_new RENAME TO waitlist_entry;
CREATE INDEX waitlist_entry_user ON waitlist_entry (user_id);
-- Whether somebody has joined since a pass has looked.
CREATE INDEX waitlist_entry_waiting ON waitlist_entry (performance_id) WHERE state = 'WAITING';
-- A user's live entries are few, and asked for at every sale: offered seats count towards his limit.
CREATE INDEX waitlist_entry_live ON waitlist_entry (user_id, performance_id) WHERE state IN ('WAITING', 'ACTIVATION');
-- Offers that have run out are found without looking at the others.
CREATE INDEX waitlist_entry_deadline ON waitlist_entry (deadline) WHERE state = 'ACTIVATION';
-- Who is concerned when a performance is cancelled.
CREATE INDEX waitlist_entry_offered ON waitlist_entry (performance_id) WHERE state = 'ACTIVATION';
CREATE TABLE waitlist_seat (
    entry_id   INTEGER NOT NULL REFERENCES waitlist_entry (id),
    preference INTEGER NOT NULL, -- from 0
    seat_id    INTEGER NOT NULL REFERENCES seat (id),
    status     TEXT NOT NULL CHECK (status IN (
                   'WANTED',      -- the entry waits for it
                   'OFFERED',     -- it is offered to the entry
                   'WAS_OFFERED', -- that offer has ended, in a booking or not
                   'UNUSED'       -- the entry waits no longer, and was never offered it
               )),
    PRIMARY KEY (entry_id, preference),
    UNIQUE (entry_id, seat_id)
) STRICT, WITHOUT ROWID;
INSERT INTO waitlist_seat SELECT entry_id, preference, seat_id, status FROM waitlist_seat_aside;
DROP TABLE waitlist_seat_aside;
-- Who waits for a seat, in the order of the queue.
CREATE INDEX waitlist_seat_queue ON waitlist_seat (seat_id, status, entry_id);
-- The last word on whom a seat is offered to.
CREATE UNIQUE INDEX waitlist_seat_offered_once ON waitlist_seat (seat_id) WHERE status = 'OFFERED';

-- A performance can be deleted, and another may get its id. Whoever still has the layout of the old one must not take it for
-- that of the new one, so layout versions go on where they were.
CREATE TRIGGER performance_deleted AFTER DELETE ON performance BEGIN
    INSERT INTO setting (name, value) VALUES ('layout_versions_gone', OLD.layout_version)
    ON CONFLICT (name) DO UPDATE SET value = max(CAST(value AS INTEGER), OLD.layout_version);
END;
CREATE TRIGGER performance_added AFTER INSERT ON performance
WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'layout_versions_gone') BEGIN
    UPDATE performance SET layout_version =
        layout_version + (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'layout_versions_gone')
    WHERE id = NEW.id;
END;
