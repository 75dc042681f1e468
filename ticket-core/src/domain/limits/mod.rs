//! What values may be: the same for show files and seating plans, for plans that a program makes, and for what an admin
//! edits.

use std::ops::RangeInclusive;

#[cfg(feature = "engine")]
mod checks;
#[cfg(feature = "engine")]
mod plans;

#[cfg(feature = "engine")]
pub(crate) use checks::{Breach, name, number, of, out_of_range, text, time, url};

/// A price, in minor units: nine million seats at the highest one still have a sum.
pub const PRICE: RangeInclusive<i64> = 0..=1_000_000_000_000;

/// Running time of a show in minutes, without the intermission.
pub const RUNNING_MINUTES: RangeInclusive<u32> = 1..=1_440;

/// Intermission in minutes.
pub const INTERMISSION_MINUTES: RangeInclusive<u32> = 0..=600;

/// Seats that one user may have of a performance.
pub const SEATS_PER_USER: RangeInclusive<u32> = 1..=1_000;

/// Hours before the start until which a buyer may cancel.
pub const CANCEL_UNTIL_HOURS: RangeInclusive<u32> = 0..=8_760;

/// The number of a performance on its date.
pub const ROUND: RangeInclusive<u32> = 1..=100;

/// Most performances of one show.
pub const PERFORMANCES_MAX: usize = 1_000;

/// Most seats and gaps of one performance.
pub const SEATS_MAX: usize = 200_000;

/// The number of a seat within its row.
pub const SEAT_NUMBER: RangeInclusive<u32> = 0..=99_999;

/// Farthest that anything lies from the origin of a plan, in its units.
pub const PLAN_MAX: f64 = 100_000.0;

/// Longest name, address and so on, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 200;

/// How an account is called, in characters.
pub const USER_NAME_CHARACTERS: RangeInclusive<usize> = 1..=100;
