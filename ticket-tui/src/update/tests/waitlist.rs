use ticket_core::api::ErrorCode;
use ticket_core::domain::{BookingId, EntryId, PerformanceId, SeatStatus, WaitlistState};

use crate::effect::Effect;
use crate::event::{Answer, FailureKind};
use crate::model::Screen;
use crate::testing::{Scene, at, entries, failure, receipt, refused, seconds};

/// The first seats of the theatre are taken, the cursor is on the very first.
fn taken() -> Scene {
    let mut scene = Scene::hall();
    scene.press("gg");
    let first = scene.hall_now().cursor;
    scene.change(&[(first, SeatStatus::Booked), (first + 1, SeatStatus::Held), (first + 2, SeatStatus::Canceled)]);
    scene
}

fn marked(scene: &Scene) -> String {
    scene.hall_now().house.names(&scene.hall_now().marked)
}

#[test]
fn the_keys_that_pick_mark_what_is_taken_and_one_key_joins() {
    let mut scene = taken();
    scene.press("<Space>l<Space>");
    assert_eq!(scene.hall_now().marked.len(), 2);
    scene.press("<Space>");
    assert_eq!(scene.hall_now().marked.len(), 1);
    scene.press("c3<Space>");
    let hall = scene.hall_now();
    assert_eq!((hall.marked.len(), hall.picked.len()), (2, 0), "the third to the right is free");
    let seats: Vec<_> = hall.marked.iter().map(|seat| hall.house.place(*seat).unwrap().id).collect();
    scene.press("2w");
    let join = Effect::JoinWaitlist { performance: PerformanceId(7), count: 2, seats, asked_at: at(0) };
    assert_eq!(scene.effects, [join]);
    scene.press("w");
    assert_eq!(scene.effects, [], "it is asked already");
    scene.answer(Answer::JoinedWaitlist(PerformanceId(7)));
    assert_eq!(scene.effects, [Effect::LoadWaitlist]);
    assert_eq!((scene.model.screen, scene.hall_now().marked.len()), (Screen::Waitlist, 0));
    scene.answer(Answer::Waitlist(entries()));
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::SeatMap);
}

#[test]
fn enter_joins_when_there_is_nothing_to_hold() {
    let mut scene = taken();
    scene.press("<Space><Enter>");
    assert!(matches!(scene.effects.as_slice(), [Effect::JoinWaitlist { count: 1, .. }]));
    let mut scene = taken();
    scene.press("<Space>3l<Space><Enter>");
    assert!(matches!(scene.effects.as_slice(), [Effect::Hold(..)]), "what can be had comes first");
}

#[test]
fn what_the_server_would_refuse_is_not_sent() {
    let mut scene = taken();
    for (keys, why) in [
        ("w", "Mark taken seats first"),
        ("<Space>2w", "To wait for 2, mark 2 to 20 seats; 1 marked now."),
        ("4w", "1 to 3 seats, not for 4"),
    ] {
        scene.press(keys);
        assert_eq!(scene.effects, []);
        assert!(scene.notice().contains(why), "{}", scene.notice());
    }
}

#[test]
fn a_marked_seat_that_is_free_again_can_be_picked() {
    let mut scene = taken();
    scene.press("<Space>l<Space>");
    let first = scene.hall_now().marked[0];
    let (name, others) = (scene.hall_now().house.name(first), marked(&scene));
    scene.change(&[(first, SeatStatus::Available)]);
    assert!(scene.notice().contains("is free now") && scene.notice().contains(&name), "{}", scene.notice());
    assert!(others.starts_with(&name) && !marked(&scene).contains(&name));
    // The same, when the server says it.
    scene.press("w");
    let hall = scene.hall_now();
    let id = hall.house.place(hall.marked[0]).unwrap().id;
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::SeatFree, "free", &[id]));
    assert!(scene.notice().contains("free now, no need to wait"), "{}", scene.notice());
    assert!(scene.hall_now().marked.is_empty() && !scene.hall_now().is_joining);
}

#[test]
fn a_refusal_says_why_and_keeps_the_marks() {
    let mut scene = taken();
    scene.press("<Space>w");
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::TooManyEntries, "five times is enough", &[]));
    assert_eq!(scene.notice(), "five times is enough");
    scene.press("w");
    assert_eq!(scene.effects.len(), 1);
}

