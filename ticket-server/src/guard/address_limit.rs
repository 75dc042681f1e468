use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::{network_of, too_many};
use crate::RateLimit;
use crate::error::ApiError;

/// After how many requests those addresses are forgotten that could make a whole burst again.
///
/// So memory is bounded by what the server can do: at most as many addresses as requests since the last time are new, and
/// of the others only those are kept that have asked within the last moments.
const FORGET_AFTER: u32 = 4096;

/// How many requests each address may make (GCRA). An IPv6 address stands for its network, of which a client has the whole.
pub(super) struct AddressLimit<C: Clock = MonotonicClock> {
    limiter: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    requests: AtomicU32,
}

impl AddressLimit {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self::with_clock(limit, MonotonicClock)
    }
}

impl<C: Clock + Clone> AddressLimit<C> {
    fn with_clock(limit: RateLimit, clock: C) -> Self {
        let positive = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(positive(limit.per_second)).allow_burst(positive(limit.burst));
        let limiter = RateLimiter::hashmap_with_clock(quota, clock.clone());
        Self { limiter, clock, requests: AtomicU32::new(0) }
    }

    pub(super) fn admit(&self, address: IpAddr) -> Result<(), ApiError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(&network_of(address))
            .map_err(|refusal| too_many(refusal.wait_time_from(self.clock.now())))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limit(burst: u32, per_second: u32) -> (AddressLimit<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (AddressLimit::with_clock(RateLimit { burst, per_second }, clock.clone()), clock)
    }

    fn address(n: u32) -> IpAddr {
        Ipv4Addr::from_bits(n).into()
    }

    #[test]
    fn a_burst_and_then_so_many_a_second_for_each_address() {
        let (limit, clock) = limit(300, 2);
        for _ in 0..300 {
            limit.admit(address(1)).unwrap();
        }
        assert_eq!(limit.admit(address(1)), Err(ApiError::TooManyRequests { retry_after: 1 }));
        limit.admit(address(2)).unwrap();
        clock.advance(Duration::from_secs(1));
        limit.admit(address(1)).unwrap();
        limit.admit(address(1)).unwrap();
        assert!(limit.admit(address(1)).is_err());
    }

    #[test]
    fn a_client_has_a_whole_network_of_ipv6() {
        let (limit, _) = limit(1, 1);
        let home = |host: u16| IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, host));
        limit.admit(home(1)).unwrap();
        assert!(limit.admit(home(2)).is_err());
        limit.admit(Ipv6Addr::new(0x2001, 0xdb8, 0, 2, 0, 0, 0, 1).into()).unwrap();
        limit.admit(address(1)).unwrap();
        assert!(limit.admit(Ipv4Addr::from_bits(1).to_ipv6_mapped().into()).is_err());
    }

    #[test]
    fn forgets_addresses_that_are_away() {
        let (limit, clock) = limit(2_000, 200);
        for n in 0..100_000 {
            limit.admit(address(n)).unwrap();
            clock.advance(Duration::from_micros(20));
        }
        // Those since it last forgot, and those before of the last 5 ms, which is what one request counts for.
        assert!(limit.limiter.len() <= FORGET_AFTER as usize + 250, "{}", limit.limiter.len());
    }
}
