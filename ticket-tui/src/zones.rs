//! Whose clocks the times on the screen are of.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Everything is told by the clocks of the shop: its performances are local to them. Where those of the user show another
/// time, their zone is named.
#[derive(Debug, Clone)]
pub struct Zones {
    shop: TimeZone,
    user: TimeZone,
}

impl Zones {
    /// Of a user who has not been told yet where the shop is: as if it were here.
    #[must_use]
    pub fn of_user(user: TimeZone) -> Self {
        Self { shop: user.clone(), user }
    }

    /// The same with the zone of the shop.
    #[must_use]
    pub fn with_shop(self, shop: TimeZone) -> Self {
        Self { shop, ..self }
    }

    /// An instant by the clocks of the shop.
    pub(crate) fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.shop.clone())
    }

    /// What the zone of the shop is called at an instant, when the user's clock shows another time: `KST`.
    pub(crate) fn name(&self, at: Timestamp) -> Option<String> {
        let is_other = self.shop.to_offset(at) != self.user.to_offset(at);
        is_other.then(|| self.local(at).strftime("%Z").to_string())
    }
}
