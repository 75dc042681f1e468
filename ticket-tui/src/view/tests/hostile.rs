//! What others have written cannot steer the terminal.

use ticket_core::printable::is_printable;

use crate::event::Answer;
use crate::testing::{Scene, ranking, shows};

/// Sets the title of the window, clears the screen, and writes backwards.
const HOSTILE: &str = "x\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}2Jy\u{202e}z\u{2066}";

#[test]
fn names_of_shows_and_places_steer_nothing() {
    let mut scene = Scene::started();
    let mut shows = shows();
    for show in &mut shows {
        show.show_name = format!("{HOSTILE} {}", show.show_name);
        show.place_name = HOSTILE.into();
    }
    scene.answer(Answer::Shows(shows));
    steers_nothing(&scene);
    scene.press("R");
    let mut ranking = ranking();
    for show in &mut ranking {
        show.show_name = HOSTILE.into();
    }
    scene.answer(Answer::Ranking(None, ticket_core::domain::RankingPeriod::Week, ranking));
    steers_nothing(&scene);
}

fn steers_nothing(scene: &Scene) {
    let drawn = scene.screen();
    assert!(drawn.contains("pwned"), "the name is not on the screen: {drawn}");
    let bad: Vec<char> = drawn.chars().filter(|c| *c != '\n' && !is_printable(*c)).collect();
    assert!(bad.is_empty(), "{bad:?} in {drawn}");
}
