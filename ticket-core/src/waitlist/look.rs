use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::Waitlist;
use crate::domain::{
    EntryId, PerformanceId, SeatId, UserId, WaiterBefore, WaitingReason, WaitlistEntry, WaitlistFilter,
};
use crate::error::Error;

impl Waitlist {
    /// One entry of the user.
    pub(crate) async fn entry(&self, id: EntryId, user: UserId, now: Timestamp) -> Result<WaitlistEntry, Error> {
        let mut entry = self.store.waitlist_entry(id, user, now).await?;
        self.mind_held([&mut entry], now).await;
        Ok(entry)
    }

    /// A page of the user's entries, newest first, and how many there are in all.
    pub(crate) async fn of_user(
        &self,
        user: UserId,
        page: (u64, u64),
        now: Timestamp,
    ) -> Result<(Vec<WaitlistEntry>, u64), Error> {
        let (mut entries, total) = self.store.waitlist_of(user, page, now).await?;
        self.mind_held(&mut entries, now).await;
        Ok((entries, total))
    }

    /// The entries that an admin asks for, each with the email of its user.
    pub(crate) async fn list(
        &self,
        filter: WaitlistFilter,
        now: Timestamp,
    ) -> Result<Vec<(WaitlistEntry, String)>, Error> {
        let mut entries = self.store.list_waitlist(filter, now).await?;
        self.mind_held(entries.iter_mut().map(|(entry, _)| entry), now).await;
        Ok(entries)
    }

    /// An entry, the email of its user, and who is before it.
    pub(crate) async fn explain(
        &self,
        id: EntryId,
        now: Timestamp,
    ) -> Result<(WaitlistEntry, String, Vec<WaiterBefore>), Error> {
        let (mut entry, email, before) = self.store.explain_entry(id, now).await?;
        self.mind_held([&mut entry], now).await;
        Ok((entry, email, before))
    }

    /// Seats that others hold outside of the database are not on sale. While the place of the holds cannot be asked, what
    /// the database says is what is known.
    async fn mind_held(&self, entries: impl IntoIterator<Item = &mut WaitlistEntry>, now: Timestamp) {
        if self.holds.are_in_store() {
            return;
        }
        let mut held: HashMap<PerformanceId, HashSet<SeatId>> = HashMap::new();
        let on_sale = |entry: &WaitlistEntry| entry.waiting.is_some_and(|w| w.reason == WaitingReason::OnSale);
        for entry in entries.into_iter().filter(|entry| on_sale(entry)) {
            let performance = entry.performance.id;
            let held = match held.entry(performance) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let Ok(seats) = self.holds.held_seats(performance, now).await else { return };
                    unknown.insert(seats)
                }
            };
            let Ok(own) = self.holds.of_user(performance, entry.user, now).await else { return };
            let is_own = |seat| own.iter().any(|hold| hold.seats.contains(&seat));
            entry.mind_held(|seat| held.contains(&seat) && !is_own(seat));
        }
    }
}
