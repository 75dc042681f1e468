use jiff::Timestamp;

use super::Performance;

/// Whether seats of a performance are on sale at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleWindow {
    /// They are.
    Open,
    /// Not yet.
    NotYet {
        /// When selling begins.
        opens_at: Timestamp,
    },
    /// No more.
    Closed {
        /// Since when.
        closed_at: Timestamp,
    },
    /// Never again: the performance is cancelled.
    Canceled {
        /// Since when.
        canceled_at: Timestamp,
    },
}

impl SaleWindow {
    /// The window of this performance at `now`. It opens at its first instant and is closed at its last.
    #[must_use]
    pub fn of(performance: &Performance, now: Timestamp) -> Self {
        if let Some(canceled_at) = performance.canceled_at {
            return Self::Canceled { canceled_at };
        }
        if now >= performance.sale_closes_at {
            return Self::Closed { closed_at: performance.sale_closes_at };
        }
        match performance.sale_opens_at {
            Some(opens_at) if now < opens_at => Self::NotYet { opens_at },
            _ => Self::Open,
        }
    }
}
