use std::fmt;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Category, Fence, Ranking, RankingPeriod, later};
use crate::error::Error;

/// How long a ranking is served after it was computed.
const LIFE: SignedDuration = SignedDuration::from_mins(70);

/// Grows with every change of what an [`Entry`] means: programs of two versions may share a cache.
const VERSION: u32 = 1;

/// Where rankings are kept. It knows nothing of what it keeps.
#[async_trait]
pub(crate) trait RankingCache: Send + Sync {
    /// What is kept under a key, if anything.
    async fn get(&self, key: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Error>;

    /// Keeps a value, in place of whatever is there, from the one instant until the other. With a fence, only while that is
    /// the newest (`D_001`).
    async fn put(
        &self,
        key: &str,
        value: Vec<u8>,
        life: (Timestamp, Timestamp),
        fence: Option<&Fence>,
    ) -> Result<(), Error>;
}

/// Which ranking. As text, it is the key of the cache.
///
/// The start of the window is a part of it: when a day, a week or a month has passed, its ranking is not asked for any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Subject {
    pub(super) category: Category,
    pub(super) period: RankingPeriod,
    pub(super) start: Timestamp,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ranking:{}:{}:{}", self.category, self.period, self.start.as_millisecond())
    }
}

/// What is kept: a ranking, and what tells it from whatever else may be found in its place.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    version: u32,
    subject: Subject,
    ranking: Ranking,
}

impl Entry {
    /// The bytes to keep, and until when.
    pub(super) fn write(subject: Subject, ranking: &Ranking) -> Result<(Vec<u8>, Timestamp), Error> {
        let expires_at = later(ranking.window.end, LIFE);
        serde_json::to_vec(&Self { version: VERSION, subject, ranking: ranking.clone() })
            .map(|value| (value, expires_at))
            .map_err(|error| Error::Internal { reason: format!("a ranking as JSON: {error}") })
    }

    /// The ranking, unless it is something else, or too old. One from a clock that is a little ahead is taken too.
    pub(super) fn read(value: &[u8], subject: Subject, now: Timestamp) -> Option<Ranking> {
        let entry: Self = serde_json::from_slice(value).ok()?;
        let age = now.duration_since(entry.ranking.window.end).abs();
        let is_it = entry.version == VERSION && entry.subject == subject && entry.ranking.window.start == subject.start;
        (is_it && age < LIFE).then_some(entry.ranking)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RankedShow, ShowId, Weekday};

    const NOW: &str = "2027-03-03T12:00:00Z";

    fn entry() -> (Subject, Ranking, serde_json::Value) {
        let window = RankingPeriod::Day.window(NOW.parse().unwrap(), &jiff::tz::TimeZone::UTC, Weekday::Thursday);
        let show = RankedShow {
            show: ShowId(1),
            name: "Hamlet".into(),
            venue_name: "Globe".into(),
            start_date: window.first_day,
            end_date: window.first_day,
            tickets: 3,
        };
        let subject = Subject { category: Category::Play, period: RankingPeriod::Day, start: window.start };
        let ranking = Ranking { window, shows: vec![show] };
        let (value, _) = Entry::write(subject, &ranking).unwrap();
        (subject, ranking, serde_json::from_slice(&value).unwrap())
    }

    fn read(value: &serde_json::Value, now: &str) -> Option<Ranking> {
        Entry::read(&serde_json::to_vec(value).unwrap(), entry().0, now.parse().unwrap())
    }

    #[test]
    fn what_was_kept_is_read_for_seventy_minutes() {
        let (_, ranking, value) = entry();
        for now in [NOW, "2027-03-03T13:09:59.999Z", "2027-03-03T11:59:58Z"] {
            assert_eq!(read(&value, now).as_ref(), Some(&ranking), "{now}");
        }
        assert_eq!(read(&value, "2027-03-03T13:10:00Z"), None);
        assert_eq!(read(&value, "2027-03-03T10:00:00Z"), None, "from a clock that is far ahead");
    }

    #[test]
    fn anything_else_is_not() {
        let (subject, ..) = entry();
        for bytes in [&b""[..], b"\xff\xfe\x00", b"null", b"{}", b"[1, 2]", b"\"ranking\"", b"{\"version\":1}"] {
            assert_eq!(Entry::read(bytes, subject, NOW.parse().unwrap()), None, "{bytes:?}");
        }
        for (pointer, other) in [
            ("/version", serde_json::json!(2)),
            ("/subject/category", "MUSICAL".into()),
            ("/subject/period", "WEEK".into()),
            ("/subject/start", "2027-03-02T00:00:00Z".into()),
            ("/ranking/window/start", "2027-03-02T00:00:00Z".into()),
            ("/ranking/window/end", "9999-01-01T00:00:00Z".into()),
            ("/ranking/shows/0/tickets", serde_json::json!(-1)),
            ("/ranking/shows", serde_json::json!("none")),
        ] {
            let (.., mut value) = entry();
            *value.pointer_mut(pointer).unwrap() = other;
            assert_eq!(read(&value, NOW), None, "{pointer}");
        }
    }
}
