//! Group commit: one thread owns the connection that writes.
//!
//! Whatever waits in the queue goes into one transaction, and each job is answered only after COMMIT. There is no deliberate
//! delay: a lone job is committed at once, and a rush shares one sync of the disk.
//!
//! A job that fails must leave nothing behind, and not disturb the others. Most find out that they have to refuse before
//! they have written anything, so a batch is first run without savepoints, which cost a copy of every page that a job
//! touches. When a job fails that has written something, the batch is rolled back and run again, each job in a savepoint.
//! A job that panics is taken out of its batch, and the others are run again.
//!
//! While somebody else has the database locked, nobody waits longer than [`WAIT_MAX`], however many came before him.
//!
//! Whether writing works is known from the last commit, so that a look at it ([`Writer::check`]) commits something only when
//! that one failed, or was never made.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use tokio::sync::{oneshot, watch};

use super::{catalog, connection};
use crate::domain::{Performance, PerformanceId, Show, Venue, local_day};
use crate::error::Error;
use crate::stats::WriteCounters;

/// Jobs that share one commit at most.
const BATCH_JOBS_MAX: usize = 64;
/// Jobs that may wait; more are refused, so that a rush makes callers wait and not memory grow.
const QUEUE_JOBS_MAX: usize = 4096;
/// How long a job waits, from the moment at which it was queued, while somebody else has the database locked.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Pause between two looks at whether the database is still locked.
const LOCKED_PAUSE: Duration = Duration::from_millis(1);

/// The door to the writer thread.
pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Queued>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Counts commits, to wake those who follow them.
    commits: watch::Receiver<u64>,
    counters: Arc<WriteCounters>,
    can_commit: Arc<AtomicBool>,
}

impl Writer {
    pub(super) fn start(path: PathBuf, time_zone: TimeZone) -> Result<Self, Error> {
        Self::start_with(path, time_zone, WAIT_MAX)
    }

    fn start_with(path: PathBuf, time_zone: TimeZone, wait_max: Duration) -> Result<Self, Error> {
        let transaction = Transaction::new(connection::open_writer(&path)?, time_zone)?;
        let (queue, jobs) = sync_channel(QUEUE_JOBS_MAX);
        let (committed, commits) = watch::channel(0);
        let counters = Arc::<WriteCounters>::default();
        let can_commit = Arc::<AtomicBool>::default();
        let mut thread = WriterThread {
            path,
            transaction,
            wait_max,
            id: rand::random(),
            batch: 0,
            committed,
            counters: Arc::clone(&counters),
            can_commit: Arc::clone(&can_commit),
        };
        let thread = std::thread::Builder::new()
            .name("ticket-writer".into())
            .spawn(move || thread.run(&jobs))
            .map_err(|error| Error::Unavailable { reason: format!("cannot start the writer thread: {error}") })?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), commits, counters, can_commit })
    }

    /// Runs `work` inside the next transaction, and answers when that is committed. An error of `work` undoes what it
    /// did, and nothing else. It may be run twice.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.run_job(work, true).await
    }

    /// Whether writing works: a transaction can be begun, and the last one was committed. Commits one when that is not so,
    /// to see whether it is possible again.
    pub(super) async fn check(&self) -> Result<(), Error> {
        self.run_job(|_| Ok(()), !self.can_commit.load(Ordering::Relaxed)).await
    }

    async fn run_job<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction) -> Result<T, Error> + Send + 'static,
        stays: bool,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Work { work, stays, result: None, reply });
        self.enqueue(Queued { job, since: Instant::now() })?;
        answer.await.unwrap_or(Err(Error::OutcomeUnknown))
    }

    /// Changes with every commit of this process.
    pub(super) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    /// What waits and what was committed.
    pub(super) fn counters(&self) -> Arc<WriteCounters> {
        Arc::clone(&self.counters)
    }

    /// Commits what is queued, and ends the thread.
    pub(super) fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the writer thread had panicked");
        }
    }

    fn enqueue(&self, job: Queued) -> Result<(), Error> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else {
            return Err(Error::Unavailable { reason: "the box office has been shut down".into() });
        };
        self.counters.enqueued();
        queue.try_send(job).map_err(|error| {
            self.counters.left_queue(1);
            let reason = match error {
                TrySendError::Full(_) => format!("{QUEUE_JOBS_MAX} writes are waiting"),
                TrySendError::Disconnected(_) => "the writer thread has ended".into(),
            };
            Error::Unavailable { reason }
        })
    }
}

/// A job, and since when it waits.
struct Queued {
    job: Box<dyn Job>,
    since: Instant,
}

