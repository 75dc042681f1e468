//! How long things took.

use std::time::Duration;

use serde::Serialize;

/// Percentiles of durations, in milliseconds; zero when there were none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Percentiles {
    /// The median.
    pub p50_ms: f64,
    /// 95 % were faster.
    pub p95_ms: f64,
    /// 99 % were faster.
    pub p99_ms: f64,
}

impl Percentiles {
    /// By nearest rank; sorts what it is given.
    pub fn of(durations: &mut [Duration]) -> Self {
        durations.sort_unstable();
        let at = |percent: usize| {
            let rank = (durations.len() * percent).div_ceil(100);
            durations.get(rank.saturating_sub(1)).map_or(0.0, |duration| duration.as_secs_f64() * 1000.0)
        };
        Self { p50_ms: at(50), p95_ms: at(95), p99_ms: at(99) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut durations: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(Percentiles::of(&mut durations), Percentiles { p50_ms: 100.0, p95_ms: 190.0, p99_ms: 198.0 });
        assert_eq!(Percentiles::of(&mut [Duration::from_millis(7)]).p99_ms, 7.0);
        assert_eq!(Percentiles::of(&mut []), Percentiles::default());
    }
}
