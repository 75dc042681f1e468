use std::io::IsTerminal as _;

use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::{RankingShow, ShowRanking};
use ticket_core::domain::{Category, RankingPeriod};

use super::in_shop;
use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Cells of the longest bar.
const BAR_CELLS: u64 = 24;
/// A cell of a bar, from one eighth to all of it.
const EIGHTHS: [&str; 8] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];

/// Which shows sell best, as it is now
#[derive(Debug, clap::Args)]
pub(crate) struct Ranking {
    /// Only this category: MUSICAL, CONCERT or PLAY, in any case
    #[arg(long, value_name = "CATEGORY")]
    category: Option<Category>,
    /// Tickets sold since when: the beginning of the DAY, the WEEK or the MONTH
    #[arg(long, value_name = "PERIOD", default_value_t = RankingPeriod::Day)]
    period: RankingPeriod,
}

/// A ranking with the field names of the HTTP API, and what it is one of.
#[derive(Serialize)]
struct CategoryRanking {
    category: Category,
    period: RankingPeriod,
    #[serde(flatten)]
    ranking: ShowRanking,
}

impl Ranking {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let rankings = in_shop(global, async |box_office: &BoxOffice| self.read(box_office).await)?;
        match global.format {
            Format::Table => print(&rankings)?,
            data => output::records(data, &rankings)?,
        }
        Ok(Exit::Ok)
    }

    async fn read(&self, box_office: &BoxOffice) -> Result<Vec<CategoryRanking>> {
        let categories = self.category.as_ref().map_or(Category::ALL, std::slice::from_ref);
        let mut rankings = Vec::new();
        for &category in categories {
            let ranking = box_office.ranking_now(category, self.period).await?;
            let ranking = ShowRanking::new(ranking, box_office.time_zone());
            rankings.push(CategoryRanking { category, period: self.period, ranking });
        }
        Ok(rankings)
    }
}

fn print(rankings: &[CategoryRanking]) -> Result<()> {
    if let Some(CategoryRanking { ranking, .. }) = rankings.first() {
        let (start, end) = (ranking.aggregate_start_at, ranking.aggregate_end_at);
        output::note(format_args!("sold from {} to {}", start.strftime("%F %T"), end.strftime("%F %T")));
    }
    if rankings.iter().all(|ranking| ranking.ranking.show_infos.is_empty()) {
        output::note("no sales");
        return Ok(());
    }
    output::lines(table(rankings, std::io::stdout().is_terminal()))
}

/// The places of every category, with bars for people to see and without for whatever else reads them.
fn table(rankings: &[CategoryRanking], with_bars: bool) -> Vec<String> {
    let most = |shows: &[RankingShow]| shows.iter().map(|show| show.total_ticket_count).max().unwrap_or_default();
    let most = rankings.iter().map(|ranking| most(&ranking.ranking.show_infos)).max().unwrap_or_default();
    let rows = rankings.iter().flat_map(|CategoryRanking { category, ranking, .. }| {
        (1..).zip(&ranking.show_infos).map(move |(place, show): (u32, _)| {
            [
                category.to_string(),
                place.to_string(),
                show.show_name.clone(),
                show.place_name.clone(),
                show.total_ticket_count.to_string(),
                if with_bars { bar(show.total_ticket_count, most) } else { String::new() },
            ]
        })
    });
    output::table([text("CATEGORY"), number("PLACE"), text("SHOW"), text("VENUE"), number("TICKETS"), text("")], rows)
}

/// A bar as long as its share of the most; nothing sold is nothing drawn, and anything sold is something.
fn bar(tickets: u64, most: u64) -> String {
    let eighths = u128::from(tickets) * u128::from(BAR_CELLS) * 8 / u128::from(most.max(1));
    let eighths = usize::try_from(eighths).unwrap_or_default().max(usize::from(tickets > 0));
    let rest = eighths.checked_rem(8).filter(|rest| *rest > 0).map_or("", |rest| EIGHTHS[rest - 1]);
    EIGHTHS[7].repeat(eighths / 8) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_shares_of_the_most() {
        assert_eq!(bar(1000, 1000), "█".repeat(24));
        assert_eq!(bar(500, 1000), "█".repeat(12));
        assert_eq!(bar(30, 64), "███████████▎");
        assert_eq!(bar(1, 1_000_000), "▏");
        assert_eq!(bar(0, 1000), "");
        assert_eq!(bar(0, 0), "");
        assert_eq!(bar(u64::MAX, u64::MAX), "█".repeat(24));
    }

    #[test]
    fn a_terminal_gets_bars_behind_the_numbers() {
        let show = |show_id: i64, show_name: &str, total_ticket_count| RankingShow {
            show_id: ticket_core::domain::ShowId(show_id),
            show_name: show_name.into(),
            place_name: "Globe".into(),
            show_start_date: "2027-03-01".parse().unwrap(),
            show_end_date: "2027-03-01".parse().unwrap(),
            total_ticket_count,
        };
        let ranking = ShowRanking {
            aggregate_start_at: "2027-03-01T00:00:00".parse().unwrap(),
            aggregate_end_at: "2027-03-01T12:00:00".parse().unwrap(),
            show_infos: vec![show(2, "레미제라블", 32), show(1, "Cats", 7)],
        };
        let rankings = [CategoryRanking { category: Category::Musical, period: RankingPeriod::Day, ranking }];
        assert_eq!(
            table(&rankings, true),
            [
                "CATEGORY  PLACE  SHOW        VENUE  TICKETS",
                "MUSICAL       1  레미제라블  Globe       32  ████████████████████████",
                "MUSICAL       2  Cats        Globe        7  █████▎",
            ]
        );
    }
}
