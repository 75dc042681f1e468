use jiff::Timestamp;

use super::Waitlist;
use crate::domain::{EntryId, SeatId, SeatState, UserId, WaitlistEntry, WaitlistWish};
use crate::error::Error;
use crate::storage::{Ending, HeldElsewhere, JoinOrder};

impl Waitlist {
    /// Puts a wish at the end of the queue.
    pub(crate) async fn join<E: Ending<EntryId>>(
        &self,
        user: UserId,
        wish: WaitlistWish,
        ending: E,
        now: Timestamp,
    ) -> Result<E::Answer, Error> {
        check_counts(&wish)?;
        let held = if self.holds.are_in_store() { None } else { Some(self.held_elsewhere(user, &wish, now).await?) };
        self.store.join_waitlist(JoinOrder { user, wish, held }, ending, now).await
    }

    /// Gives up waiting, or what is offered.
    pub(crate) async fn leave<E: Ending<WaitlistEntry>>(
        &self,
        user: UserId,
        entry: EntryId,
        ending: E,
    ) -> Result<E::Answer, Error> {
        self.store.leave_waitlist(entry, user, ending, self.clock.clone()).await
    }

    /// What is held of the performance outside of the database.
    async fn held_elsewhere(&self, user: UserId, wish: &WaitlistWish, now: Timestamp) -> Result<HeldElsewhere, Error> {
        let (seats, performance, _, _) = self.store.chosen(wish.seats.clone(), user).await?;
        let holds = self.holds.of_user(performance.id, user, now).await?;
        let own: Vec<SeatId> = holds.into_iter().flat_map(|hold| hold.seats).collect();
        if seats.iter().all(|seat| seat.state != SeatState::Available) {
            // Whether anybody holds them is of no matter.
            return Ok(HeldElsewhere { own, by_others: Vec::new() });
        }
        let held = self.holds.held_seats(performance.id, now).await?;
        let by_others = held.into_iter().filter(|seat| !own.contains(seat)).collect();
        Ok(HeldElsewhere { own, by_others })
    }
}

/// What can be told of a wish without looking any seat up.
fn check_counts(wish: &WaitlistWish) -> Result<(), Error> {
    let WaitlistWish { seat_count, seats } = wish;
    if !(1..=WaitlistWish::SEATS_MAX).contains(seat_count) {
        return Err(Error::BadSeatCount { given: i64::from(*seat_count) });
    }
    if seats.is_empty() {
        return Err(Error::NoSeatWanted);
    }
    let (min, max) = (*seat_count as usize, (*seat_count * WaitlistWish::CHOICES_PER_SEAT_MAX) as usize);
    if !(min..=max).contains(&seats.len()) {
        return Err(Error::BadSeatChoice { seat_count: *seat_count, given: seats.len() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_wait_for_one_to_three_seats_out_of_ten_for_each() {
        let check =
            |seat_count, named| check_counts(&WaitlistWish { seat_count, seats: (0..named).map(SeatId).collect() });
        for seat_count in [0, 4, u32::MAX] {
            assert_eq!(check(seat_count, 4), Err(Error::BadSeatCount { given: i64::from(seat_count) }));
        }
        for seat_count in 1..=3 {
            let (min, max) = (i64::from(seat_count), i64::from(seat_count) * 10);
            assert_eq!(check(seat_count, 0), Err(Error::NoSeatWanted));
            for named in [min - 1, max + 1].into_iter().filter(|named| *named > 0) {
                let given = usize::try_from(named).unwrap();
                assert_eq!(check(seat_count, named), Err(Error::BadSeatChoice { seat_count, given }));
            }
            assert_eq!((check(seat_count, min), check(seat_count, max)), (Ok(()), Ok(())));
        }
    }
}
