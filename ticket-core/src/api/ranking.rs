use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::{RankedShow, Ranking, ShowId};

/// Answer of `GET /api/shows/ranking`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShowRanking {
    /// Since when tickets are counted, as local clocks show it.
    #[serde(with = "local_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::LocalTime))]
    pub aggregate_start_at: DateTime,
    /// When they were counted.
    #[serde(with = "local_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::LocalTime))]
    pub aggregate_end_at: DateTime,
    /// The shows with sales; the best first, and the earlier one first among equals.
    pub show_infos: Vec<RankingShow>,
}

/// A show in a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RankingShow {
    /// Its id.
    pub show_id: ShowId,
    /// Its name.
    pub show_name: String,
    /// The venue.
    pub place_name: String,
    /// First date.
    pub show_start_date: Date,
    /// Last date.
    pub show_end_date: Date,
    /// Tickets sold that are still valid.
    pub total_ticket_count: u64,
}

impl ShowRanking {
    /// A ranking, with instants as clocks of this time zone show them.
    #[must_use]
    pub fn new(ranking: Ranking, time_zone: &TimeZone) -> Self {
        Self {
            aggregate_start_at: time_zone.to_datetime(ranking.window.start),
            aggregate_end_at: time_zone.to_datetime(ranking.window.end),
            show_infos: ranking.shows.into_iter().map(RankingShow::from).collect(),
        }
    }
}

impl From<RankedShow> for RankingShow {
    fn from(show: RankedShow) -> Self {
        Self {
            show_id: show.show,
            show_name: show.name,
            place_name: show.venue_name,
            show_start_date: show.start_date,
            show_end_date: show.end_date,
            total_ticket_count: show.tickets,
        }
    }
}

/// `YYYY-MM-DD HH:MM:SS`, as the classic service writes it.
mod local_time {
    use jiff::civil::DateTime;
    use serde::{Deserialize, Deserializer, Serializer, de};

    const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

    pub(super) fn serialize<S: Serializer>(time: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime(FORMAT))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::strptime(FORMAT, &text).map_err(de::Error::custom)
    }
}
