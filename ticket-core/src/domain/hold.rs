use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Currency, ParseError, PerformanceId, Seat, SeatId, UserId, sum};

/// The secret of a hold: 128 random bits. Who knows it and owns the hold may extend, change, confirm or release it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HoldToken(pub u128);

impl std::fmt::Display for HoldToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::fmt::Debug for HoldToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HoldToken({self})")
    }
}

impl std::str::FromStr for HoldToken {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        (text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            .then(|| u128::from_str_radix(text, 16).ok().map(Self))
            .flatten()
            .ok_or_else(|| ParseError::new("hold token", text, "32 lower-case hexadecimal digits"))
    }
}

/// Public id of a hold: `<performance>-<token>`, so that what belongs to it can be found without a look-up.
///
/// ```
/// use ticket_core::domain::{HoldId, PerformanceId};
///
/// let id: HoldId = "7-000000000000000000000000000000ff".parse()?;
/// assert_eq!(id.performance, PerformanceId(7));
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HoldId {
    /// The performance whose seats are held.
    pub performance: PerformanceId,
    /// The secret.
    pub token: HoldToken,
}

impl std::fmt::Display for HoldId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.performance, self.token)
    }
}

impl std::str::FromStr for HoldId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('-')
            .and_then(|(performance, token)| {
                Some(Self { performance: performance.parse().ok()?, token: token.parse().ok()? })
            })
            .ok_or_else(|| ParseError::new("hold id", text, "<performance id>-<32 hexadecimal digits>"))
    }
}

impl From<HoldId> for String {
    fn from(id: HoldId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for HoldId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// One user's claim on some seats of one performance, for a limited time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// Its owner.
    pub user: UserId,
    /// The claimed seats, in the order of their ids.
    pub seats: Vec<SeatId>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The latest end that extending can reach.
    pub extendable_until: Timestamp,
}

/// What seats are claimed for.
#[cfg(feature = "engine")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClaimPurpose {
    /// To be held for a while.
    Hold,
    /// To be sold at once: no map need show that they are held until then.
    Sale,
    /// The same, but nobody has looked at the seats before: what the user holds already stays as it is, and the claim is
    /// refused.
    BlindSale,
}

/// A wish to hold seats. The seats are known to be distinct and of this performance.
#[cfg(feature = "engine")]
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Id of the hold to be.
    pub(crate) id: HoldId,
    /// Its owner.
    pub(crate) user: UserId,
    /// The seats.
    pub(crate) seats: Vec<SeatId>,
    /// How many seats the user may have, booked, held and offered together.
    pub(crate) limit: u32,
    /// What the user has booked already, and what is offered to him, as far as that is known.
    pub(crate) owned: Vec<SeatId>,
    /// What for.
    #[cfg_attr(
        not(feature = "redis"),
        expect(dead_code, reason = "in the database, one transaction looks at everything")
    )]
    pub(crate) purpose: ClaimPurpose,
    /// When it is to end by itself.
    pub(crate) expires_at: Timestamp,
    /// The latest end that extending may reach.
    pub(crate) extendable_until: Timestamp,
}

/// A hold with all that a buyer wants to know of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HeldSeats {
    /// The hold.
    pub hold: Hold,
    /// Its seats, in the order of their ids.
    pub seats: Vec<Seat>,
    /// Currency of their prices.
    pub currency: Currency,
}

impl HeldSeats {
    /// Sum of the seats, in minor units.
    #[must_use]
    pub fn total_price(&self) -> i64 {
        sum(self.seats.iter().map(|seat| seat.price))
    }
}
