use ticket_core::domain::{Category, RankingPeriod};

use super::ask;
use crate::commands::output;
use crate::commands::session::Session;
use crate::lang::Say as _;
use crate::perform::ranking;
use crate::view::{category, period, ranking_title};

/// Tells which shows sell best.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    let periods = [RankingPeriod::Day, RankingPeriod::Week, RankingPeriod::Month];
    let question = lang.say("Which period? q goes back:", "어느 기간? q: 뒤로");
    let Some(since) = ask::menu(lang, question, &periods.map(|since| period(since, lang)))? else { return Ok(()) };
    let kinds: Vec<Option<Category>> = std::iter::once(None).chain(Category::ALL.iter().copied().map(Some)).collect();
    let words: Vec<&str> =
        kinds.iter().map(|kind| kind.map_or(lang.say("All", "전체"), |kind| category(kind, lang))).collect();
    let question = lang.say("Which category? q goes back:", "어느 장르? q: 뒤로");
    let Some(kind) = ask::menu(lang, question, &words)? else { return Ok(()) };
    let shows = ranking(&session.client, kinds[kind], periods[since]).await?;
    output::note(ranking_title(kinds[kind], periods[since], lang));
    if shows.is_empty() {
        output::note(lang.say("Nothing was sold.", "판매된 티켓이 없습니다."));
    }
    ask::list(shows.iter().map(|show| {
        let tickets = lang.tickets(usize::try_from(show.total_ticket_count).unwrap_or(usize::MAX));
        format!("{}, {}, {tickets}", show.show_name, show.place_name)
    }));
    Ok(())
}