/// Something to do inside a transaction, and somebody who waits for it.
trait Job: Send {
    /// Does the work and keeps its result. Tells whether it is to stay.
    fn run(&mut self, transaction: &Transaction) -> bool;
    /// Answers with the result of the work, as it was committed or rolled back by itself.
    fn answer(self: Box<Self>);
    /// Answers with this error, whatever the work had said.
    fn fail(self: Box<Self>, error: Error);
}

struct Work<F, T> {
    work: F,
    /// Whether it is worth a commit.
    stays: bool,
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T: Send, F: FnMut(&Transaction) -> Result<T, Error> + Send> Job for Work<F, T> {
    fn run(&mut self, transaction: &Transaction) -> bool {
        self.result.insert((self.work)(transaction)).is_ok() && self.stays
    }

    fn answer(self: Box<Self>) {
        // Nobody listens when the caller has gone; what is done is done.
        let _ = self.reply.send(self.result.unwrap_or(Err(Error::OutcomeUnknown)));
    }

    fn fail(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }
}

/// The transaction of a batch, for its jobs.
///
/// It remembers the performances that were read in it, which most bookings of a rush have in common. Nobody else can change
/// them meanwhile.
pub(super) struct Transaction {
    connection: Connection,
    time_zone: TimeZone,
    performances: RefCell<HashMap<PerformanceId, (Performance, Show, Venue)>>,
}

impl Transaction {
    fn new(connection: Connection, time_zone: TimeZone) -> rusqlite::Result<Self> {
        // The thread waits for the lock by itself: it knows since when its jobs are waiting.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self { connection, time_zone, performances: RefCell::default() })
    }

    /// The business day that an instant belongs to.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        local_day(at, &self.time_zone)
    }

    /// The business time zone.
    pub(super) fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// One performance with its show and venue.
    pub(super) fn performance(&self, id: PerformanceId) -> Result<(Performance, Show, Venue), Error> {
        if let Some(known) = self.performances.borrow().get(&id) {
            return Ok(known.clone());
        }
        let read = catalog::performance(&self.connection, id)?;
        self.performances.borrow_mut().insert(id, read.clone());
        Ok(read)
    }

