-- The waitlist: who wants how many of which seats that are taken, and what has been offered to whom.

-- Entries are served by id, and never deleted.
CREATE TABLE waitlist_entry (
    id             INTEGER PRIMARY KEY,
    user_id        INTEGER NOT NULL REFERENCES user (id),
    performance_id INTEGER NOT NULL REFERENCES performance (id),
    seat_count     INTEGER NOT NULL CHECK (seat_count BETWEEN 1 AND 3),
    state          TEXT NOT NULL CHECK (state IN ('WAITING', 'ACTIVATION', 'FIN', 'EXPIRED', 'WITHDRAWN', 'DECLINED')),
    created_at     INTEGER NOT NULL,
    offered_at     INTEGER,                         -- when seats were offered
    offer_pass     INTEGER,                         -- in which pass of the job: its fence
    deadline       INTEGER,                         -- until when the offer can be booked
    ended_at       INTEGER,                         -- when it was booked, withdrawn, declined or expired
    booking_id     INTEGER REFERENCES booking (id), -- what has come of it
    CHECK ((offered_at IS NULL) = (state IN ('WAITING', 'WITHDRAWN'))),
    CHECK ((offered_at IS NULL) = (deadline IS NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('WAITING', 'ACTIVATION'))),
    CHECK ((booking_id IS NULL) = (state <> 'FIN'))
) STRICT;
CREATE INDEX waitlist_entry_user ON waitlist_entry (user_id);
-- Whether somebody has joined since a pass has looked.
CREATE INDEX waitlist_entry_waiting ON waitlist_entry (performance_id) WHERE state = 'WAITING';
-- A user's live entries are few, and asked for at every sale: offered seats count towards his limit.
CREATE INDEX waitlist_entry_live ON waitlist_entry (user_id, performance_id) WHERE state IN ('WAITING', 'ACTIVATION');
-- Offers that have run out are found without looking at the others.
CREATE INDEX waitlist_entry_deadline ON waitlist_entry (deadline) WHERE state = 'ACTIVATION';

-- The seats that an entry names. The status tells what the entry has to do with the seat, so that neither the search for who
-- waits for a seat nor the unique index has to look at the entry.
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
-- Who waits for a seat, in the order of the queue.
CREATE INDEX waitlist_seat_queue ON waitlist_seat (seat_id, status, entry_id);
-- The last word on whom a seat is offered to.
CREATE UNIQUE INDEX waitlist_seat_offered_once ON waitlist_seat (seat_id) WHERE status = 'OFFERED';

-- Who was passed over, because the offer would have put him over his limit.
CREATE TABLE waitlist_passed_over (
    entry_id INTEGER NOT NULL REFERENCES waitlist_entry (id),
    pass     INTEGER NOT NULL, -- the fence of the job
    at       INTEGER NOT NULL,
    PRIMARY KEY (entry_id, pass)
) STRICT, WITHOUT ROWID;
