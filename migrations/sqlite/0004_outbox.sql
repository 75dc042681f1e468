-- Mail to be sent: a row is committed with what it tells of, so that neither is there without the other, and a job sends it.
--
-- What a mail says is looked up when it is sent; the row only names what happened.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('BOOKED', 'CANCELED', 'OFFERED')),
    user_id         INTEGER NOT NULL REFERENCES user (id),
    booking_id      INTEGER REFERENCES booking (id), -- of BOOKED and CANCELED
    tickets         TEXT,                            -- of CANCELED: ids of the tickets, as JSON
    entry_id        INTEGER,                         -- of OFFERED: the waitlist entry
    created_at      INTEGER NOT NULL,
    give_up_after   INTEGER NOT NULL,                -- an attempt that fails after this was the last
    attempts        INTEGER NOT NULL DEFAULT 0,      -- counted when they begin, so that one whose sender died counts
    next_attempt_at INTEGER,                         -- none when it was sent or given up
    lease           BLOB,                            -- who is sending it, until next_attempt_at
    sent_at         INTEGER,
    given_up_at     INTEGER,
    last_error      TEXT,
    -- A mail is waiting, sent, or given up.
    CHECK ((next_attempt_at IS NOT NULL) + (sent_at IS NOT NULL) + (given_up_at IS NOT NULL) = 1)
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
-- An offer is mailed by exactly one row, whatever its runner does.
CREATE UNIQUE INDEX outbox_one_per_offer ON outbox (entry_id) WHERE kind = 'OFFERED';

-- Part of every Message-ID, so that those of two shops with the same sender differ.
INSERT INTO setting (name, value) VALUES ('mail_id', lower(hex(randomblob(8))));
