use crate::event::{Answer, Event};
use crate::testing::{Scene, at};

#[test]
fn a_slow_answer_turns_a_spinner() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    assert!(!scene.screen().contains('⠋'));
    scene.event(Event::Tick(at(0) + jiff::SignedDuration::from_millis(150)));
    assert!(scene.screen().contains('⠋'), "{}", scene.screen());
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Held(hold));
    assert!(!scene.screen().contains('⠋'));
}
