use ticket_core::api::ErrorCode;
use ticket_core::domain::{BookingId, EntryId, PerformanceId, SeatId, SeatStatus, WaitlistState};

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
    scene.answer(Answer::ClockOffset(seconds(0), None));
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
    scene.answer(Answer::ClockOffset(seconds(272), None));
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

/// The theatre without a free seat.
fn full() -> Scene {
    let mut scene = Scene::hall();
    let all: Vec<_> = (0..scene.hall_now().house.seat_count()).map(|seat| (seat, SeatStatus::Booked)).collect();
    scene.change(&all);
    scene
}

#[test]
fn in_a_full_house_the_best_are_marked_to_wait_for_and_joined_with_the_same_count() {
    let mut scene = full();
    scene.press("3b");
    assert_eq!(marked(&scene), "1F A-18, A-19, A-20");
    assert!(scene.notice().contains("w waits for 3, b marks more"), "{}", scene.notice());
    scene.press("b");
    assert_eq!(scene.hall_now().marked.len(), 6, "more seats would do as well");
    scene.press("u");
    assert_eq!(marked(&scene), "1F A-18, A-19, A-20");
    scene.press("w");
    assert!(matches!(&scene.effects[..], [Effect::JoinWaitlist { count: 3, seats, .. }] if seats.len() == 3));
}

#[test]
fn the_filter_chooses_what_to_wait_for_and_more_than_three_cannot_be_waited_for() {
    let mut scene = full();
    scene.press("fs 2f<Enter>4b");
    assert!(marked(&scene).starts_with("2F A-") && scene.hall_now().marked.len() == 3, "{}", marked(&scene));
    scene.press("c2b<Space>");
    assert_eq!((scene.hall_now().marked.len(), scene.hall_now().wait_count()), (1, 1), "one mark taken away again");
    scene.press("cf<C-u>≤1<Enter>b");
    assert!(
        scene.hall_now().marked.is_empty() && scene.notice().contains("nor more to wait for"),
        "{}",
        scene.notice()
    );
}

#[test]
fn when_only_one_is_left_a_pair_is_waited_for() {
    let mut scene = full();
    scene.change(&[(0, SeatStatus::Available)]);
    scene.press("2b");
    assert_eq!((scene.hall_now().marked.len(), scene.hall_now().picked.len()), (2, 0));
    scene.press("1b");
    assert_eq!(scene.picked(), "1F A-1");
}

#[test]
fn as_many_as_an_entry_can_name_are_marked_and_no_more() {
    let mut scene = full();
    scene.press("1b");
    for _ in 0..12 {
        scene.press("b");
    }
    assert_eq!(scene.hall_now().marked.len(), 10);
    scene.press("w");
    assert!(matches!(&scene.effects[..], [Effect::JoinWaitlist { count: 1, seats, .. }] if seats.len() == 10));
}

/// The hall, with two seats offered to the user and six others waited for.
fn offered() -> (Scene, usize) {
    let mut scene = Scene::hall();
    scene.answer(Answer::Waitlist(entries()));
    let first = scene.hall_now().house.find(SeatId(1_019)).unwrap();
    scene.change(&[(first, SeatStatus::Offered), (first + 1, SeatStatus::Offered), (first + 2, SeatStatus::Booked)]);
    (scene, first)
}

#[test]
fn a_seat_offered_to_the_user_is_answered_from_the_map() {
    let (mut scene, first) = offered();
    scene.press("/1f a-20<Enter>");
    let hall = scene.hall_now();
    assert_eq!(scene.model.offered_seats(hall).collect::<Vec<_>>(), [first, first + 1]);
    assert!(scene.screen().contains("offered to you") && scene.screen().contains("answer the offer"));
    for key in ["<Space>", "<Enter>"] {
        scene.press(key);
        assert_eq!((scene.model.screen, scene.model.waitlist.cursor), (Screen::Waitlist, 0));
        assert!(scene.hall_now().marked.is_empty());
        scene.press("<Esc>");
        assert_eq!(scene.model.screen, Screen::SeatMap);
    }
    scene.press("2l");
    assert!(scene.screen().contains("sold, you wait for it"), "{}", scene.screen());
}

#[test]
fn the_list_is_read_when_the_map_says_that_something_has_come_of_it() {
    let (mut scene, first) = offered();
    scene.change(&[(300, SeatStatus::Offered)]);
    assert_eq!(scene.effects, [], "that is somebody else's");
    scene.change(&[(first + 2, SeatStatus::Offered)]);
    assert_eq!(scene.effects, [Effect::LoadWaitlist]);
    scene.change(&[(first, SeatStatus::Canceled)]);
    assert_eq!(scene.effects, [Effect::LoadWaitlist]);
}

#[test]
fn from_the_ticket_of_an_offer_one_goes_back_to_the_waitlist() {
    let mut scene = Scene::waitlist();
    scene.press("<Enter>y");
    scene.answer(Answer::OfferBooked(EntryId(9), receipt()));
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Waitlist);
    scene.press("<Esc>");
    assert_eq!(scene.model.screen, Screen::Shows);
}
