use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::api::{RankingShow, ShowRanking};
use ticket_core::domain::{Category, RankingPeriod};

use super::in_shop;
use crate::bars::{Bars, Share};
use crate::cli::{Format, Global};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text, word};
use crate::parse::one_of;
use crate::table::Table;

/// Which shows sell best, as it is now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin ranking --period week --category musical")]
pub(crate) struct Ranking {
    /// Only this category
    #[arg(long, value_name = "CATEGORY", value_parser = one_of(Category::ALL, Category::as_str))]
    category: Option<Category>,
    /// Tickets sold since when: the beginning of the day, the week or the month
    #[arg(long, value_name = "PERIOD", default_value = "day", value_parser = one_of(RankingPeriod::ALL, RankingPeriod::as_str))]
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

impl Record for CategoryRanking {
    const COLUMNS: &'static [&'static str] = &[
        "category",
        "period",
        "aggregateStartAt",
        "aggregateEndAt",
        "showInfos.showId",
        "showInfos.showName",
        "showInfos.placeName",
        "showInfos.showStartDate",
        "showInfos.showEndDate",
        "showInfos.totalTicketCount",
    ];
    const EACH: &'static [&'static str] = &["showInfos"];
}

impl Ranking {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let rankings = in_shop(global, async |box_office: &BoxOffice| self.read(box_office).await)?;
        match global.format {
            Format::Table => print(&rankings, Bars::new(global))?,
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

fn print(rankings: &[CategoryRanking], bars: Bars) -> Result<()> {
    if let Some(CategoryRanking { ranking, .. }) = rankings.first() {
        let (start, end) = (ranking.aggregate_start_at, ranking.aggregate_end_at);
        output::note(format_args!("sold from {} to {}", start.strftime("%F %T"), end.strftime("%F %T")));
    }
    if rankings.iter().all(|ranking| ranking.ranking.show_infos.is_empty()) {
        output::note("no sales");
        return Ok(());
    }
    output::lines(table(rankings, bars))
}

/// The places of every category.
fn table(rankings: &[CategoryRanking], bars: Bars) -> Vec<String> {
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
            ]
        })
    });
    let shares: Vec<Share> = rankings
        .iter()
        .flat_map(|ranking| ranking.ranking.show_infos.iter().map(|show| (show.total_ticket_count, most)))
        .collect();
    let columns = [word("CATEGORY"), number("PLACE"), text("SHOW"), text("VENUE").spare(6), number("TICKETS")];
    output::fitted(&Table::new(columns, rows).with_bars(bars, &shares))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            table(&rankings, Bars::Blocks),
            [
                "CATEGORY  PLACE  SHOW        VENUE  TICKETS",
                "MUSICAL       1  레미제라블  Globe       32  ████████████████████████",
                "MUSICAL       2  Cats        Globe        7  █████▎",
            ]
        );
    }
}
