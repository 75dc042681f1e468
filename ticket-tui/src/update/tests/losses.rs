use ticket_core::api::ErrorCode;
use ticket_core::domain::{PerformanceId, SeatStatus};

use crate::effect::Effect;
use crate::event::{Answer, Live};
use crate::model::Screen;
use crate::testing::{Scene, hold_id, receipt, refused};

const HALL: PerformanceId = PerformanceId(7);

#[test]
fn a_seat_that_others_take_leaves_the_selection_and_is_named() {
    let mut scene = Scene::hall();
    scene.press("<Space>l<Space>");
    let [first, second] = scene.hall_now().picked[..] else { panic!() };
    scene.change(&[(first, SeatStatus::Held)]);
    assert_eq!(scene.hall_now().picked, [second]);
    assert_eq!(scene.notice(), "1F A-18 was just taken. a picks 1F A-17 instead. 1 seat is still picked.");
}

#[test]
fn a_seat_that_we_are_about_to_hold_is_not_lost_when_it_turns_held() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    let seat = scene.hall_now().picked[0];
    scene.change(&[(seat, SeatStatus::Held)]);
    assert_eq!(scene.hall_now().picked, [seat]);
    scene.change(&[(seat, SeatStatus::Booked)]);
    assert!(scene.hall_now().picked.is_empty(), "sold is sold");
}

#[test]
fn a_lost_race_names_the_seat_and_keeps_the_rest() {
    let mut scene = Scene::hall();
    scene.press("<Space>l<Space>l<Space><Enter>");
    let picked = scene.hall_now().picked.clone();
    let lost = scene.hall_now().house.place(picked[1]).unwrap().id;
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::SeatTaken, "taken", &[lost]));
    assert_eq!(scene.hall_now().picked, [picked[0], picked[2]]);
    assert_eq!(scene.notice(), "Too late for 1F A-19. a picks 1F A-17 instead. 2 seats are still picked.");
    scene.press("<Enter>");
    assert!(matches!(&scene.effects[..], [Effect::Hold(_, seats)] if seats.len() == 2));
}

#[test]
fn over_the_limit_by_what_was_booked_before_keeps_the_selection() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::OverLimit, "at most 4 seats, you have 4", &[]));
    assert_eq!(scene.hall_now().picked.len(), 1);
    assert_eq!(scene.notice(), "at most 4 seats, you have 4");
    scene.press("<Enter>");
    assert_eq!(scene.effects.len(), 1, "it can be tried again");
}

#[test]
fn a_hold_that_runs_out_leaves_its_seats_picked() {
    let mut scene = Scene::checkout();
    let seats = scene.hall_now().hold.as_ref().unwrap().seats.clone();
    scene.tick(419);
    assert_eq!(scene.model.screen, Screen::Checkout);
    scene.tick(420);
    assert_eq!((scene.model.screen, &scene.hall_now().picked), (Screen::SeatMap, &seats));
    assert!(scene.notice().contains("run out"), "{}", scene.notice());
    scene.change(&[(seats[0], SeatStatus::Available), (seats[1], SeatStatus::Available)]);
    assert_eq!(scene.hall_now().picked, seats);
    scene.change(&[(seats[0], SeatStatus::Booked)]);
    assert_eq!(scene.hall_now().picked, seats[1..]);
}

#[test]
fn a_seat_that_was_sold_meanwhile_is_not_picked_again() {
    let mut scene = Scene::checkout();
    let seats = scene.hall_now().hold.as_ref().unwrap().seats.clone();
    scene.change(&[(seats[0], SeatStatus::Booked)]);
    scene.tick(420);
    assert_eq!(scene.hall_now().picked, seats[1..]);
    assert_eq!(scene.notice(), "Your hold has run out. 1 seat is still picked.");
}

#[test]
fn a_hold_that_is_over_for_the_server_leaves_its_seats_picked() {
    for code in [ErrorCode::HoldExpired, ErrorCode::HoldNotFound] {
        let mut scene = Scene::checkout();
        scene.press("<Enter>");
        scene.fail(Effect::Confirm(hold_id()), refused(code, "over", &[]));
        assert_eq!((scene.model.screen, scene.hall_now().picked.len()), (Screen::SeatMap, 2));
        assert!(scene.hall_now().hold.is_none());
    }
}

#[test]
fn an_order_under_way_is_not_given_up_when_the_hold_runs_out() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.tick(500);
    assert_eq!(scene.model.screen, Screen::Checkout);
    scene.answer(Answer::Booked(hold_id(), crate::testing::receipt()));
    assert_eq!(scene.model.screen, Screen::Ticket);
}

