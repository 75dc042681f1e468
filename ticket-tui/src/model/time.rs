//! What time it is for whom, and when the screen changes by itself.

use jiff::{SignedDuration, Timestamp};

use super::{Hall, Model, Notice, Screen, ShowPage};

/// So long it is told that a sale has opened: meanwhile the map stays where it was while one waited.
const OPENING_IS_NEWS: SignedDuration = SignedDuration::from_secs(10);

impl Model {
    /// The server's clock, as well as we know it.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        self.now.checked_add(self.clock_offset).unwrap_or(self.now)
    }

    /// Whole seconds until an instant of the server's clock, rounded up; 0 when it has passed.
    #[must_use]
    pub fn seconds_until(&self, instant: Timestamp) -> i64 {
        whole_seconds(instant.duration_since(self.server_now()))
    }

    /// Whole seconds for which the server has asked not to be asked, rounded up.
    #[must_use]
    pub fn busy_seconds(&self) -> Option<i64> {
        Some(whole_seconds(self.busy_until?.duration_since(self.now))).filter(|seconds| *seconds > 0)
    }

    /// Notes that the server has asked for a pause.
    pub fn wait_for_server(&mut self, seconds: u64) {
        let pause = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        let until = self.now.checked_add(pause).unwrap_or(self.now);
        self.busy_until = self.busy_until.max(Some(until));
    }

    /// Seconds until the sale opens, if it has not.
    #[must_use]
    pub fn opens_in(&self, hall: &Hall) -> Option<i64> {
        hall.house.header.sale_opens_at.map(|at| self.seconds_until(at)).filter(|seconds| *seconds > 0)
    }

    /// Whether the sale has opened a moment ago, and nothing is held yet.
    #[must_use]
    pub fn has_just_opened(&self, hall: &Hall) -> bool {
        let opened = hall.house.header.sale_opens_at.filter(|at| *at <= self.server_now() && hall.hold.is_none());
        opened.is_some_and(|at| self.server_now().duration_since(at) < OPENING_IS_NEWS)
    }

    /// Whether the sale is over.
    #[must_use]
    pub fn is_sale_over(&self, hall: &Hall) -> bool {
        hall.ended.is_some() || self.seconds_until(hall.house.header.sale_closes_at) == 0
    }

    /// When the screen next changes although nothing happens, by our clock; `None` while nothing runs.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let notice = self.notice.as_ref().and_then(Notice::until);
        let hall = self.hall.as_ref();
        let flash = hall.and_then(Hall::first_flash_end);
        let holds = hall.and_then(|h| h.hold.as_ref()).map(|hold| hold.expires_at);
        let holds = holds.into_iter().chain(self.held_elsewhere.iter().map(|hold| hold.expires_at));
        let hold = holds.filter_map(|expires_at| self.next_second(expires_at)).min();
        let opens = self.hall_on_screen().and_then(|h| self.next_second(h.house.header.sale_opens_at?));
        let old_news = |hall: &Hall| hall.house.header.sale_opens_at?.checked_add(OPENING_IS_NEWS).ok();
        let opened = self.hall_on_screen().and_then(|h| self.local(old_news(h)?));
        let closes = self.hall_on_screen().and_then(|h| self.local(h.house.header.sale_closes_at));
        let busy = self.busy_until.and_then(|until| self.next_second_of_ours(until));
        let spinner = self.waiting.next_frame(self.now);
        let offer = self.offered().and_then(|(_, offer)| self.next_second(offer.expires_at));
        let waitlist = self.waitlist_due();
        let listed = self.show.as_ref().filter(|_| self.screen == Screen::Show).and_then(|page| self.next_sale(page));
        [notice, flash, hold, opens, opened, closes, listed, busy, spinner, offer, waitlist].into_iter().flatten().min()
    }

    /// When the sale of a performance next opens or closes.
    fn next_sale(&self, page: &ShowPage) -> Option<Timestamp> {
        let sales = page.performances().iter().flat_map(|date| [date.sale_opens_at, Some(date.sale_closes_at)]);
        sales.flatten().filter_map(|at| self.local(at)).min()
    }

    /// An instant of the server's clock by ours, if it is still to come.
    fn local(&self, instant: Timestamp) -> Option<Timestamp> {
        instant.checked_sub(self.clock_offset).ok().filter(|at| *at > self.now)
    }

    /// When a countdown to that instant next shows another second.
    fn next_second(&self, instant: Timestamp) -> Option<Timestamp> {
        self.next_second_of_ours(self.local(instant)?)
    }

    /// The same for an instant of our clock that is still to come.
    fn next_second_of_ours(&self, until: Timestamp) -> Option<Timestamp> {
        let left = until.duration_since(self.now);
        let part = SignedDuration::new(0, left.subsec_nanos());
        let step = if part.is_zero() { SignedDuration::from_secs(1) } else { part };
        self.now.checked_add(step).ok()
    }
}

/// Rounded up; 0 when it is negative.
fn whole_seconds(left: SignedDuration) -> i64 {
    if left.is_positive() { left.as_secs() + i64::from(left.subsec_nanos() > 0) } else { 0 }
}
