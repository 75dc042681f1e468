use jiff::Timestamp;

use crate::domain::{Hold, HoldId, SeatId, UserId};
use crate::error::Error;

/// What a script has answered.
pub(super) enum Reply {
    /// The hold as it is now, and all seats that the user holds, where the script tells them.
    Held(Hold, Vec<SeatId>),
    /// It is gone.
    Gone,
    /// Its seats are not those that were passed: look again.
    Changed,
}

impl Reply {
    /// Reads the words of an answer about this hold; a refusal is an error.
    pub(super) fn read(words: &[String], id: HoldId, user: UserId, limit: u32) -> Result<Self, Error> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["HELD", seats, expires_at, extendable_until, all @ ..] => {
                let hold = Hold {
                    id,
                    user,
                    seats: read_seats(seats)?,
                    expires_at: read_instant(expires_at)?,
                    extendable_until: read_instant(extendable_until)?,
                };
                Ok(Self::Held(hold, all.first().map(|all| read_seats(all)).transpose()?.unwrap_or_default()))
            }
            ["GONE"] => Ok(Self::Gone),
            ["CHANGED"] => Ok(Self::Changed),
            ["TAKEN", seats @ ..] => {
                Err(Error::SeatsTaken { seats: seats.iter().map(|seat| read_seat(seat)).collect::<Result<_, _>>()? })
            }
            ["LIMIT"] => Err(Error::OverLimit { limit }),
            ["NOT_FOUND"] => Err(Error::HoldNotFound),
            ["EXPIRED"] => Err(Error::HoldExpired),
            other => Err(not_understood(&other.join(" "))),
        }
    }
}

/// Ids joined by commas.
pub(super) fn read_seats(text: &str) -> Result<Vec<SeatId>, Error> {
    let mut seats = text.split(',').filter(|seat| !seat.is_empty()).map(read_seat).collect::<Result<Vec<_>, _>>()?;
    seats.sort_unstable();
    Ok(seats)
}

pub(super) fn read_instant(text: &str) -> Result<Timestamp, Error> {
    text.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok()).ok_or_else(|| not_understood(text))
}

fn read_seat(text: &str) -> Result<SeatId, Error> {
    text.parse().map_err(|_| not_understood(text))
}

fn not_understood(text: &str) -> Error {
    Error::Internal { reason: format!("Redis has answered {text:?}") }
}
