//! Passwords are hashed with Argon2id (RFC 9106), away from the async threads, a few at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
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
    idle: Arc<Idle>,
}

/// What hashing works in, kept from one password to the next: one for each permit at most. Whatever thread it runs on, an
/// allocator would keep so large a block for that thread, and there are hundreds of them.
type Memory = Vec<Block>;

#[derive(Default)]
struct Idle(Mutex<Vec<Memory>>);

impl Passwords {
    pub(super) fn new(cost: PasswordCost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cost, permits: Arc::new(Semaphore::new(cores)), idle: Arc::default() }
    }

    /// The hash to keep, in PHC string format.
    pub(super) async fn hash(&self, password: String) -> Result<String, Error> {
        let params = self.params()?;
        self.work(move |memory| {
            let salt = Salt::generate();
            let output = digest((Algorithm::Argon2id, Version::V0x13, &params), &password, &salt, memory)?;
            in_phc_format(&params, salt, output)
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it is not, and finding that out takes as long: the same
    /// code checks it, because a second copy that the compiler makes of Argon2 is faster or slower by some hundredths.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let hash = hash.map_or_else(|| self.hash_of_nobody(), Ok)?;
        self.work(move |memory| {
            let hash = PasswordHash::new(&hash).map_err(internal)?;
            let (Some(version), Some(salt), Some(expected)) = (hash.version, &hash.salt, &hash.hash) else {
                return Err(internal("a hash has no version, no salt or no output"));
            };
            let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(internal)?;
            let version = Version::try_from(version).map_err(internal)?;
            let params = Params::try_from(&hash).map_err(internal)?;
            // Outputs are compared in constant time.
            Ok(digest((algorithm, version, &params), &password, salt, memory)? == *expected)
        })
        .await
    }

    /// One that no password is known to have.
    fn hash_of_nobody(&self) -> Result<String, Error> {
        let output = Output::new(&[0; Params::DEFAULT_OUTPUT_LEN]).map_err(internal)?;
        in_phc_format(&self.params()?, Salt::generate(), output)
    }

    fn params(&self) -> Result<Params, Error> {
        Params::new(self.cost.memory_kib, self.cost.passes, 1, None).map_err(internal)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        // Held by the work and not by its caller, who may go away.
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(internal)?;
        let idle = Arc::clone(&self.idle);
        let work = tokio::task::spawn_blocking(move || {
            let mut memory = idle.lock().pop().unwrap_or_default();
            let result = work(&mut memory);
            // Before the permit, whose next owner takes it.
            idle.lock().push(memory);
            drop(permit);
            result
        });
        work.await.map_err(internal)?
    }
}

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Algorithm, version, parameters, salt and output, as the library itself would write them.
fn in_phc_format(params: &Params, salt: Salt, output: Output) -> Result<String, Error> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(internal)?,
        salt: Some(salt),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

fn digest(
    (algorithm, version, params): (Algorithm, Version, &Params),
    password: &str,
    salt: &Salt,
    memory: &mut Memory,
) -> Result<Output, Error> {
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let mut output = [0; Output::MAX_LENGTH];
    let output = &mut output[..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    Argon2::new(algorithm, version, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, output, &mut memory[..blocks])
        .map_err(internal)?;
    Output::new(output).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal { reason: format!("password hashing: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1 };

    /// As a release before this one has written them, and with another cost.
    #[tokio::test]
    async fn takes_hashes_that_the_library_has_made_by_itself() {
        use argon2::password_hash::PasswordHasher as _;
        let passwords = Passwords::new(CHEAP);
        for (memory_kib, passes) in [(8, 1), (64, 3)] {
            let params = Params::new(memory_kib, passes, 1, None).unwrap();
            let made = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(b"a word").unwrap();
            assert_eq!(passwords.verify("a word".into(), Some(made.to_string())).await, Ok(true));
            assert_eq!(passwords.verify("another".into(), Some(made.to_string())).await, Ok(false));
        }
    }

    #[tokio::test]
    async fn the_library_takes_ours() {
        use argon2::password_hash::PasswordVerifier as _;
        let hash = Passwords::new(CHEAP).hash("a word".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        let hash = PasswordHash::new(&hash).unwrap();
        assert!(Argon2::default().verify_password(b"a word", &hash).is_ok());
        assert!(Argon2::default().verify_password(b"another", &hash).is_err());
    }

    #[tokio::test]
    async fn a_password_is_salted_anew_each_time() {
        let passwords = Passwords::new(CHEAP);
        assert_ne!(passwords.hash("a word".into()).await, passwords.hash("a word".into()).await);
    }

    /// However many wait, and whatever thread each runs on.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn memory_is_kept_for_as_many_as_work_at_once() {
        let passwords = Passwords::new(CHEAP);
        let hash = passwords.hash("a word".into()).await.unwrap();
        let checks = (0..200).map(|n| passwords.verify(n.to_string(), (n % 2 == 0).then(|| hash.clone())));
        for check in futures_util::future::join_all(checks).await {
            assert_eq!(check, Ok(false));
        }
        let at_once = passwords.permits.available_permits();
        let kept: Vec<usize> = passwords.idle.lock().iter().map(Vec::len).collect();
        assert!((1..=at_once).contains(&kept.len()), "{kept:?} for {at_once} at once");
        assert!(kept.iter().all(|blocks| *blocks == 8), "{kept:?}");
    }

    #[tokio::test]
    async fn a_hash_that_is_none_is_our_fault() {
        let passwords = Passwords::new(CHEAP);
        for hash in
            ["!", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ", "$argon2x$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"]
        {
            let checked = passwords.verify("a word".into(), Some(hash.into())).await;
            assert!(matches!(checked, Err(Error::Internal { .. })), "{hash}: {checked:?}");
        }
    }
}
