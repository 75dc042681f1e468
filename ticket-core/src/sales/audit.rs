use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Rankings;
use crate::audit::Finding;
use crate::domain::{Category, Ranking, RankingPeriod, ShowId, earlier, later};
use crate::error::Error;

/// A sale is counted when it is committed, a little after the instant that it bears; so what is sold this shortly before or
/// after a ranking was computed may be in it or not.
const COMMIT_TAKES: SignedDuration = SignedDuration::from_secs(10);

impl Rankings {
    /// What the rankings that are kept say otherwise than the tickets did when they were computed.
    pub(crate) async fn findings(&self, now: Timestamp) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for &category in Category::ALL {
            for &period in RankingPeriod::ALL {
                let (subject, _) = self.subject(category, period, now);
                let Some(ranking) = self.find(subject, now).await else { continue };
                let problems = self.problems_of(category, &ranking).await?;
                findings.extend(
                    problems.into_iter().map(|text| Finding { invariant: 16, text: format!("{subject}: {text}") }),
                );
            }
        }
        Ok(findings)
    }

    async fn problems_of(&self, category: Category, ranking: &Ranking) -> Result<Vec<String>, Error> {
        let end = ranking.window.end;
        let early = earlier(end, COMMIT_TAKES);
        let late = later(end, COMMIT_TAKES);
        let mut expected: BTreeMap<ShowId, (u64, u64)> = self
            .store
            .recount(category, ranking.window, (early, late))
            .await?
            .into_iter()
            .map(|(show, least, most)| (show, (least, most)))
            .collect();
        let mut problems = Vec::new();
        for ranked in &ranking.shows {
            let (least, most) = expected.remove(&ranked.show).unwrap_or_default();
            if !(least..=most).contains(&ranked.tickets) {
                let (show, tickets) = (ranked.show, ranked.tickets);
                problems.push(format!("show {show} is kept with {tickets} tickets and had {least} to {most} at {end}"));
            }
        }
        for (show, (least, _)) in expected {
            if least > 0 {
                problems.push(format!("show {show} is missing and had {least} tickets at {end}"));
            }
        }
        if !ranking.shows.is_sorted_by_key(|ranked| (std::cmp::Reverse(ranked.tickets), ranked.show)) {
            problems.push("the shows are not in order".into());
        }
        Ok(problems)
    }
}
