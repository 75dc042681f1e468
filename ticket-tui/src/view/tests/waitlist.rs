use super::looks::{Named, see};
use crate::event::Answer;
use crate::testing::{Scene, entries_in};

pub(super) const SCENES: &[Named] = &[
    ("waitlist_loading", |scene| {
        scene.load_shows();
        scene.press("W");
    }),
    ("waitlist_none", |scene| {
        scene.load_shows();
        scene.press("W");
        scene.answer(Answer::Waitlist(Vec::new()));
    }),
    ("waitlist_offer", Scene::open_waitlist),
    ("waitlist_offer_10_seconds_left", |scene| {
        scene.open_waitlist();
        scene.tick(262);
    }),
    ("waitlist_offer_over", |scene| {
        scene.open_waitlist();
        scene.tick(272);
    }),
    ("waitlist_ask_to_book", |scene| {
        scene.open_waitlist();
        scene.press("<Enter>");
    }),
    ("waitlist_ask_to_decline", |scene| {
        scene.open_waitlist();
        scene.press("x");
    }),
    ("waitlist_place_and_reason", |scene| {
        scene.open_waitlist();
        scene.press("j");
    }),
    ("waitlist_ask_to_give_up", |scene| {
        scene.open_waitlist();
        scene.press("jx");
    }),
    ("waitlist_booked", |scene| {
        scene.open_waitlist();
        scene.press("jj");
    }),
    ("waitlist_offer_told_elsewhere", |scene| {
        scene.open_waitlist();
        scene.press("<Esc>");
    }),
    ("waitlist_offer_told_on_the_map", |scene| {
        scene.open_hall();
        let entries = entries_in(scene.model.lang());
        scene.answer(Answer::Waitlist(entries));
    }),
];

#[test]
fn in_every_look() {
    see(SCENES);
}
