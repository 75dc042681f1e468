//! The invariants, as a function: what must always be true of a shop, whatever has happened to it.
//!
//! [`BoxOffice::audit`](crate::BoxOffice::audit) checks them while anybody may be selling, on one snapshot of the
//! database, and looks at what is in Redis too. Run it after every test, and every night. What it finds is told, not
//! repaired: for that, see [`doctor`](crate::doctor).
//!
//! ```
//! # use ticket_core::testing::Example;
//! # Example::run(async |Example { shop, box_office, mina, seats, .. }| {
//! # box_office.book(mina, vec![seats[0]]).await?;
//! assert!(box_office.audit().await?.is_clean());
//!
//! // Somebody edits the database by hand.
//! # let database = shop.database();
//! rusqlite::Connection::open(database)?.execute("UPDATE seat SET state = 'AVAILABLE'", [])?;
//! let report = box_office.audit().await?;
//! assert_eq!(report.findings[0].invariant, 4);
//! println!("{report}"); // a line for each invariant, and below it what breaks it
//! # Ok(())
//! # });
//! ```

use serde::Serialize;

use crate::error::Error;

/// What an audit has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditReport {
    /// The invariants that were checked.
    pub checked: Vec<Invariant>,
    /// What breaks them; empty when all is well.
    pub findings: Vec<Finding>,
}

impl AuditReport {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Something that must always be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invariant {
    /// Its number, which stays.
    pub number: u8,
    /// What must be true.
    pub text: &'static str,
}

/// A violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// The invariant that it breaks.
    pub invariant: u8,
    /// Which rows, and how.
    pub text: String,
}

impl Finding {
    pub(crate) fn new(invariant: u8, text: String) -> Self {
        Self { invariant, text }
    }
}

/// What was found; that the database cannot be read is a finding as well.
pub(crate) fn or_damage<T>(found: Result<Vec<T>, Error>, tell: impl Fn(u8, String) -> T) -> Result<Vec<T>, Error> {
    match found {
        Err(Error::Damaged { reason }) => {
            Ok(vec![tell(17, format!("the database is damaged ({reason}); restore a backup"))])
        }
        found => found,
    }
}

/// The invariants that are checked. Their numbers are stable, and have gaps for those that cannot be seen in the data.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { number: 1, text: "A seat has at most one valid ticket." },
    Invariant {
        number: 3,
        text: "A booking's tickets are for seats of one performance, and it is booked while one is valid.",
    },
    Invariant {
        number: 4,
        text: "A seat's state is that of its tickets and offers, and that of the last entry of its history.",
    },
    Invariant { number: 8, text: "No user has more seats of a performance than the show allows." },
    Invariant { number: 9, text: "Waiters are served in their order, and a seat is offered to one at a time." },
    Invariant { number: 10, text: "An idempotency key was used once, and its answer is kept." },
    Invariant { number: 11, text: "Every hold ends by itself, and not before its time." },
    Invariant { number: 12, text: "A held seat is free, and belongs to the hold that it names." },
    Invariant { number: 13, text: "The fences of a job only grow." },
    Invariant { number: 14, text: "Every offer is told by one mail." },
    Invariant {
        number: 16,
        text: "Sales are counted as there are tickets, and kept rankings are what they were then.",
    },
    Invariant { number: 17, text: "The database is sound, and every reference in it leads somewhere." },
    Invariant { number: 19, text: "Nothing of a cancelled performance is sold, held or waited for." },
];

impl std::fmt::Display for AuditReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self.checked.iter().map(|invariant| invariant.text.len()).max().unwrap_or_default();
        for invariant in &self.checked {
            let broken = self.findings.iter().filter(|finding| finding.invariant == invariant.number);
            let count = broken.clone().count();
            let verdict = if count == 0 { "ok".to_owned() } else { format!("{count} broken") };
            writeln!(f, "{:>3}  {:<width$}  {verdict}", invariant.number, invariant.text)?;
            for finding in broken {
                writeln!(f, "     - {}", finding.text)?;
            }
        }
        Ok(())
    }
}