#[test]
fn a_seat_under_the_cursor_that_goes_away_is_named() {
    let mut scene = Scene::hall();
    let cursor = scene.hall_now().cursor;
    scene.change(&[(cursor, SeatStatus::Held)]);
    assert_eq!(scene.notice(), "1F A-18, under the cursor, was just taken.");
    scene.tick(9);
    assert_eq!(scene.notice(), "", "it goes away by itself");
    for status in [SeatStatus::Booked, SeatStatus::Canceled, SeatStatus::Offered] {
        scene.change(&[(cursor, status)]);
        assert_eq!(scene.notice(), "", "it was gone before");
    }
}

#[test]
fn what_one_has_bought_is_no_loss() {
    let mut scene = Scene::ticket();
    let cursor = scene.hall_now().cursor;
    scene.press("<Esc>");
    scene.change(&[(cursor, SeatStatus::Booked)]);
    assert_eq!((scene.model.screen, scene.notice()), (Screen::SeatMap, ""));
    assert_eq!(scene.hall_now().house.status(cursor), SeatStatus::Booked);
}

#[test]
fn changes_flash_and_then_nothing_is_left_to_wait_for() {
    let mut scene = Scene::hall();
    scene.tick(1);
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(36_000)), "only the end of the sale is ahead");
    scene.change(&[(300, SeatStatus::Booked)]);
    assert_eq!(scene.hall_now().flashing().collect::<Vec<_>>(), [300]);
    assert!(scene.model.next_deadline().unwrap() < crate::testing::at(2));
    scene.tick(2);
    assert_eq!(scene.hall_now().flashing().count(), 0);
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(36_000)));
}

#[test]
fn a_countdown_wakes_at_every_second_and_no_sooner() {
    let mut scene = Scene::checkout();
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(1)));
    let offset = jiff::SignedDuration::from_millis(300);
    scene.answer(Answer::ClockOffset(offset, None));
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(0) + jiff::SignedDuration::from_millis(700)));
}

#[test]
fn a_warning_ends_with_the_next_thing_that_goes_well() {
    let mut scene = Scene::hall();
    scene.press("<Enter>");
    assert!(scene.notice().starts_with("Pick a seat first"), "{}", scene.notice());
    scene.press("l");
    assert_ne!(scene.notice(), "", "to look around is no answer to it");
    scene.press("<Space>");
    assert_eq!(scene.notice(), "");
    scene.press("w");
    assert!(scene.notice().starts_with("Mark taken seats first"), "{}", scene.notice());
    scene.press("<Esc>");
    assert_eq!((scene.model.screen, scene.notice()), (Screen::Show, ""), "it is about the other screen");
}

#[test]
fn what_was_lost_is_told_until_a_key_is_pressed_that_was_not_on_its_way() {
    let mut scene = Scene::checkout();
    scene.tick(420);
    assert!(scene.notice().starts_with("Your hold has run out."), "{}", scene.notice());
    scene.press("l");
    assert_ne!(scene.notice(), "", "nobody can have read it yet");
    scene.tick(900);
    assert!(scene.notice().starts_with("Your hold has run out."), "{}", scene.notice());
    assert_eq!(scene.model.next_deadline(), Some(crate::testing::at(36_000)), "and costs no wake-up");
    scene.press("l");
    assert_eq!(scene.notice(), "");
}

#[test]
fn what_is_held_is_asked_again_when_the_answer_may_be_older_than_a_hold_or_its_end() {
    let mut scene = Scene::checkout();
    let hold = scene.hold_of_own(420);
    scene.live(Live::Lost);
    scene.live(Live::Connected);
    assert!(scene.effects.contains(&Effect::LoadHolds(HALL)));
    scene.press("<Enter>");
    scene.answer(Answer::Booked(hold_id(), receipt()));
    scene.answer(Answer::Holds(HALL, vec![hold]));
    assert_eq!(scene.effects, [Effect::LoadHolds(HALL)]);
    assert!(scene.hall_now().hold.is_none(), "what was bought is not held again");
    scene.answer(Answer::Holds(HALL, Vec::new()));
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Ticket, &[][..]));

    let mut scene = Scene::hall();
    scene.live(Live::Lost);
    scene.live(Live::Connected);
    scene.press("<Space><Enter>");
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Held(hold.clone()));
    scene.answer(Answer::Holds(HALL, Vec::new()));
    assert_eq!(scene.effects, [Effect::LoadHolds(HALL)]);
    assert!(scene.hall_now().hold.is_some(), "{}", scene.notice());
    scene.answer(Answer::Holds(HALL, vec![hold]));
    assert_eq!(scene.model.screen, Screen::Checkout);
}
