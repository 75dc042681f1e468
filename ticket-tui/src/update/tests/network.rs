use ticket_core::api::{ErrorCode, Me};
use ticket_core::domain::{PerformanceId, Role, SeatStatus, UserId};

use crate::effect::Effect;
use crate::event::{Answer, FailureKind, Live, OwnSeats};
use crate::model::{Checkout, Connection, Screen};
use crate::testing::{Scene, at, failure, hold_id, receipt, refused, seconds, states, theatre};

const HALL: PerformanceId = PerformanceId(7);

fn offline() -> crate::event::Failure {
    failure(FailureKind::Offline, "connection refused")
}

#[test]
fn a_confirmation_whose_answer_got_lost_is_sent_again_with_the_same_hold() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::Confirm(hold_id()), offline());
    assert_eq!(scene.effects, [Effect::Probe { attempt: 1 }]);
    scene.fail(Effect::Probe { attempt: 1 }, offline());
    assert_eq!(scene.effects, [Effect::Probe { attempt: 2 }]);
    scene.answer(Answer::ClockOffset(seconds(0), None));
    assert_eq!(scene.effects, [Effect::Confirm(hold_id())]);
    scene.answer(Answer::Booked(hold_id(), receipt()));
    assert_eq!(scene.model.screen, Screen::Ticket);
}

#[test]
fn only_one_series_of_attempts_runs() {
    let mut scene = Scene::shows();
    scene.fail(Effect::LoadShows, offline());
    assert_eq!(scene.effects, [Effect::Probe { attempt: 1 }]);
    scene.fail(Effect::LoadMe, offline());
    assert_eq!(scene.effects, []);
    scene.fail(Effect::Probe { attempt: 0 }, offline());
    assert_eq!(scene.effects, []);
    scene.answer(Answer::ClockOffset(seconds(0), None));
    assert_eq!(scene.effects, [Effect::LoadShows, Effect::LoadMe]);
}

#[test]
fn a_hold_whose_answer_got_lost_is_looked_up() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    let seat = scene.hall_now().picked[0];
    scene.fail(scene.effects[0].clone(), offline());
    scene.change(&[(seat, SeatStatus::Held)]);
    assert_eq!(scene.hall_now().picked, [seat], "it may be ours");
    scene.answer(Answer::ClockOffset(seconds(0), None));
    assert_eq!(scene.effects, [Effect::LoadHolds(HALL)]);
    let mut lost = Scene { model: scene.model.clone(), effects: Vec::new() };
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Holds(HALL, vec![hold]));
    assert_eq!(scene.model.screen, Screen::Checkout);
    lost.answer(Answer::Holds(HALL, Vec::new()));
    assert_eq!((lost.model.screen, &lost.hall_now().checkout), (Screen::SeatMap, &Checkout::Idle));
    assert!(lost.hall_now().picked.is_empty(), "somebody else holds it");
}

#[test]
fn after_an_expired_login_one_goes_on_where_one_was() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::Confirm(hold_id()), failure(FailureKind::LoggedOut, "token revoked"));
    assert_eq!(scene.model.screen, Screen::Login);
    scene.press("secret 123<Enter>");
    assert!(matches!(&scene.effects[..], [Effect::Login(c)] if c.email == "mina@example.com"));
    let me = Me { user_id: UserId(1), email: "mina@example.com".into(), name: "Mina".into(), role: Role::Buyer };
    scene.answer(Answer::Me(me));
    let then = [Effect::Confirm(hold_id()), Effect::LoadWaitlist, Effect::LoadLikes];
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Checkout, &then[..]));
}

#[test]
fn one_comes_back_to_the_map_when_the_hold_ran_out_elsewhere() {
    let mut scene = Scene::checkout();
    scene.press("m");
    scene.tick(420);
    scene.press("<Esc>");
    assert_eq!((scene.model.screen, scene.hall_now().picked.len()), (Screen::SeatMap, 2));
}

#[test]
fn who_does_not_log_in_again_can_look_around() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    scene.fail(scene.effects[0].clone(), failure(FailureKind::LoggedOut, "token missing"));
    scene.press("<Esc>");
    assert_eq!((scene.model.screen, &scene.hall_now().checkout), (Screen::SeatMap, &Checkout::Idle));
    assert_eq!(scene.hall_now().picked.len(), 1);
    let mut scene = Scene::bookings();
    scene.fail(Effect::LoadBookings { page: 0 }, failure(FailureKind::LoggedOut, "token missing"));
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Shows);
}

