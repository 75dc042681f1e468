//! The shows that the user likes.

use std::collections::BTreeSet;

use ticket_core::api::Like;
use ticket_core::domain::ShowId;

use crate::effect::Effect;
use crate::lang::{Language, Say};
use crate::model::Model;
use crate::text::count;

/// Reads what the user likes.
pub(super) fn look(model: &mut Model) -> Effect {
    model.shows.likes_asked = Some(false);
    Effect::LoadLikes
}

/// What the user likes; it is asked again when that has changed meanwhile.
pub(super) fn loaded(model: &mut Model, liked: BTreeSet<ShowId>) -> Vec<Effect> {
    if model.shows.likes_asked.take() == Some(true) {
        return vec![look(model)];
    }
    model.shows.liked = Some(liked);
    keep_cursor(model);
    Vec::new()
}

/// Likes a show, or no longer.
pub(super) fn toggle(model: &Model, show: ShowId) -> Vec<Effect> {
    vec![Effect::SetLike(show, !model.shows.is_liked(show))]
}

/// Whether the user likes a show now.
pub(super) fn liked(model: &mut Model, show: ShowId, like: Like) {
    model.shows.likes_asked = model.shows.likes_asked.map(|_| true);
    let liked = model.shows.liked.get_or_insert_default();
    if like.liked {
        liked.insert(show);
    } else {
        liked.remove(&show);
    }
    if let Some((details, _)) = model.show.as_mut().filter(|page| page.id == show).and_then(|p| p.details.as_mut()) {
        details.likes = like.likes;
    }
    keep_cursor(model);
    let said = said(like, model.lang());
    model.say(said);
}

/// That the user likes a show or not, and how many do.
pub(crate) fn said(like: Like, lang: Language) -> String {
    let (likes, all) = (count(usize::try_from(like.likes).unwrap_or(usize::MAX), "like"), like.likes);
    match like.liked {
        true => lang.say(format!("You like it: {likes}."), format!("좋아요를 눌렀습니다. 모두 {all}명")),
        false => {
            lang.say(format!("You do not like it any more: {likes}."), format!("좋아요를 취소했습니다. 모두 {all}명"))
        }
    }
}

/// Lists only what the user likes, or everything again.
pub(super) fn only_liked(model: &mut Model) {
    let lang = model.lang();
    if model.me.is_none() {
        return model.say(lang.say("Log in to like shows.", "로그인하면 좋아요를 누를 수 있습니다."));
    }
    model.shows.is_only_liked = !model.shows.is_only_liked;
    model.shows.cursor = 0;
}

/// Nobody is logged in any more.
pub(super) fn forget(model: &mut Model) {
    model.shows.liked = None;
    model.shows.is_only_liked = false;
}

fn keep_cursor(model: &mut Model) {
    let last = model.shows.listed().len().saturating_sub(1);
    model.shows.cursor = model.shows.cursor.min(last);
}
