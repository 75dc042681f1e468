//! Passwords are hashed with Argon2id (RFC 9106), away from the async threads, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::error::Error;

/// What checking one password costs, us and those who guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB, at least 8.
    pub memory_kib: u32,
    /// Passes over that memory, at least 1.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB and two passes, as the OWASP Password Storage Cheat Sheet asks for at least.
    fn default() -> Self {
        Self { memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST }
    }
}

pub(super) struct Passwords {
    cost: PasswordCost,
    /// As many at once as there are cores: more would only take memory.
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new(cost: PasswordCost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cost, permits: Arc::new(Semaphore::new(cores)) }
    }

    /// The hash to keep, in PHC string format.
    pub(super) async fn hash(&self, password: String) -> Result<String, Error> {
        let cost = self.cost;
        self.work(move || {
            let hash = hasher(cost)?.hash_password(password.as_bytes()).map_err(internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it is not, and finding that out takes as long.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        let cost = self.cost;
        self.work(move || {
            let hash = PasswordHash::new(&hash).map_err(internal)?;
            Ok(hasher(cost)?.verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // Held by the work and not by its caller, who may go away.
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(internal)?;
        let work = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        work.await.map_err(internal)?
    }
}

fn hasher(cost: PasswordCost) -> Result<Argon2<'static>, Error> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal { reason: format!("password hashing: {error}") }
}
