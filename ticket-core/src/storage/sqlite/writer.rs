//! Group commit: one thread owns the connection that writes.
//!
//! Whatever waits in the queue goes into one transaction, and each job is answered only after COMMIT. There is no deliberate
//! delay: a lone job is committed at once, and a rush shares one sync of the disk.
//!
//! A job that fails must leave nothing behind, and not disturb the others. Most find out that they have to refuse before
//! they have written anything, so a batch is first run without savepoints, which cost a copy of every page that a job
//! touches. When a job fails that has written something, the batch is rolled back and run again, each job in a savepoint.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::{oneshot, watch};

use super::{catalog, connection};
use crate::domain::{Performance, PerformanceId, Show, Venue, local_day};
use crate::error::Error;

/// Jobs that share one commit at most.
const BATCH_JOBS_MAX: usize = 64;
/// Jobs that may wait; more are refused, so that a rush makes callers wait and not memory grow.
const QUEUE_JOBS_MAX: usize = 4096;

/// The door to the writer thread.
pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Counts commits, to wake those who follow them.
    commits: watch::Receiver<u64>,
}

impl Writer {
    pub(super) fn start(path: PathBuf, time_zone: TimeZone) -> Result<Self, Error> {
        let transaction = Transaction::new(connection::open_writer(&path)?, time_zone);
        let (queue, jobs) = sync_channel(QUEUE_JOBS_MAX);
        let (committed, commits) = watch::channel(0);
        let mut thread = WriterThread { path, transaction, id: rand::random::<i64>(), batch: 0, committed };
        let thread = std::thread::Builder::new()
            .name("ticket-writer".into())
            .spawn(move || thread.run(&jobs))
            .map_err(|error| Error::Unavailable { reason: format!("cannot start the writer thread: {error}") })?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), commits })
    }

    /// Runs `work` inside the next transaction, and answers when that is committed. An error of `work` undoes what it
    /// did, and nothing else. It may be run twice.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Box::new(Work { work, result: None, reply }))?;
        answer.await.unwrap_or(Err(Error::OutcomeUnknown))
    }

    /// Changes with every commit of this process.
    pub(super) fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    /// Commits what is queued, and ends the thread.
    pub(super) fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(_)) = thread.map(JoinHandle::join) {
            tracing::error!("the writer thread had panicked");
        }
    }

    fn enqueue(&self, job: Box<dyn Job>) -> Result<(), Error> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else {
            return Err(Error::Unavailable { reason: "the box office has been shut down".into() });
        };
        queue.try_send(job).map_err(|error| Error::Unavailable {
            reason: match error {
                TrySendError::Full(_) => format!("{QUEUE_JOBS_MAX} writes are waiting"),
                TrySendError::Disconnected(_) => "the writer thread has ended".into(),
            },
        })
    }
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
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T: Send, F: FnMut(&Transaction) -> Result<T, Error> + Send> Job for Work<F, T> {
    fn run(&mut self, transaction: &Transaction) -> bool {
        self.result.insert((self.work)(transaction)).is_ok()
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
    fn new(connection: Connection, time_zone: TimeZone) -> Self {
        Self { connection, time_zone, performances: RefCell::default() }
    }

    /// The business day that an instant belongs to.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        local_day(at, &self.time_zone)
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
    /// Tells this process's batches from those of others.
    id: i64,
    batch: i64,
    committed: watch::Sender<u64>,
}

/// How an attempt to commit a batch ended.
enum Batch {
    /// All answered as they are.
    Done,
    /// The transaction fell apart under the job with this index.
    Broken(usize, Error),
    /// A job failed after it had written something, which only a savepoint undoes.
    Entangled,
    /// Nothing was written.
    Failed(Error),
    /// COMMIT failed: it may have taken place all the same.
    Unknown(Error),
}

impl WriterThread {
    fn run(&mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = jobs.recv() {
            let mut batch = vec![first];
            batch.extend(jobs.try_iter().take(BATCH_JOBS_MAX - 1));
            self.commit(batch);
        }
    }

    fn commit(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let mut outcome = self.attempt(&mut jobs, run_bare);
        if let Batch::Entangled = outcome {
            outcome = self.attempt(&mut jobs, run_in_savepoint);
        }
        if let Batch::Broken(culprit, error) = outcome {
            // A full disk or an I/O error undoes the whole transaction, the other jobs included: they get another go.
            jobs.remove(culprit).fail(error);
            outcome = self.attempt(&mut jobs, run_in_savepoint);
        }
        match outcome {
            Batch::Done => jobs.into_iter().for_each(Job::answer),
            Batch::Broken(_, error) | Batch::Failed(error) => fail_all(jobs, &error),
            Batch::Entangled => fail_all(jobs, &Error::Internal { reason: "a savepoint has not undone a job".into() }),
            Batch::Unknown(error) => match self.was_committed() {
                Ok(true) => jobs.into_iter().for_each(Job::answer),
                Ok(false) => fail_all(jobs, &error),
                Err(_) => fail_all(jobs, &Error::OutcomeUnknown),
            },
        }
    }

    fn attempt(&mut self, jobs: &mut [Box<dyn Job>], run: Run) -> Batch {
        self.batch += 1;
        failpoint!("before-begin");
        if let Err(error) = self.begin() {
            self.roll_back();
            return Batch::Failed(error.into());
        }
        failpoint!("after-begin");
        let mut written = false;
        for (index, job) in jobs.iter_mut().enumerate() {
            let kept = run(&self.transaction, job.as_mut());
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
            // Only refusals: nothing to sync to the disk.
            self.roll_back();
            return Batch::Done;
        }
        failpoint!("before-commit");
        match execute(&self.transaction, "COMMIT") {
            Ok(()) => {
                failpoint!("after-commit");
                self.committed.send_modify(|count| *count += 1);
                Batch::Done
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
        self.transaction = Transaction::new(connection::open_writer(&self.path)?, self.transaction.time_zone.clone());
        let last: Option<i64> = self
            .transaction
            .query_row("SELECT batch FROM writer_batch WHERE writer = ?1", [self.id], |row| row.get(0))
            .optional()?;
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

fn fail_all(jobs: Vec<Box<dyn Job>>, error: &Error) {
    for job in jobs {
        job.fail(error.clone());
    }
}
