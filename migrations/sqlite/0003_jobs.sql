-- Scheduled jobs: who may run one, who has run which tick, and what came of it.

-- The lock of a job, for shops without Redis. A row past its expiry locks nothing.
CREATE TABLE job_lock (
    name       TEXT PRIMARY KEY,
    token      BLOB NOT NULL, -- random; only who knows it extends or releases
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The number of the last time that a job's lock was acquired, wherever the lock is. It only grows. What a job writes is
-- refused when a newer one exists: its runner has lost the lock, though it may not know it yet.
CREATE TABLE job_fence (
    job   TEXT PRIMARY KEY,
    fence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every run. A tick is run once, whatever happens to locks: that is the unique constraint. A run that somebody asked for has
-- no tick.
CREATE TABLE job_run (
    id           INTEGER PRIMARY KEY,
    job          TEXT NOT NULL,
    scheduled_at INTEGER,
    fence        INTEGER NOT NULL,
    runner       TEXT NOT NULL, -- which process, for people
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    outcome      TEXT CHECK (outcome IN ('DONE', 'FAILED', 'PANICKED')), -- none while it runs, or when its runner died
    summary      TEXT,
    UNIQUE (job, scheduled_at)
) STRICT;
CREATE INDEX job_run_latest ON job_run (job, started_at);