#[test]
fn when_the_feed_breaks_the_holds_are_looked_up_on_its_return() {
    let mut scene = Scene::checkout();
    scene.live(Live::Lost);
    assert_eq!(scene.effects, [Effect::Probe { attempt: 0 }]);
    scene.live(Live::Lost);
    assert_eq!(scene.effects, [], "said once");
    scene.live(Live::Connected);
    assert_eq!(scene.effects, [Effect::Probe { attempt: 0 }, Effect::LoadHolds(HALL)]);
    assert_eq!(scene.hall_now().connection, Connection::Live);
    scene.answer(Answer::Holds(HALL, Vec::new()));
    assert_eq!((scene.model.screen, scene.hall_now().picked.len()), (Screen::SeatMap, 2));
}

#[test]
fn a_reset_reads_the_states_and_follows_from_there() {
    let mut scene = Scene::hall();
    scene.press("<Space>");
    let picked = scene.hall_now().picked[0];
    scene.live(Live::Reset);
    assert_eq!(scene.effects, [Effect::LoadStates(HALL)]);
    let mut fresh = states(&theatre());
    fresh.revision = "2.0".into();
    fresh.states.replace_range(picked..=picked, "B");
    scene.answer(Answer::States(HALL, fresh));
    assert_eq!(scene.effects, [Effect::Follow(HALL, "2.0".into())]);
    assert!(scene.hall_now().picked.is_empty());
    assert!(scene.notice().contains("was just taken"), "{}", scene.notice());
}

#[test]
fn a_new_layout_is_read_and_the_selection_survives_it() {
    let mut scene = Scene::checkout();
    scene.press("<Esc>ll<Space>");
    let name = scene.hall_now().house.name(scene.hall_now().picked[0]);
    let mut fresh = states(&theatre());
    fresh.layout_version = 2;
    scene.live(Live::Reset);
    scene.answer(Answer::States(HALL, fresh.clone()));
    assert_eq!(scene.effects, [Effect::LoadHouse { performance: HALL, with_holds: true }]);
    let mut layout = theatre();
    layout.header.layout_version = 2;
    layout.sectors.rotate_left(1);
    scene.answer(Answer::House(layout, fresh, OwnSeats::default()));
    let hall = scene.hall_now();
    assert_eq!(hall.house.name(hall.picked[0]), name);
    assert_eq!(hall.hold.as_ref().unwrap().seats.len(), 2);
}

#[test]
fn news_of_another_performance_change_nothing() {
    let mut scene = Scene::hall();
    scene.event(crate::event::Event::Live(PerformanceId(8), Live::Lost));
    assert_eq!(scene.hall_now().connection, Connection::Live);
    assert_eq!(scene.effects, []);
}

#[test]
fn a_cancellation_whose_answer_got_lost_is_looked_up_not_repeated() {
    let mut scene = Scene::booking();
    scene.press("Cy");
    scene.fail(scene.effects[0].clone(), offline());
    scene.answer(Answer::ClockOffset(seconds(0), None));
    assert_eq!(scene.effects, [Effect::LoadBooking(receipt().booking_id)]);
}

#[test]
fn a_refusal_is_shown_in_the_words_of_the_server() {
    let mut scene = Scene::booking();
    scene.press("Cy");
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::TooLateToCancel, "too late to cancel", &[]));
    assert_eq!(scene.notice(), "too late to cancel");
    assert!(!scene.model.booking.as_ref().unwrap().is_busy);
}

fn busy(seconds: u64) -> crate::event::Failure {
    crate::event::Failure {
        retry_after: Some(seconds),
        ..refused(ErrorCode::TooManyRequests, "too many requests", &[])
    }
}

