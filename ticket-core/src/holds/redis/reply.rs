use jiff::Timestamp;

use crate::domain::{Hold, HoldId, SeatId, UserId};
use crate::error::Error;
use crate::holds::{Acquired, Claims};

/// What a script has answered.
pub(super) enum Reply {
    /// The hold as it is now, and what else the script tells.
    Held(Acquired),
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
            ["HELD", seats, expires_at, extendable_until, rest @ ..] => {
                let hold = Hold {
                    id,
                    user,
                    seats: read_seats(seats)?,
                    expires_at: read_instant(expires_at)?,
                    extendable_until: read_instant(extendable_until)?,
                };
                let (held, former) =
                    rest.split_first().map_or((Ok(Vec::new()), &[][..]), |(held, former)| (read_seats(held), former));
                let former = former.iter().map(|former| read_former(former, &hold)).collect::<Result<_, _>>()?;
                Ok(Self::Held(Acquired { hold, held: held?, former }))
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

/// A hold that has lost these seats to a new one: `<token>|<expires>|<cap>|<seats>`.
fn read_former(text: &str, new: &Hold) -> Result<Hold, Error> {
    let parts: Vec<&str> = text.split('|').collect();
    let [token, expires_at, extendable_until, seats] = parts[..] else { return Err(not_understood(text)) };
    Ok(Hold {
        id: HoldId { performance: new.id.performance, token: token.parse().map_err(|_| not_understood(text))? },
        user: new.user,
        seats: read_seats(seats)?,
        expires_at: read_instant(expires_at)?,
        extendable_until: read_instant(extendable_until)?,
    })
}

/// A version, and seats with the ends of their claims.
pub(super) fn read_claims(words: &[String]) -> Result<Claims, Error> {
    let (version, seats) = words.split_first().ok_or_else(|| not_understood(""))?;
    let seats = seats.chunks_exact(2).map(|pair| Ok((read_seat(&pair[0])?, read_instant(&pair[1])?)));
    Ok(Claims { version: version.clone(), seats: seats.collect::<Result<_, Error>>()? })
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
