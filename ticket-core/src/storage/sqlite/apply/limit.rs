//! What a lower limit per buyer would break.

use rusqlite::{Connection, params};

use super::SeatInTheWay;
use crate::domain::ShowId;
use crate::error::Error;
use crate::storage::sqlite::convert::DateText;

/// The seats, sold and offered, of those who have more of a performance than `limit`.
pub(super) fn seats_over(connection: &Connection, show: ShowId, limit: u32) -> Result<Vec<SeatInTheWay>, Error> {
    let mut statement = connection.prepare(
        "SELECT owned.id, owned.guid, owned.date, owned.round, owned.seats FROM (
             SELECT seat.id, seat.guid, performance.date, performance.round,
                    count(*) OVER (PARTITION BY had.performance_id, had.user_id) AS seats
             FROM (SELECT performance_id, user_id, seat_id FROM ticket WHERE state = 'BOOKED'
                   UNION ALL
                   SELECT entry.performance_id, entry.user_id, offered.seat_id FROM waitlist_entry AS entry
                   JOIN waitlist_seat AS offered ON offered.entry_id = entry.id AND offered.status = 'OFFERED'
                   WHERE entry.state = 'ACTIVATION') AS had
             JOIN performance ON performance.id = had.performance_id AND performance.show_id = ?1
             JOIN seat ON seat.id = had.seat_id) AS owned
         WHERE owned.seats > ?2",
    )?;
    let over = statement.query_map(params![show, limit], |row| {
        let (date, round, seats): (DateText, u32, u32) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(SeatInTheWay {
            seat_id: row.get(0)?,
            guid: row.get(1)?,
            performance: super::subject_of(date.0, round),
            reason: format!("of a buyer who has {seats}, more than {limit}"),
        })
    })?;
    Ok(over.collect::<rusqlite::Result<_>>()?)
}
