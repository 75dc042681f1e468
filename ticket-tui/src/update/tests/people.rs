//! What others buy, what one likes, and one's own password.

use ticket_core::api::{ErrorCode, Like, PasswordChange};
use ticket_core::domain::{Category, RankingPeriod, ShowId};

use crate::effect::Effect;
use crate::event::{Answer, FailureKind};
use crate::model::{Checkout, Screen};
use crate::testing::{Scene, failure, offline, ranking, refused, seconds};

use RankingPeriod::{Month, Week};

#[test]
fn the_ranking_is_asked_for_only_where_it_is_seen_and_follows_tab_and_period() {
    let mut scene = Scene::shows();
    assert_eq!(scene.effects, []);
    scene.resize(200, 60);
    assert_eq!(scene.effects, [Effect::LoadRanking(None, Week)]);
    scene.press("j");
    assert_eq!(scene.effects, [], "it is asked already");
    scene.press("<Tab>");
    assert_eq!(scene.effects, [Effect::LoadRanking(Some(Category::Musical), Week)]);
    scene.answer(Answer::Ranking(None, Week, ranking()));
    assert!(scene.model.ranking.shows.is_none(), "that is the one of the other tab");
    scene.answer(Answer::Ranking(Some(Category::Musical), Week, ranking()));
    assert_eq!(scene.model.ranking.shows().len(), 3);
    scene.press("p");
    assert_eq!(scene.effects, [Effect::LoadRanking(Some(Category::Musical), Month)]);
}

#[test]
fn where_there_is_no_room_a_key_opens_the_ranking_and_enter_a_show_of_it() {
    let mut scene = Scene::shows();
    scene.press("R");
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Ranking, &[Effect::LoadRanking(None, Week)][..]));
    scene.answer(Answer::Ranking(None, Week, ranking()));
    scene.press("j<Enter>");
    assert_eq!(scene.effects, [Effect::LoadShow(ShowId(3))]);
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Ranking);
    scene.press("r");
    assert_eq!(scene.effects, [Effect::LoadRanking(None, Week)]);
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Shows);
}

#[test]
fn a_show_is_liked_and_no_longer_liked() {
    let mut scene = Scene::show();
    scene.press("f");
    assert_eq!(scene.effects, [Effect::SetLike(ShowId(3), true)]);
    scene.answer(Answer::Liked(ShowId(3), Like { liked: true, likes: 13 }));
    assert!(scene.screen().contains("♥ 13, you too"), "{}", scene.screen());
    scene.press("<Esc>");
    assert!(scene.screen().contains("Les Misérables ♥"), "{}", scene.screen());
    scene.press("f");
    assert_eq!(scene.effects, [Effect::SetLike(ShowId(3), false)]);
    scene.answer(Answer::Liked(ShowId(3), Like { liked: false, likes: 12 }));
    assert!(!scene.screen().contains('♥'), "{}", scene.screen());
}

#[test]
fn a_list_that_was_asked_for_before_one_liked_something_is_read_again() {
    let mut scene = Scene::shows();
    let me = scene.model.me.clone().unwrap();
    scene.answer(Answer::Me(me));
    assert!(scene.effects.contains(&Effect::LoadLikes));
    scene.press("f");
    scene.answer(Answer::Liked(ShowId(3), Like { liked: true, likes: 13 }));
    scene.answer(Answer::Likes([].into()));
    assert_eq!(scene.effects, [Effect::LoadLikes]);
    assert!(scene.model.shows.is_liked(ShowId(3)), "the answer is older than the like");
    scene.answer(Answer::Likes([ShowId(2), ShowId(3)].into()));
    assert!(scene.effects.is_empty() && scene.model.shows.is_liked(ShowId(2)));
}

#[test]
fn only_liked_shows_are_listed_when_one_wants_that() {
    let mut scene = Scene::shows();
    scene.answer(Answer::Likes([ShowId(2)].into()));
    scene.press("F");
    assert_eq!(scene.model.shows.listed().iter().map(|show| show.show_id).collect::<Vec<_>>(), [ShowId(2)]);
    scene.press("f");
    scene.answer(Answer::Liked(ShowId(2), Like { liked: false, likes: 0 }));
    assert!(scene.screen().contains("You like none of these."), "{}", scene.screen());
    scene.press("<Esc>");
    assert_eq!(scene.model.shows.listed().len(), 3);
    scene.press("Ao");
    assert_eq!(scene.model.shows.liked, None, "they are the other user's");
}

