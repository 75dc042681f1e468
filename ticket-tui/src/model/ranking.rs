use jiff::Timestamp;
use ticket_core::api::RankingShow;
use ticket_core::domain::{Category, RankingPeriod};

/// Which shows sell best. The category is that of the tab.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Since when tickets are counted.
    pub period: RankingPeriod,
    /// The best first; `None` until the server has answered.
    pub shows: Option<Vec<RankingShow>>,
    /// What the server was last asked for, and when by our clock.
    pub asked: Option<(Option<Category>, RankingPeriod, Timestamp)>,
    /// Index in the list, on the screen of its own.
    pub cursor: usize,
}

impl Default for Ranking {
    fn default() -> Self {
        Self { period: RankingPeriod::Week, shows: None, asked: None, cursor: 0 }
    }
}

impl Ranking {
    /// The shows, the best first.
    #[must_use]
    pub fn shows(&self) -> &[RankingShow] {
        self.shows.as_deref().unwrap_or_default()
    }

    /// The period after this one: day, week, month, and again.
    #[must_use]
    pub fn next_period(&self) -> RankingPeriod {
        match self.period {
            RankingPeriod::Day => RankingPeriod::Week,
            RankingPeriod::Week => RankingPeriod::Month,
            RankingPeriod::Month => RankingPeriod::Day,
        }
    }
}
