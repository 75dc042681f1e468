use ticket_core::api::{ErrorCode, SeatStates};
use ticket_core::domain::{PerformanceId, SeatStatus};

use crate::effect::Effect;
use crate::event::Answer;
use crate::model::{Checkout, Ended, Screen};
use crate::testing::{Scene, hold_id, refused, states, theatre};

const HALL: PerformanceId = PerformanceId(7);

/// The feed asks to read all again, the plan is another one, and cannot be read.
fn cancel(scene: &mut Scene) {
    let states = SeatStates { layout_version: 2, ..states(&theatre()) };
    scene.answer(Answer::States(HALL, states));
    let load = Effect::LoadHouse { performance: HALL, with_holds: true };
    assert_eq!(scene.effects, std::slice::from_ref(&load));
    scene.fail(load, refused(ErrorCode::SaleClosed, "This performance was cancelled.", &[]));
}

#[test]
fn nothing_of_a_cancelled_performance_can_be_picked() {
    let mut scene = Scene::hall();
    scene.press("b");
    cancel(&mut scene);
    assert_eq!(scene.effects, [Effect::Unfollow]);
    let hall = scene.hall_now();
    assert_eq!((hall.ended, hall.own().count(), hall.can_undo()), (Some(Ended::Cancelled), 0, false));
    assert!(hall.is_sold_out() && !hall.can_be_waited_for(hall.cursor), "no seat is left");
    assert!(scene.notice().contains("cancelled. Nothing is picked any more."), "{}", scene.notice());
    scene.tick(60);
    assert!(scene.notice().contains("cancelled"), "it waits for who looks away");
    let screen = scene.screen();
    assert!(screen.contains("This performance was cancelled. Esc goes back."), "{screen}");
    assert!(!screen.contains("Enter holds") && !screen.contains("● live") && !screen.contains(" Space "), "{screen}");
    scene.press("<Space>3bw<Enter>us");
    assert_eq!((scene.effects.clone(), scene.hall_now().own().count()), (vec![], 0));
    assert_eq!(scene.notice(), "This performance was cancelled.");
    scene.press("<Esc>");
    assert_eq!((scene.model.screen, scene.model.hall.is_none(), scene.notice()), (Screen::Show, true, ""));
}

#[test]
fn the_checkout_of_a_cancelled_performance_is_left_with_the_reason() {
    let mut scene = Scene::checkout();
    cancel(&mut scene);
    assert_eq!(scene.model.screen, Screen::SeatMap);
    assert!(
        scene.notice().starts_with("This performance was cancelled. The hold of 2 seats is over."),
        "{}",
        scene.notice()
    );
    assert!(scene.model.holds().is_empty() && scene.hall_now().checkout == Checkout::Idle);
}

#[test]
fn a_refusal_because_the_sale_is_over_ends_it_and_asks_why() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::Confirm(hold_id()), refused(ErrorCode::SaleClosed, "The sale closed.", &[]));
    assert_eq!(scene.hall_now().ended, Some(Ended::Closed));
    assert_eq!(scene.effects, [Effect::LoadHouse { performance: HALL, with_holds: true }]);
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::SaleClosed, "cancelled", &[]));
    assert_eq!((scene.hall_now().ended, scene.model.screen), (Some(Ended::Cancelled), Screen::SeatMap));
}

#[test]
fn when_the_time_of_the_sale_is_over_what_was_picked_is_let_go() {
    let mut scene = Scene::hall();
    scene.press("<Space>");
    scene.tick(35_999);
    assert_eq!(scene.hall_now().picked.len(), 1);
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(36_000)), "it is told in time");
    scene.tick(36_000);
    assert_eq!((scene.hall_now().picked.len(), scene.hall_now().ended), (0, Some(Ended::Closed)));
    assert!(scene.notice().starts_with("The sale is closed."), "{}", scene.notice());
    scene.press("b<Enter>");
    assert_eq!((scene.effects.clone(), scene.hall_now().picked.len()), (vec![], 0));
}

#[test]
fn an_order_under_way_is_answered_before_the_sale_ends_here() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.tick(36_000);
    assert!(scene.hall_now().hold.is_some() && scene.hall_now().ended.is_none());
}

#[test]
fn a_hold_that_is_gone_before_its_time_has_not_run_out() {
    let why = |code, seconds| {
        let mut scene = Scene::checkout();
        scene.press("<Enter>");
        scene.tick(seconds);
        scene.fail(Effect::Confirm(hold_id()), refused(code, "gone", &[]));
        scene.notice().to_owned()
    };
    assert!(why(ErrorCode::HoldNotFound, 5).starts_with("The hold is not there any more"));
    assert!(why(ErrorCode::HoldExpired, 421).starts_with("The hold ran out"));
    assert!(why(ErrorCode::HoldNotFound, 421).starts_with("The hold ran out"));
}

#[test]
fn other_halls_do_not_end_with_a_cancelled_one() {
    let mut scene = Scene::hall();
    let other = Effect::LoadHouse { performance: PerformanceId(8), with_holds: true };
    scene.fail(other, refused(ErrorCode::SaleClosed, "This performance was cancelled.", &[]));
    assert_eq!(scene.hall_now().ended, None);
    assert!(scene.hall_now().house.status(0) == SeatStatus::Available);
    assert_eq!(scene.notice(), "This performance was cancelled.");
}
