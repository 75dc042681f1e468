use jiff::{Timestamp, TimestampArithmetic};

/// So long after an instant; at the end of time it stays there.
#[cfg(feature = "engine")]
pub(crate) fn later(at: Timestamp, by: impl Into<TimestampArithmetic>) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// So long before an instant; at the beginning of time it stays there.
pub(crate) fn earlier(at: Timestamp, by: impl Into<TimestampArithmetic>) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}