#[test]
fn joining_goes_on_after_the_login_and_after_the_server_is_back() {
    let mut scene = taken();
    scene.press("<Space>w");
    let join = scene.effects[0].clone();
    scene.fail(join.clone(), failure(FailureKind::Offline, "connection refused"));
    scene.answer(Answer::ClockOffset(seconds(0)));
    assert_eq!(scene.effects, std::slice::from_ref(&join), "with the same instant, hence the same key");
    scene.fail(join.clone(), failure(FailureKind::LoggedOut, "token expired"));
    assert_eq!(scene.model.screen, Screen::Login);
    let me = Scene::shows().model.me.unwrap();
    scene.answer(Answer::Me(me));
    assert!(scene.effects.contains(&join) && scene.model.screen == Screen::SeatMap);
}

#[test]
fn an_offer_is_booked_after_a_question_and_shows_the_ticket() {
    let mut scene = Scene::waitlist();
    scene.press("<Enter>");
    assert_eq!(scene.effects, []);
    scene.press("n<Enter>y");
    assert_eq!(scene.effects, [Effect::BookOffer(EntryId(9))]);
    scene.answer(Answer::OfferBooked(EntryId(9), receipt()));
    assert_eq!((scene.model.screen, scene.effects.clone()), (Screen::Ticket, vec![Effect::LoadWaitlist]));
    assert_eq!(scene.model.waitlist.entries()[0].current_state, WaitlistState::Fin);
}

#[test]
fn giving_up_and_declining_are_asked_first() {
    let mut scene = Scene::waitlist();
    scene.press("xn");
    assert_eq!(scene.effects, []);
    scene.press("jxy");
    assert_eq!(scene.effects, [Effect::LeaveWaitlist(EntryId(8))]);
    let mut gone = entries()[1].clone();
    gone.current_state = WaitlistState::Withdrawn;
    scene.answer(Answer::LeftWaitlist(gone));
    assert_eq!(scene.notice(), "You do not wait for these seats any more.");
    scene.press("x");
    assert!(scene.notice().contains("over already"), "{}", scene.notice());
    scene.press("j<Enter>");
    assert!(scene.effects.contains(&Effect::LoadBooking(BookingId(42))), "what was booked can be seen");
}

#[test]
fn an_offer_that_ran_out_by_the_clock_of_the_server_is_not_booked() {
    let mut scene = Scene::waitlist();
    scene.answer(Answer::ClockOffset(seconds(272)));
    scene.press("<Enter>");
    assert_eq!(scene.effects, [Effect::LoadWaitlist]);
    assert!(scene.notice().contains("run out"), "{}", scene.notice());
}

#[test]
fn a_question_about_what_has_changed_is_not_asked_any_more() {
    let mut scene = Scene::waitlist();
    scene.press("<Enter>");
    let mut list = entries();
    list[0].current_state = WaitlistState::Expired;
    scene.answer(Answer::Waitlist(list));
    scene.press("y");
    assert_eq!(scene.effects, []);
}

#[test]
fn the_server_is_asked_every_30_seconds_while_somebody_waits_and_not_otherwise() {
    let mut scene = Scene::waitlist();
    scene.press("<Esc>");
    scene.tick(29);
    assert_eq!(scene.effects, []);
    scene.tick(30);
    assert_eq!(scene.effects, [Effect::LoadWaitlist]);
    scene.tick(59);
    assert_eq!(scene.effects, []);
    scene.fail(Effect::LoadWaitlist, failure(FailureKind::LoggedOut, "token expired"));
    assert_eq!(scene.model.screen, Screen::Shows, "who does something else is not disturbed");
    scene.tick(600);
    assert_eq!((scene.effects.clone(), scene.model.next_deadline()), (vec![], None));
}

#[test]
fn an_offer_is_told_wherever_one_is_until_it_is_over() {
    let mut scene = Scene::hall();
    assert!(!scene.model.has_banner());
    scene.answer(Answer::Waitlist(entries()));
    assert!(scene.screen().contains("Offer: 2 seats of Les Misérables, 4:32 left."), "{}", scene.screen());
    scene.press("W");
    assert!(!scene.model.has_banner(), "it is looked at");
    scene.press("<Esc>");
    scene.tick(272);
    assert!(!scene.model.has_banner());
}