#[test]
fn what_is_read_is_asked_for_again_when_the_server_wants_it() {
    let mut scene = Scene::started();
    scene.fail(Effect::LoadShows, busy(3));
    assert_eq!(scene.effects, [Effect::Later(3, Box::new(Effect::LoadShows))]);
    scene.press("r");
    scene.fail(Effect::LoadShows, busy(3));
    assert_eq!(scene.effects, [], "once is enough");
    assert!(scene.screen().contains("busy, again in 3 s"), "{}", scene.screen());
    assert_eq!(scene.notice(), "");
    assert!(scene.model.next_deadline().unwrap() <= at(1));
    scene.tick(3);
    assert!(!scene.screen().contains("busy"));
    scene.answer(Answer::Shows(Vec::new()));
    assert_eq!(scene.model.next_deadline(), None, "nothing is left to wake up for");
}

#[test]
fn an_order_is_sent_again_with_its_key_but_a_hold_is_the_users_to_repeat() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::Confirm(hold_id()), busy(2));
    assert_eq!(scene.effects, [Effect::Later(2, Box::new(Effect::Confirm(hold_id())))]);
    assert_eq!(scene.hall_now().checkout, Checkout::Confirming);
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    scene.fail(scene.effects[0].clone(), busy(2));
    assert_eq!((&scene.effects[..], scene.notice()), (&[][..], "too many requests"));
    assert!(scene.screen().contains("busy, again in 2 s"));
    scene.press("<Enter>");
    assert!(matches!(&scene.effects[..], [Effect::Hold(..)]), "what was picked is still picked");
}

#[test]
fn what_could_not_be_read_says_why_until_it_is_asked_for_again() {
    let fault = || refused(ErrorCode::Internal, "our fault", &[]);
    let mut scene = Scene::shows();
    scene.press("R");
    let asked = scene.effects[0].clone();
    scene.fail(asked.clone(), fault());
    scene.tick(9);
    assert!(scene.screen().contains("our fault") && scene.screen().contains("r tries again"), "{}", scene.screen());
    assert!(!scene.screen().contains("Loading"));
    scene.press("r");
    assert_eq!(scene.effects, [asked]);
    assert!(scene.screen().contains("Loading…"), "{}", scene.screen());
    // The same beside the list of shows, where nobody is disturbed by it.
    let mut scene = Scene::shows();
    scene.resize(120, 35);
    scene.fail(scene.effects[0].clone(), fault());
    assert_eq!(scene.notice(), "");
    assert!(scene.screen().contains("our fault"), "{}", scene.screen());
}

#[test]
fn what_is_read_in_vain_meanwhile_does_not_end_an_order() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::LoadBookings { page: 0 }, refused(ErrorCode::Internal, "our fault", &[]));
    scene.fail(Effect::LoadHolds(HALL), refused(ErrorCode::Internal, "our fault", &[]));
    assert_eq!(scene.hall_now().checkout, Checkout::Confirming);
}

/// The theatre, which opens in five minutes.
fn opens_soon() -> Scene {
    let mut layout = theatre();
    layout.header.sale_opens_at = Some(at(300));
    let mut scene = Scene::hall_of(&layout);
    assert!(scene.effects.is_empty());
    scene.answer(Answer::ClockOffset(seconds(0), None));
    scene
}

#[test]
fn shortly_before_the_opening_clock_and_login_are_looked_at_once_more() {
    let mut scene = opens_soon();
    scene.tick(279);
    assert_eq!(scene.effects, []);
    scene.tick(280);
    assert_eq!(scene.effects, [Effect::Probe { attempt: 0 }, Effect::LoadHolds(HALL)]);
    scene.tick(281);
    assert_eq!(scene.effects, [], "once");
    scene.answer(Answer::ClockOffset(seconds(2), None));
    scene.answer(Answer::Holds(HALL, Vec::new()));
    scene.press("<Space>");
    scene.tick(297);
    scene.press("<Enter>");
    assert_eq!(scene.effects, [], "{}", scene.notice());
    assert!(scene.notice().contains("not open yet"), "{}", scene.notice());
    assert!(scene.screen().contains("opens in 0:01"), "by the server's clock: {}", scene.screen());
    scene.tick(298);
    scene.press("<Enter>");
    assert!(matches!(&scene.effects[..], [Effect::Hold(..)]), "the first key after it opens is one request");
}

#[test]
fn who_looks_around_is_told_to_log_in_before_the_opening() {
    let mut scene = opens_soon();
    scene.model.me = None;
    assert!(scene.screen().contains("A logs in, to be ready"), "{}", scene.screen());
    scene.tick(290);
    assert_eq!(scene.effects, [Effect::Probe { attempt: 0 }]);
}
