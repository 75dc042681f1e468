//! Checkout and ticket.

use super::looks::{Named, see};
use crate::effect::Effect;
use crate::event::{Answer, Event, FailureKind};
use crate::testing::{Scene, failure, hold_id, offline, seconds};

pub(super) const SCENES: &[Named] = &[
    ("checkout", |scene| {
        scene.hold_two();
        scene.tick(19);
    }),
    ("checkout_10_seconds_left", |scene| {
        scene.hold_two();
        scene.tick(410);
    }),
    ("checkout_buying", |scene| {
        scene.hold_two();
        scene.press("<Enter>");
        scene.tick(1);
    }),
    ("checkout_server_gone", |scene| {
        scene.hold_two();
        scene.fail(Effect::Probe { attempt: 0 }, offline());
    }),
    ("checkout_server_gone_while_buying", |scene| {
        scene.hold_two();
        scene.press("<Enter>");
        scene.fail(Effect::Confirm(hold_id()), offline());
    }),
    ("checkout_extended", |scene| {
        scene.hold_two();
        scene.tick(60);
        scene.press("e");
        let hold = scene.hold_of_own(480);
        scene.answer(Answer::Held(hold));
    }),
    ("checkout_login_expired", |scene| {
        scene.hold_two();
        scene.press("<Enter>");
        scene.fail(Effect::Confirm(hold_id()), failure(FailureKind::LoggedOut, "token invalid"));
    }),
    ("ticket", Scene::buy_two),
    ("ticket_code_alone", |scene| {
        scene.buy_two();
        scene.press("z");
    }),
];

#[test]
fn in_every_look() {
    see(SCENES);
}

#[test]
fn the_clock_of_the_server_counts() {
    let mut scene = Scene::checkout();
    scene.answer(Answer::ClockOffset(seconds(60), None));
    assert!(scene.screen().contains("■ 6:00"), "{}", scene.screen());
}

#[test]
fn what_one_is_about_to_buy_is_seen_on_the_smallest_screen_too() {
    let mut scene = Scene::hall();
    scene.event(Event::Resize(60, 16));
    scene.press("4b<Enter>");
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Held(hold));
    let seats = |scene: &Scene| scene.screen().matches(" · row A · no. ").count();
    assert_eq!(seats(&scene), 4, "{}", scene.screen());
    scene.fail(Effect::Probe { attempt: 0 }, offline());
    assert_eq!(seats(&scene), 4, "also below a banner: {}", scene.screen());
    assert!(scene.screen().contains("Enter buys them."), "{}", scene.screen());
}
