use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::storage::{KeyScope, KeyUse};

/// The keys whose first request is running in this process, each with the digest of that request.
#[derive(Clone, Default)]
pub(crate) struct RunningKeys(Arc<Mutex<HashMap<KeyScope, [u8; 32]>>>);

impl RunningKeys {
    /// Refuses a key that is running, be it with the same request or another.
    pub(super) fn begin(&self, used: Arc<KeyUse>) -> Result<Running, Error> {
        match self.lock().entry(used.scope.clone()) {
            Entry::Occupied(first) if *first.get() == used.request => Err(Error::StillRunning),
            Entry::Occupied(_) => Err(Error::KeyReused),
            Entry::Vacant(place) => {
                place.insert(used.request);
                Ok(Running { keys: self.clone(), used })
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<KeyScope, [u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key is running until this is dropped.
pub(super) struct Running {
    keys: RunningKeys,
    used: Arc<KeyUse>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.keys.lock().remove(&self.used.scope);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;

    fn used(user: i64, request: u8) -> Arc<KeyUse> {
        let scope = KeyScope { user: UserId(user), route: "book".into(), key: "key".parse().unwrap() };
        Arc::new(KeyUse { scope, request: [request; 32] })
    }

    #[test]
    fn a_key_runs_once_at_a_time() {
        let keys = RunningKeys::default();
        let first = keys.begin(used(1, 0)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(keys.begin(used(1, 0)).map(drop), Err(Error::StillRunning));
        assert_eq!(keys.begin(used(1, 1)).map(drop), Err(Error::KeyReused));
        assert!(keys.begin(used(2, 0)).is_ok());
        drop(first);
        assert!(keys.begin(used(1, 1)).is_ok());
        assert!(keys.lock().is_empty());
    }
}