    /// Must be called by whoever is about to change a performance, a show or a venue.
    pub(super) fn forget_performances(&self) {
        self.performances.borrow_mut().clear();
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

struct WriterThread {
    path: PathBuf,
    transaction: Transaction,
    wait_max: Duration,
    /// Tells this process's batches from those of others.
    id: i64,
    batch: i64,
    committed: watch::Sender<u64>,
    counters: Arc<WriteCounters>,
    /// Whether the last batch that was to be committed was.
    can_commit: Arc<AtomicBool>,
}

/// How an attempt to commit a batch ended.
enum Batch {
    /// Nothing is to be kept of it; all are answered as they are.
    Done,
    /// The same, and what they have written is on the disk.
    Committed,
    /// Somebody else has the database locked; nothing was done.
    Locked(Error),
    /// The transaction fell apart under the job with this index.
    Broken(usize, Error),
    /// The job with this index has panicked.
    Panicked(usize),
    /// A job failed after it had written something, which only a savepoint undoes.
    Entangled,
    /// Nothing was written.
    Failed(Error),
    /// COMMIT failed: it may have taken place all the same.
    Unknown(Error),
}

impl WriterThread {
    fn run(&mut self, queue: &Receiver<Queued>) {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            batch.extend(queue.try_iter().take(BATCH_JOBS_MAX - 1));
            self.counters.left_queue(batch.len());
            let is_rush = batch.len() > 1;
            self.commit(batch);
            if is_rush {
                // Those who were just answered mostly come back at once. Without a turn of theirs before the next batch
                // begins, the crowd splits into two halves that take turns, and twice as often the disk is synced.
                std::thread::yield_now();
            }
        }
    }

    fn commit(&mut self, mut jobs: Vec<Queued>) {
        let mut run: Run = run_bare;
        let mut was_broken = false;
        loop {
            let attempt = self.attempt(&mut jobs, run);
            self.note(&attempt);
            match attempt {
                Batch::Done | Batch::Committed => return answer_all(jobs),
                Batch::Locked(error) => {
                    fail_all(jobs.extract_if(.., |queued| queued.since.elapsed() >= self.wait_max), &error);
                    if jobs.is_empty() {
                        return;
                    }
                    std::thread::sleep(LOCKED_PAUSE);
                }
                Batch::Broken(culprit, error) if !was_broken => {
                    // A full disk or an I/O error undoes the whole transaction, the other jobs included: they get
                    // another go.
                    jobs.remove(culprit).job.fail(error);
                    (was_broken, run) = (true, run_in_savepoint);
                }
                Batch::Panicked(culprit) => {
                    jobs.remove(culprit).job.fail(Error::Internal { reason: "a write has panicked".into() });
                }
                Batch::Entangled => run = run_in_savepoint,
                Batch::Broken(_, error) | Batch::Failed(error) => return fail_all(jobs, &error),
                Batch::Unknown(error) => {
                    return match self.was_committed() {
                        Ok(true) => answer_all(jobs),
                        Ok(false) => fail_all(jobs, &error),
                        Err(_) => fail_all(jobs, &Error::OutcomeUnknown),
                    };
                }
            }
        }
    }

    fn note(&self, attempt: &Batch) {
        match attempt {
            Batch::Committed => self.can_commit.store(true, Ordering::Relaxed),
            Batch::Broken(..) | Batch::Failed(_) | Batch::Unknown(_) => self.can_commit.store(false, Ordering::Relaxed),
            Batch::Done | Batch::Locked(_) | Batch::Panicked(_) | Batch::Entangled => {}
        }
    }

    fn attempt(&mut self, jobs: &mut [Queued], run: Run) -> Batch {
        self.batch += 1;
        failpoint!("before-begin");
        if let Err(error) = self.begin() {
            self.roll_back();
            let is_locked = error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
            return if is_locked { Batch::Locked(error.into()) } else { Batch::Failed(error.into()) };
        }
        failpoint!("after-begin");
        let mut written = false;
        for (index, queued) in jobs.iter_mut().enumerate() {
            // What the job has borrowed is not used again, but for the transaction, which is rolled back.
            let ran = catch_unwind(AssertUnwindSafe(|| run(&self.transaction, queued.job.as_mut())));
            let Ok(kept) = ran else {
                self.roll_back();
                return Batch::Panicked(index);
            };
            match kept {
                Ok(Kept::Entangled) if !self.transaction.is_autocommit() => {
                    self.roll_back();
                    return Batch::Entangled;
                }
                Ok(kept) if !self.transaction.is_autocommit() => written |= kept == Kept::All,
                Ok(_) => return Batch::Broken(index, Error::Unavailable { reason: "the transaction was lost".into() }),
                Err(error) => {
                    self.roll_back();
                    return Batch::Broken(index, error.into());
                }
            }
        }
        if !written {
            // Only refusals and looks: nothing to sync to the disk.
            self.roll_back();
            return Batch::Done;
        }
        failpoint!("before-commit");
        match execute(&self.transaction, "COMMIT") {
            Ok(()) => {
                failpoint!("after-commit");
                self.counters.committed(jobs.len());
                self.committed.send_modify(|count| *count += 1);
                Batch::Committed
            }
            Err(error) => Batch::Unknown(error.into()),
        }
    }

    fn begin(&self) -> rusqlite::Result<()> {
        self.transaction.forget_performances();
        execute(&self.transaction, "BEGIN IMMEDIATE")?;
        self.transaction
            .prepare_cached(
                "INSERT INTO writer_batch (writer, batch) VALUES (?1, ?2)
                 ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch",
            )?
            .execute(params![self.id, self.batch])
            .map(drop)
    }

    fn roll_back(&self) {
        if !self.transaction.is_autocommit()
            && let Err(error) = execute(&self.transaction, "ROLLBACK")
        {
            tracing::error!(%error, "rollback failed");
        }
    }

    /// After a failed COMMIT: looks with a fresh connection whether the batch is there.
    fn was_committed(&mut self) -> Result<bool, Error> {
        self.roll_back();
        let connection = connection::open_writer(&self.path)?;
        let last: Option<i64> = connection
            .query_row("SELECT batch FROM writer_batch WHERE writer = ?1", [self.id], |row| row.get(0))
            .optional()?;
        self.transaction = Transaction::new(connection, self.transaction.time_zone.clone())?;
        Ok(last == Some(self.batch))
    }
}

/// What a job leaves in the transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// What it has written.
    All,
    /// Nothing: it has failed.
    Nothing,
    /// What it has written, though it has failed.
    Entangled,
}

/// A way to run a job.
type Run = fn(&Transaction, &mut dyn Job) -> rusqlite::Result<Kept>;

fn run_bare(transaction: &Transaction, job: &mut dyn Job) -> rusqlite::Result<Kept> {
    let before = transaction.total_changes();
    if job.run(transaction) {
        return Ok(Kept::All);
    }
    Ok(if transaction.total_changes() == before { Kept::Nothing } else { Kept::Entangled })
}

