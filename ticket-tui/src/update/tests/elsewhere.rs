use ticket_core::api::Layout;
use ticket_core::domain::{EntryId, PerformanceId};

use crate::effect::Effect;
use crate::event::{Answer, OwnSeats};
use crate::model::Screen;
use crate::testing::{Scene, hold_of, states, theatre};

/// Another performance of the same hall.
fn other() -> Layout {
    let mut layout = theatre();
    layout.header.performance_id = PerformanceId(6);
    layout.header.show_name = "Hamlet".into();
    layout
}

/// Two seats held in one hall, and another hall on the map.
fn elsewhere() -> Scene {
    let mut scene = Scene::checkout();
    scene.press("<Esc><Esc>k<Enter>");
    assert!(scene.effects.contains(&Effect::LoadHouse { performance: PerformanceId(6), with_holds: true }));
    scene.answer(Answer::House(other(), states(&other()), OwnSeats::default()));
    scene
}

#[test]
fn a_hold_is_told_of_on_every_screen_and_one_key_leads_to_its_checkout() {
    let mut scene = elsewhere();
    assert_eq!((scene.model.screen, scene.hall_now().performance()), (Screen::SeatMap, PerformanceId(6)));
    for keys in ["", "m", "<Esc>W", "<Esc><Esc>", "<Esc>"] {
        scene.press(keys);
        assert!(scene.screen().contains("■ 7:00 P buys"), "{keys} {}", scene.screen());
    }
    scene.press("P");
    assert!(scene.effects.contains(&Effect::LoadHouse { performance: PerformanceId(7), with_holds: true }));
    let holds = {
        let mut there = Scene::hall();
        there.press("<Space>l<Space>");
        vec![hold_of(there.hall_now(), &there.hall_now().picked, 420)]
    };
    scene.answer(Answer::House(theatre(), states(&theatre()), OwnSeats { holds, ..OwnSeats::default() }));
    assert_eq!((scene.model.screen, scene.hall_now().performance()), (Screen::Checkout, PerformanceId(7)));
    assert!(scene.model.held_elsewhere.is_empty(), "it is here now");
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::SeatMap);
    assert!(scene.hall_now().is_mine(scene.hall_now().cursor), "the cursor is where one left off");
}

#[test]
fn a_hold_elsewhere_counts_down_and_its_end_is_told_until_a_key() {
    let mut scene = elsewhere();
    scene.model.waiting = crate::model::Waiting::default();
    scene.tick(360);
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(361)), "its countdown is seen");
    scene.tick(420);
    assert!(scene.model.holds().is_empty());
    assert_eq!(scene.notice(), "Your hold of 2 seats has run out: Les Misérables, Sat 2 Jan 2027 19:00 (2).");
    scene.tick(600);
    assert_ne!(scene.notice(), "");
    scene.press("l");
    assert_eq!(scene.notice(), "");
}

#[test]
fn a_hold_that_is_over_for_the_server_is_no_checkout() {
    let mut scene = elsewhere();
    scene.press("P");
    scene.answer(Answer::House(theatre(), states(&theatre()), OwnSeats::default()));
    assert_eq!((scene.model.screen, scene.notice()), (Screen::SeatMap, "Your hold is over."));
    scene.press("P");
    assert_eq!(scene.notice(), "Nothing else is held for you.");
}

#[test]
fn from_the_waitlist_enter_opens_the_map_of_that_performance() {
    let mut scene = Scene::waitlist();
    let entry = scene.model.waitlist.entries()[1].clone();
    assert_ne!(entry.waiting_booking_id, EntryId(9));
    scene.press("j<Enter>");
    let load = Effect::LoadHouse { performance: entry.performance_id, with_holds: true };
    assert_eq!(scene.effects, [load]);
    let mut layout = theatre();
    layout.header.performance_id = entry.performance_id;
    // However often one goes there and back again, Esc leads out.
    for _ in 0..3 {
        scene.answer(Answer::House(layout.clone(), states(&layout), OwnSeats::default()));
        assert_eq!(scene.model.screen, Screen::SeatMap);
        scene.press("Wj<Enter>");
    }
    assert_eq!(scene.model.screen, Screen::SeatMap);
    let mut seen = Vec::new();
    for _ in 0..3 {
        scene.press("<Esc>");
        seen.push(scene.model.screen);
    }
    assert_eq!(seen, [Screen::Waitlist, Screen::Shows, Screen::Shows]);
}

#[test]
fn a_screen_is_come_back_to_once() {
    let mut scene = Scene::hall();
    scene.press("mWmWmAWm");
    let mut seen = Vec::new();
    for _ in 0..6 {
        scene.press("<Esc>");
        seen.push(scene.model.screen);
    }
    assert_eq!(seen, [Screen::Waitlist, Screen::Account, Screen::SeatMap, Screen::Show, Screen::Shows, Screen::Shows]);
}
