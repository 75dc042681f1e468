//! One file per resource. A handler parses, calls the box office, and answers.

pub(crate) mod auth;
pub(crate) mod bookings;
pub(crate) mod contract;
#[cfg(feature = "docs")]
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod holds;
pub(crate) mod performances;
pub(crate) mod shows;
pub(crate) mod time;
pub(crate) mod users;
pub(crate) mod waitlist;

use crate::error::ApiError;

/// What a handler answers.
type Answer<T> = Result<T, ApiError>;
