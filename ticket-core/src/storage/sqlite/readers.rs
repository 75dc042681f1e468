use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection;
use crate::error::Error;

/// A small pool of connections that only read, each used by one short query at a time.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// One permit per connection that may be open.
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, connections_max: usize) -> Arc<Self> {
        Arc::new(Self { path, idle: Mutex::default(), permits: Arc::new(Semaphore::new(connections_max)) })
    }

    /// Runs `query` in one read transaction, away from the async threads.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| stopped())?;
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let answer = readers.with_connection(query);
            drop(permit);
            answer
        });
        task.await.map_err(|error| Error::Internal { reason: format!("a read ended early: {error}") })?
    }

    /// No more reads; the connections are closed once the running ones are done.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn with_connection<T>(&self, query: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open_reader(&self.path)?,
        };
        // One snapshot for all statements of the query.
        let transaction = connection.unchecked_transaction()?;
        let answer = query(&transaction);
        drop(transaction);
        if !self.permits.is_closed() {
            self.idle().push(connection);
        }
        answer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopped() -> Error {
    Error::Unavailable { reason: "the box office has been shut down".into() }
}
