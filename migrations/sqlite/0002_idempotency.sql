-- Idempotency keys: a client that has lost an answer asks again with the same key, and gets the answer of the first time.
--
-- The answer is kept as it was sent, and not made anew from the booking: prices, tickets, the language of the request and
-- the program itself may have changed since. The row is the first insert of the transaction whose answer it keeps, so that
-- booking and key are committed together or not at all, and its answer is written last. A refusal rolls the row back: only
-- what has succeeded is kept. Rows older than a day are pruned.
CREATE TABLE idempotency (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES user (id),
    route        TEXT NOT NULL, -- what is done with the key, such as 'POST /api/bookings'
    key          TEXT NOT NULL,
    request      BLOB NOT NULL, -- SHA-256 of what was asked for: another request with the same key is a mistake
    status       INTEGER CHECK (status BETWEEN 200 AND 299),
    content_type TEXT,
    body         BLOB,
    created_at   INTEGER NOT NULL
) STRICT;
-- The last word on who was first, also between processes: whoever comes second finds the answer of the first.
CREATE UNIQUE INDEX idempotency_key_used_once ON idempotency (user_id, route, key);
CREATE INDEX idempotency_age ON idempotency (created_at);
