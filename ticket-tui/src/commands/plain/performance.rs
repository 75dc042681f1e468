//! A show: what it is, and which of its performances is meant.

use ticket_core::api::{AvailableDate, ShowSummary};
use ticket_core::clock::{Clock as _, SystemClock};

use super::login::with_login;
use super::{ask, seats, shows};
use crate::commands::output;
use crate::commands::session::Session;
use crate::lang::{Language, Say as _};
use crate::perform::likes;
use crate::view::{facts, when};
use crate::zones::Zones;

pub(super) async fn pick(session: &Session, show: &ShowSummary) -> anyhow::Result<()> {
    let lang = session.lang;
    let liked = with_login(session, async || Ok(likes(&session.client).await?)).await?;
    let mut is_liked = liked.iter().any(|liked| liked.show_id == show.show_id);
    let details = session.client.show(show.show_id).await?;
    let place = &details.place_details_info;
    output::note(&details.show_name);
    for line in [&place.show_place_name, &facts(&details, is_liked, lang), &place.show_place_address] {
        output::note(line);
    }
    let dates = session.client.available(show.show_id).await?.available_dates;
    if dates.is_empty() {
        output::note(lang.say("No performance is announced.", "예정된 회차가 없습니다."));
    }
    let zones = session.zones().await?;
    ask::list(dates.iter().map(|date| about(date, zones, lang)));
    let question = lang.say(
        "Which performance? Its number; f likes the show or no longer, q goes back:",
        "어느 회차? 번호, f: 좋아요·취소, q: 뒤로",
    );
    while let Some(text) = ask::line(question)? {
        match ask::one_of(&text, dates.len()).and_then(|i| dates.get(i)) {
            Some(date) => return seats::pick(session, date.performance_id).await,
            None if matches!(text.as_str(), "f" | "ㄹ") => {
                is_liked = shows::toggle_like(session, show, is_liked).await?;
            }
            None => ask::is_none_of(lang, &text, dates.len()),
        }
    }
    Ok(())
}

fn about(date: &AvailableDate, zones: &Zones, lang: Language) -> String {
    let now = SystemClock.now();
    let at = when::round(date.show_date, date.start_time, date.round, lang);
    let left = match date.sale_opens_at {
        Some(opens_at) if opens_at > now => {
            let opens_at = when::instant(opens_at, zones, lang);
            lang.say(format!("opens {opens_at}"), format!("{opens_at} 판매 시작"))
        }
        _ if date.sale_closes_at <= now => lang.say("closed", "판매 종료").to_owned(),
        _ if date.left_seats == 0 => lang.say("sold out", "매진").to_owned(),
        _ => lang.say(format!("{} seats left", date.left_seats), format!("{}석 남음", date.left_seats)),
    };
    format!("{at}, {left}")
}
