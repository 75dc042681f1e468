use jiff::tz::TimeZone;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{RankingPeriod, ShowId};

use super::looks::{Named, see};
use crate::effect::Effect;
use crate::event::Answer;
use crate::testing::{Scene, offline, ranking, refused, seconds};
use crate::zones::Zones;

pub(super) const SCENES: &[Named] = &[
    ("shows_loading", |_| {}),
    ("shows", with_ranking),
    ("shows_search", |scene| {
        with_ranking(scene);
        scene.press("/아이유");
    }),
    ("shows_search_without_result", |scene| {
        with_ranking(scene);
        scene.press("/zzz");
    }),
    ("shows_of_a_category", |scene| {
        with_ranking(scene);
        scene.press("<Tab>");
    }),
    ("shows_none", |scene| {
        scene.answer(Answer::Shows(Vec::new()));
        scene.answer(Answer::Ranking(None, RankingPeriod::Week, Vec::new()));
    }),
    ("shows_liked", |scene| {
        with_ranking(scene);
        scene.answer(Answer::Likes([ShowId(2), ShowId(3)].into()));
    }),
    ("shows_only_liked", |scene| {
        with_ranking(scene);
        scene.answer(Answer::Likes([ShowId(2)].into()));
        scene.press("F");
    }),
    ("shows_none_liked", |scene| {
        with_ranking(scene);
        scene.press("F");
    }),
    ("shows_server_not_there", |scene| scene.fail(Effect::LoadShows, offline())),
    ("shows_could_not_be_read", |scene| {
        let message = scene.say("Something is wrong on our side.", "서버에 문제가 있습니다.");
        scene.fail(Effect::LoadShows, refused(ErrorCode::Internal, message, &[]));
        scene.tick(9);
    }),
    ("show_abroad", |scene| {
        scene.model.zones = Zones::of_user(TimeZone::UTC);
        scene.answer(Answer::ClockOffset(seconds(0), Some(TimeZone::get("Asia/Seoul").unwrap())));
        scene.open_show();
    }),
    ("ranking_loading", |scene| {
        scene.load_shows();
        scene.press("R");
    }),
    ("ranking", |scene| {
        scene.load_shows();
        scene.press("R");
        scene.answer(Answer::Ranking(None, RankingPeriod::Week, ranking()));
        scene.press("j");
    }),
    ("ranking_empty", |scene| {
        scene.load_shows();
        scene.press("Rp");
        scene.answer(Answer::Ranking(None, RankingPeriod::Month, Vec::new()));
    }),
    ("show_loading", |scene| {
        scene.load_shows();
        scene.press("<Enter>");
    }),
    ("show", Scene::open_show),
    ("show_liked", |scene| {
        scene.open_show();
        scene.answer(Answer::Likes([ShowId(3)].into()));
    }),
    ("show_opening_the_seat_map", |scene| {
        scene.open_show();
        scene.press("j<Enter>");
    }),
    ("show_seat_map_refused", |scene| {
        scene.open_show();
        scene.press("j<Enter>");
        let message = scene.say("There is no performance 7.", "회차 7을(를) 찾을 수 없습니다.");
        scene.fail(scene.effects[0].clone(), refused(ErrorCode::PerformanceNotFound, message, &[]));
    }),
];

fn with_ranking(scene: &mut Scene) {
    scene.load_shows();
    scene.answer(Answer::Ranking(None, RankingPeriod::Week, ranking()));
}

#[test]
fn what_could_not_be_read_is_read_again() {
    let mut scene = Scene::started();
    scene.fail(Effect::LoadShows, refused(ErrorCode::Internal, "our fault; request id 7", &[]));
    scene.press("r");
    assert!(scene.screen().contains("Loading…"), "{}", scene.screen());
}

#[test]
fn in_every_look() {
    see(SCENES);
}
