-- Scheduled jobs: who may run one, who has run which tick, and what came of it.

-- The lock of a job, for shops without Redis. A row past its expiry locks nothing.
CREATE TABLE job_lock (
    name       TEXT PRIMARY KEY,
    token      BLOB NOT NULL, -- random; only who knows it extends or releases
    expires_at INTEGER NOT NULL,
    is_resting INTEGER NOT NULL CHECK (is_resting IN (0, 1)) -- 1: released, but its least time is not over
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
    summary      TEXT, -- none when there was nothing to do
    UNIQUE (job, scheduled_at)
) STRICT;
CREATE INDEX job_run_job ON job_run (job);
-- What housekeeping forgets: runs in which there was nothing to do soon, the others later.
CREATE INDEX job_run_idle ON job_run (started_at) WHERE summary IS NULL;
CREATE INDEX job_run_busy ON job_run (started_at) WHERE summary IS NOT NULL;

-- What housekeeping looks for among millions of tokens that are still good.
CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);
CREATE INDEX refresh_token_revoked ON refresh_token (revoked_at) WHERE revoked_at IS NOT NULL;
