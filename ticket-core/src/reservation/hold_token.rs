use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::domain::{HoldId, HoldToken, PerformanceId};
use crate::storage::KeyScope;

/// Makes tokens of holds that can be made again, and that nobody else can make.
#[derive(Clone)]
pub(crate) struct HoldTokens(Arc<Hmac<Sha256>>);

impl HoldTokens {
    /// All processes of a shop have the same secret. The life of the database tells its users, who are numbers here,
    /// from those of a copy.
    pub(crate) fn new(secret: &[u8], life: &str) -> Self {
        // A key of its own, for the secret signs access tokens too. HMAC fills a short key with zeros.
        let mut key = [0; 64];
        let of = Sha256::new().chain_update("ticket hold tokens").chain_update(life.len().to_be_bytes());
        key[..32].copy_from_slice(&of.chain_update(life).chain_update(secret).finalize());
        Self(Arc::new(Hmac::new(&key.into())))
    }

    /// The hold that a key names in a performance.
    pub(super) fn derive(&self, scope: &KeyScope, performance: PerformanceId) -> HoldId {
        let KeyScope { user, route, key } = scope;
        let mut mac = Hmac::clone(&self.0);
        mac.update(&user.0.to_be_bytes());
        mac.update(&performance.0.to_be_bytes());
        // The length keeps what belongs to the route apart from what belongs to the key.
        mac.update(&route.len().to_be_bytes());
        mac.update(route.as_bytes());
        mac.update(key.as_str().as_bytes());
        let hash = mac.finalize().into_bytes();
        HoldId { performance, token: HoldToken(u128::from_be_bytes(std::array::from_fn(|n| hash[n]))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;

    fn scope(user: i64, route: &str, key: &str) -> KeyScope {
        KeyScope { user: UserId(user), route: route.to_owned(), key: key.parse().unwrap() }
    }

    #[test]
    fn the_same_again_and_otherwise_another() {
        let tokens = HoldTokens::new(b"secret", "life");
        let first = tokens.derive(&scope(1, "hold", "key"), PerformanceId(1));
        assert_eq!(HoldTokens::new(b"secret", "life").derive(&scope(1, "hold", "key"), PerformanceId(1)), first);
        for other in [
            HoldTokens::new(b"Secret", "life").derive(&scope(1, "hold", "key"), PerformanceId(1)),
            HoldTokens::new(b"secret", "another").derive(&scope(1, "hold", "key"), PerformanceId(1)),
            HoldTokens::new(b"esecret", "lif").derive(&scope(1, "hold", "key"), PerformanceId(1)),
            tokens.derive(&scope(2, "hold", "key"), PerformanceId(1)),
            tokens.derive(&scope(1, "hol", "dkey"), PerformanceId(1)),
            tokens.derive(&scope(1, "hold", "yek"), PerformanceId(1)),
            tokens.derive(&scope(1, "hold", "key"), PerformanceId(2)),
        ] {
            assert_ne!(other.token, first.token);
        }
    }
}
