//! From the list of shows to a performance of one of them.

use ticket_core::api::ShowSummary;

use super::login::with_login;
use super::{ask, performance};
use crate::commands::output;
use crate::commands::session::Session;
use crate::field::Field;
use crate::lang::{Language, Say as _};
use crate::model::Shows;
use crate::perform::all_shows;
use crate::view::{category, when};

/// Chooses among all shows.
pub(super) async fn all(session: &Session) -> anyhow::Result<()> {
    let shows = all_shows(&session.client, None, None).await?;
    among(session, shows).await
}

/// Chooses among these, by number or by a part of a name as the search of the screen finds it.
pub(super) async fn among(session: &Session, shows: Vec<ShowSummary>) -> anyhow::Result<()> {
    let lang = session.lang;
    if shows.is_empty() {
        output::note(lang.say("There are no shows yet.", "아직 공연이 없습니다."));
        return Ok(());
    }
    let mut listed = shows.clone();
    tell(lang, &listed);
    let question = lang.say(
        "Which show? Its number, or letters of its name; q goes back:",
        "어느 공연? 번호 또는 이름의 글자, q: 뒤로",
    );
    while let Some(text) = ask::line(question)? {
        if let Some(show) = ask::one_of(&text, listed.len()).and_then(|i| listed.get(i)) {
            return performance::pick(session, show).await;
        }
        if text.parse::<usize>().is_ok() {
            ask::is_none_of(lang, &text, listed.len());
            continue;
        }
        let found = search(&shows, &text);
        match found.as_slice() {
            [] => output::note(lang.say(
                format!("No show has {text:?} in its name or venue."),
                format!("이름이나 장소에 {text:?}이(가) 있는 공연이 없습니다."),
            )),
            [show] => return performance::pick(session, show).await,
            several => {
                tell(lang, several);
                listed = found;
            }
        }
    }
    Ok(())
}

fn search(shows: &[ShowSummary], text: &str) -> Vec<ShowSummary> {
    let mut search = Field::default();
    search.insert(text);
    let shows = Shows { all: Some(shows.to_vec()), search, ..Shows::default() };
    shows.listed().into_iter().cloned().collect()
}

fn tell(lang: Language, shows: &[ShowSummary]) {
    ask::list(shows.iter().map(|show| {
        let (kind, dates) = (category(show.category, lang), when::span(show.show_start_date, show.show_end_date, lang));
        format!("{}, {}, {kind}, {dates}", show.show_name, show.place_name)
    }));
}

/// Likes a show, or no longer.
pub(super) async fn toggle_like(session: &Session, show: &ShowSummary, is_liked: bool) -> anyhow::Result<bool> {
    let like = with_login(session, async || Ok(session.client.set_like(show.show_id, !is_liked).await?)).await?;
    let is_liked = like.liked;
    output::note(crate::update::likes_said(like, session.lang));
    Ok(is_liked)
}