fn run_in_savepoint(transaction: &Transaction, job: &mut dyn Job) -> rusqlite::Result<Kept> {
    execute(transaction, "SAVEPOINT job")?;
    let kept = job.run(transaction);
    if transaction.is_autocommit() {
        // SQLite has rolled back everything by itself; there is no savepoint any more.
        return Ok(Kept::Nothing);
    }
    if !kept {
        execute(transaction, "ROLLBACK TO job")?;
    }
    execute(transaction, "RELEASE job")?;
    Ok(if kept { Kept::All } else { Kept::Nothing })
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn answer_all(jobs: impl IntoIterator<Item = Queued>) {
    for queued in jobs {
        queued.job.answer();
    }
}

fn fail_all(jobs: impl IntoIterator<Item = Queued>, error: &Error) {
    for queued in jobs {
        queued.job.fail(error.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;

    use jiff::tz::TimeZone;
    use tempfile::TempDir;

    use super::*;
    use crate::storage::HoldBackend;
    use crate::storage::sqlite::schema;

    struct Scene {
        writer: Arc<Writer>,
        path: PathBuf,
        _folder: TempDir,
    }

    fn scene(wait_max: Duration) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tickets.db");
        schema::create(&path, &TimeZone::UTC, HoldBackend::Embedded).unwrap();
        Scene {
            writer: Arc::new(Writer::start_with(path.clone(), TimeZone::UTC, wait_max).unwrap()),
            path,
            _folder: folder,
        }
    }

    impl Scene {
        fn write(&self, name: &'static str) -> impl Future<Output = Result<(), Error>> + use<> {
            let writer = Arc::clone(&self.writer);
            async move { writer.run(move |c| insert(c, name)).await }
        }

        async fn written(&self) -> String {
            let names =
                "SELECT group_concat(name, ' ') FROM (SELECT name FROM setting WHERE value = 'new' ORDER BY name)";
            let read = move |c: &Transaction| Ok(c.query_row(names, [], |row| row.get::<_, Option<String>>(0))?);
            self.writer.run(read).await.unwrap().unwrap_or_default()
        }
    }

    fn insert(connection: &Connection, name: &str) -> Result<(), Error> {
        connection.execute("INSERT INTO setting (name, value) VALUES (?1, 'new')", [name])?;
        Ok(())
    }

    #[tokio::test]
    async fn a_job_that_panics_fails_alone() {
        let scene = scene(WAIT_MAX);
        // While this one runs, the others gather behind it and become one batch.
        let (go_on, gone_on) = mpsc::channel::<()>();
        let first = scene.writer.run(move |c| {
            let _ = gone_on.recv();
            insert(c, "a")
        });
        let panicking = |name| {
            scene.writer.run(move |c| -> Result<(), Error> {
                insert(c, name)?;
                panic!("a test wants this")
            })
        };
        let (a, b, c, d, e, ()) = tokio::join!(
            biased;
            first,
            scene.write("b"),
            panicking("c"),
            scene.write("d"),
            panicking("e"),
            async { drop(go_on) }
        );
        assert_eq!([a, b, d], [Ok(()), Ok(()), Ok(())]);
        for result in [c, e] {
            assert!(matches!(result, Err(Error::Internal { .. })), "{result:?}");
        }
        assert_eq!(scene.written().await, "a b d", "and the writer goes on");
    }

    #[tokio::test]
    async fn nobody_waits_for_a_locked_database_longer_than_the_limit() {
        const LIMIT: Duration = Duration::from_millis(300);
        let scene = scene(LIMIT);
        let stranger = Connection::open(&scene.path).unwrap();
        stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
        // More than one batch: the last of them must not wait for the others' limits first.
        let begin = Instant::now();
        let jobs: Vec<_> = (0..20 * BATCH_JOBS_MAX).map(|_| tokio::spawn(scene.write("refused"))).collect();
        for job in jobs {
            let refused = job.await.unwrap();
            assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
        }
        let took = begin.elapsed();
        assert!(took >= LIMIT, "they were refused after {took:?} already");
        assert!(took < 10 * LIMIT, "the last of them was refused after {took:?}");
        stranger.execute_batch("ROLLBACK").unwrap();
        scene.write("served").await.unwrap();
        assert_eq!(scene.written().await, "served");
    }

    #[tokio::test]
    async fn who_comes_while_the_database_is_locked_is_served_when_it_is_free() {
        let scene = scene(WAIT_MAX);
        let stranger = Connection::open(&scene.path).unwrap();
        stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (served, ()) =
            tokio::join!(biased; scene.write("served"), async { stranger.execute_batch("ROLLBACK").unwrap() });
        assert_eq!(served, Ok(()));
    }
}
