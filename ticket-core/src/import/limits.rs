/// Most seats and gaps of one performance.
pub(super) const SEATS_MAX: usize = 200_000;

/// Highest price, in minor units.
pub(super) const PRICE_MAX: i64 = 1_000_000_000_000;

/// Highest number of a seat.
pub(super) const NUMBER_MAX: u32 = 99_999;

/// Farthest that anything lies from the origin of the plan, in its units.
pub(super) const PLAN_MAX: f64 = 100_000.0;
