use std::sync::Arc;

use async_trait::async_trait;

use super::{JobLock, LockHandle, LockRequest, LockState, sealed};
use crate::clock::Clock;
use crate::error::Error;
use crate::storage::{LockEnd, Store};

/// Locks in the database itself: for one machine, without Redis.
pub(crate) struct EmbeddedLocks {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl EmbeddedLocks {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

impl sealed::Sealed for EmbeddedLocks {}

#[async_trait]
impl JobLock for EmbeddedLocks {
    async fn acquire(&self, request: LockRequest) -> Result<LockHandle, Error> {
        let token = rand::random();
        let wanted = request.clone();
        let (fence, at) = self
            .store
            .acquire_lock(wanted.name, (token, wanted.at_most, wanted.ends_rest), Arc::clone(&self.clock))
            .await?;
        Ok(LockHandle::new(&request, token, fence, at))
    }

    async fn extend(&self, handle: &mut LockHandle) -> Result<(), Error> {
        let next = rand::random();
        let end = LockEnd::Extend { next, by: handle.at_most };
        let until = self.store.end_lock(handle.name().to_owned(), handle.token, end, Arc::clone(&self.clock)).await?;
        (handle.token, handle.expires_at) = (next, until);
        Ok(())
    }

    async fn release(&self, handle: LockHandle) -> Result<(), Error> {
        let end = LockEnd::Release { rests_until: handle.at_least_until };
        self.store.end_lock(handle.name().to_owned(), handle.token, end, Arc::clone(&self.clock)).await.map(drop)
    }

    async fn state(&self, name: &str) -> Result<Option<LockState>, Error> {
        self.store.lock_state(name.to_owned(), self.clock.now()).await
    }
}