#[test]
fn likes_that_cannot_be_read_disturb_nobody() {
    let mut scene = Scene::shows();
    scene.fail(Effect::LoadLikes, failure(FailureKind::LoggedOut, "token expired"));
    assert_eq!((scene.model.screen, scene.notice()), (Screen::Shows, ""));
}

#[test]
fn a_refused_like_says_why_and_leaves_an_order_alone() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::LoadRanking(None, Week), refused(ErrorCode::ShowNotFound, "gone", &[]));
    assert_eq!(scene.notice(), "");
    scene.fail(Effect::SetLike(ShowId(3), true), refused(ErrorCode::ShowNotFound, "There is no such show.", &[]));
    assert_eq!((scene.notice(), &scene.hall_now().checkout), ("There is no such show.", &Checkout::Confirming));
}

#[test]
fn the_password_is_changed_when_both_new_ones_are_the_same() {
    let mut scene = Scene::shows();
    scene.press("Apold secret<Enter>new secret<Enter>new sekret<Enter>");
    assert_eq!(scene.effects, []);
    assert!(scene.screen().contains("not the same"), "{}", scene.screen());
    scene.press("new secret<Enter>");
    let change = PasswordChange { current_password: "old secret".into(), new_password: "new secret".into() };
    assert_eq!(scene.effects, [Effect::ChangePassword(change)]);
    scene.press("<Enter>");
    assert_eq!(scene.effects, [], "it is sent once");
    scene.answer(Answer::PasswordChanged);
    assert!(scene.model.password.is_none() && scene.notice().contains("is changed"));
    assert_eq!(scene.model.screen, Screen::Account);
}

#[test]
fn a_wrong_password_is_told_at_its_field_and_a_lost_answer_is_not_asked_for_again() {
    let mut scene = Scene::shows();
    scene.press("Apx<Enter>new secret<Enter>new secret<Enter>");
    let change = scene.effects[0].clone();
    scene.fail(change.clone(), refused(ErrorCode::WrongCredentials, "Email or password is wrong.", &[]));
    assert_eq!(scene.model.password.as_ref().unwrap().focus, 0);
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Account);
    scene.press("px<Enter>new secret<Enter>new secret<Enter>");
    scene.fail(change, failure(FailureKind::Offline, "connection refused"));
    assert_eq!(scene.effects, [Effect::Probe { attempt: 1 }]);
    assert_eq!(scene.model.offline.as_ref().unwrap().then, []);
    assert!(scene.screen().contains("The server was not reached. Try again."), "{}", scene.screen());
}

#[test]
fn a_kept_login_that_has_ended_is_told_at_the_start() {
    let mut scene = Scene::started();
    scene.model.me = None;
    scene.fail(Effect::LoadMe, failure(FailureKind::LoggedOut, "expired"));
    assert_eq!(scene.model.screen, Screen::Login);
    assert!(scene.screen().contains("Your login has ended."), "{}", scene.screen());
}

#[test]
fn the_account_of_a_kept_login_waits_for_the_server() {
    let mut scene = Scene::started();
    scene.model.me = None;
    scene.fail(Effect::LoadMe, offline());
    scene.press("A");
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Account, &[][..]), "it is asked already");
    assert!(!scene.screen().contains("log out"), "{}", scene.screen());
    scene.press("po");
    assert_eq!((scene.model.screen, scene.model.password.is_none()), (Screen::Account, true));
    scene.answer(Answer::ClockOffset(seconds(0), None));
    assert_eq!(scene.effects, [Effect::LoadMe]);
    scene.press("<Esc>A");
    assert_eq!(scene.effects, [Effect::LoadMe]);
    scene.answer(Answer::LoggedOut);
    scene.press("<Esc>A");
    assert_eq!(scene.model.screen, Screen::Login);
}
