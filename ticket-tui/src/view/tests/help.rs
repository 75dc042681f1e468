use super::looks::{Named, see};
use crate::keys::BINDINGS;
use crate::testing::Scene;
use crate::text::width;

/// Columns for what a key does, in two columns on a terminal of 80.
const WORDS: usize = 25;

pub(super) const SCENES: &[Named] = &[
    ("help_on_shows", |scene| {
        scene.load_shows();
        scene.press("?");
    }),
    ("help_on_map", |scene| {
        scene.open_hall();
        scene.press("?");
    }),
    ("help_on_map_scrolled", |scene| {
        scene.open_hall();
        scene.press("?G");
    }),
    ("help_on_checkout", |scene| {
        scene.hold_two();
        scene.press("?");
    }),
    ("help_on_waitlist", |scene| {
        scene.open_waitlist();
        scene.press("?");
    }),
    ("help_on_booking", |scene| {
        scene.open_booking();
        scene.press("?");
    }),
    ("help_on_login", |scene| {
        scene.load_shows();
        scene.press("AoA<F1>");
    }),
];

#[test]
fn in_every_look() {
    see(SCENES);
}

#[test]
fn nothing_of_it_is_cut() {
    for (english, korean) in BINDINGS.iter().map(|binding| binding.what) {
        assert!(width(english) <= WORDS && width(korean) <= WORDS, "{english:?} or {korean:?} is too long");
    }
}

#[test]
fn it_shows_the_screen_again_when_closed() {
    let mut scene = Scene::hall();
    let before = scene.screen();
    scene.press("?");
    assert_ne!(scene.screen(), before);
    scene.press("<Esc>");
    assert_eq!(scene.screen(), before);
}
