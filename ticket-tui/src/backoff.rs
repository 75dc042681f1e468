//! How long to wait before trying again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(10);

/// The pause before an attempt: none before the first (0), then half a second, doubling to ten, each between half of
/// that and all of it, so that a crowd does not come back in one moment.
#[must_use]
pub(crate) fn pause(attempt: u32) -> Duration {
    longest(attempt).mul_f64(0.5 + rand::random::<f64>() / 2.0)
}

fn longest(attempt: u32) -> Duration {
    match attempt.checked_sub(1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST.saturating_mul(1 << doublings.min(10)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_ten_seconds() {
        let millis: Vec<_> = (0..8).map(|attempt| longest(attempt).as_millis()).collect();
        assert_eq!(millis, [0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(longest(u32::MAX), LONGEST);
        for attempt in 1..20 {
            let pause = pause(attempt);
            assert!(pause <= longest(attempt) && pause >= longest(attempt) / 2);
        }
    }
}
