//! Best seats, filters, jumps, swaps, offers, undo: the speed of hand.

use ticket_core::api::ErrorCode;
use ticket_core::domain::{BookingId, SeatStatus};

use crate::effect::Effect;
use crate::event::{Answer, OwnSeats};
use crate::model::{Checkout, Screen};
use crate::testing::{Scene, at, hold_id, hold_of, receipt, refused, seconds, theatre};

#[test]
fn the_best_pair_then_the_next_best_then_as_many_as_counted() {
    let mut scene = Scene::hall();
    scene.press("b");
    assert_eq!(scene.picked(), "1F A-18, A-19");
    scene.press("b");
    assert_eq!(scene.picked(), "1F A-20, A-21");
    scene.press("3b");
    assert_eq!(scene.picked(), "1F A-18, A-19, A-20");
    scene.press("b");
    assert_eq!(scene.hall_now().picked.len(), 3, "the party stays as large as it was");
    scene.press("<Enter>");
    assert!(matches!(&scene.effects[..], [Effect::Hold(_, seats)] if seats.len() == 3), "one request and no more");
}

#[test]
fn the_best_keep_to_filter_and_limit() {
    let mut scene = Scene::hall();
    scene.press("fs 2f<Enter>b");
    assert!(scene.picked().starts_with("2F A-"), "{}", scene.picked());
    scene.press("9b");
    assert_eq!(scene.hall_now().picked.len(), 4);
    assert!(scene.notice().contains("may have 4 seats"), "{}", scene.notice());
    scene.press("f<C-u>≤1<Enter>");
    scene.press("b");
    assert!(scene.notice().contains("There are no 4 seats left"), "{}", scene.notice());
    assert_eq!(scene.hall_now().picked.len(), 4, "what was picked stays");
    scene.press("<Esc>");
    assert!(scene.hall_now().filter.is_empty());
    assert_eq!(scene.model.screen, Screen::SeatMap, "Esc takes the filter away first");
}

#[test]
fn a_filter_is_seen_while_it_is_typed_and_given_up_with_esc() {
    let mut scene = Scene::hall();
    scene.press("fvip<Enter>");
    let vip = scene.hall_now().house.wanted_count();
    scene.press("f 2f");
    assert_eq!(scene.hall_now().house.wanted_count(), 0, "no VIP seats upstairs");
    scene.press("x<Enter>");
    assert!(scene.screen().contains("\"2fx\" is not known"), "{}", scene.screen());
    scene.press("<Esc>");
    assert_eq!((scene.hall_now().house.wanted_count(), scene.hall_now().filter_text.as_str()), (vip, "vip"));
}

#[test]
fn a_jump_follows_what_is_typed_and_esc_goes_back() {
    let mut scene = Scene::hall();
    let before = scene.hall_now().cursor;
    let name = |scene: &Scene| scene.hall_now().house.name(scene.hall_now().cursor);
    scene.press("/2f b");
    assert_eq!(name(&scene), "2F B-1");
    scene.press("-12");
    assert_eq!(name(&scene), "2F B-12");
    scene.press("<Esc>");
    assert_eq!(scene.hall_now().cursor, before);
    scene.press("/B-3<Enter>");
    assert_eq!(name(&scene), "1F B-3");
}

#[test]
fn undo_goes_back_step_by_step_and_never_to_what_is_lost() {
    let mut scene = Scene::hall();
    scene.press("<Space>");
    let first = scene.picked();
    scene.press("3b");
    scene.press("c");
    assert_eq!(scene.picked(), "");
    scene.press("u");
    assert_eq!(scene.hall_now().picked.len(), 3);
    let taken = scene.hall_now().picked[2];
    scene.change(&[(taken, SeatStatus::Booked)]);
    scene.press("u");
    assert_eq!(scene.picked(), first);
    scene.press("u");
    assert_eq!(scene.picked(), "");
    scene.press("u");
    assert_eq!(scene.notice(), "There is nothing to undo.");
}

#[test]
fn a_count_before_space_picks_a_row_of_seats() {
    let mut scene = Scene::hall();
    scene.press("gg3<Space>");
    assert_eq!(scene.picked(), "1F A-1, A-2, A-3");
    scene.press("u");
    assert_eq!(scene.picked(), "");
    scene.press("9<Space>");
    assert_eq!(scene.hall_now().picked.len(), 4);
    assert!(scene.notice().contains("may have 4 seats"));
}

#[test]
fn a_picked_seat_is_swapped_without_asking_anybody() {
    let mut scene = Scene::hall();
    scene.press("gg<Space>l<Space>s");
    assert!(scene.notice().contains("1F A-2 for which seat?"), "{}", scene.notice());
    scene.press("5ls");
    assert_eq!((scene.picked().as_str(), &scene.effects[..]), ("1F A-1, A-7", &[][..]));
    scene.press("s<Esc>");
    assert_eq!((scene.hall_now().swap, scene.model.screen), (None, Screen::SeatMap));
}

#[test]
fn a_held_seat_is_swapped_in_one_request_that_does_all_or_nothing() {
    let mut scene = Scene::checkout();
    scene.press("<Esc>");
    let held = scene.hall_now().hold.clone().unwrap();
    scene.press("/A-18<Enter>s/A-25<Enter>s");
    let id = |scene: &Scene, seat: usize| scene.hall_now().house.place(seat).unwrap().id;
    let target = scene.hall_now().cursor;
    let (add, remove) = (vec![id(&scene, target)], vec![id(&scene, held.seats[0])]);
    assert_eq!(scene.effects, [Effect::ChangeHold { hold: hold_id(), add, remove }]);
    scene.change(&[(target, SeatStatus::Held)]);
    assert_eq!(scene.notice(), "", "it is we who hold it");
    let mut lost = Scene { model: scene.model.clone(), effects: scene.effects.clone() };
    let hold = hold_of(scene.hall_now(), &[target, held.seats[1]], 420);
    scene.answer(Answer::Held(hold));
    assert_eq!((scene.model.screen, scene.notice()), (Screen::SeatMap, "1F A-25 is held for you instead."));
    let asked = Effect::ChangeHold { hold: hold_id(), add: vec![id(&lost, target)], remove: vec![] };
    let refusal = refused(ErrorCode::SeatTaken, "taken", &[id(&lost, target)]);
    lost.fail(asked, refusal);
    assert_eq!(lost.hall_now().hold.as_ref(), Some(&held), "the old seat is kept");
    assert!(lost.notice().contains("Too late"), "{}", lost.notice());
}

#[test]
fn for_a_lost_seat_the_nearest_equal_one_is_offered_and_taken_with_one_key() {
    let mut scene = Scene::hall();
    scene.press("b");
    let [lost, kept] = scene.hall_now().picked[..] else { panic!() };
    scene.change(&[(lost, SeatStatus::Held)]);
    let offer = scene.hall_now().offers[0];
    assert_eq!(scene.hall_now().house.name(offer.instead), "1F A-17");
    scene.change(&[(offer.instead, SeatStatus::Booked)]);
    assert_ne!(scene.hall_now().offers[0].instead, offer.instead, "what is gone is not offered");
    let instead = scene.hall_now().offers[0].instead;
    scene.press("a");
    assert_eq!(scene.hall_now().picked, [kept, instead]);
    assert!(scene.hall_now().offers.is_empty());
}

#[test]
fn a_hold_that_comes_a_moment_too_early_for_the_server_is_sent_again() {
    let mut layout = theatre();
    layout.header.sale_opens_at = Some(at(10));
    let mut scene = Scene::hall_of(&layout);
    scene.press("<Space>");
    scene.tick(10);
    scene.press("<Enter>");
    let asked = scene.effects[0].clone();
    let early = refused(ErrorCode::SaleNotOpen, "not open yet", &[]);
    scene.fail(asked, early.clone());
    let [Effect::Probe { attempt: 0 }, again @ Effect::HoldSoon(..)] = &scene.effects[..] else { panic!() };
    let again = again.clone();
    assert!(matches!(scene.hall_now().checkout, Checkout::Holding(_)));
    // The clock was wrong by more than a moment: the server's word is taken.
    scene.answer(Answer::ClockOffset(seconds(-60), None));
    scene.fail(again, early);
    assert_eq!((scene.notice(), &scene.hall_now().checkout), ("not open yet", &Checkout::Idle));
}

#[test]
fn zoom_goes_from_numbered_seats_to_the_whole_house_and_back() {
    let mut scene = Scene::hall();
    let seat = scene.hall_now().cursor;
    scene.press("+");
    assert!(scene.hall_now().is_close);
    assert!(scene.screen().contains("v18"), "{}", scene.screen());
    scene.press("++----------");
    let hall = scene.hall_now();
    assert!(!hall.is_close && hall.level > 0);
    scene.press("++++++++++");
    assert_eq!((scene.hall_now().is_close, scene.hall_now().cursor), (true, seat));
}

#[test]
fn looking_around_takes_the_cursor_along() {
    let mut scene = Scene::hall();
    scene.press("++");
    let before = scene.hall_now().origin;
    scene.press("J");
    let hall = scene.hall_now();
    assert!(hall.origin.y > before.y);
    let cell = hall.house.grid.cell(hall.cursor);
    assert!(cell.y >= hall.origin.y, "{cell:?} {:?}", hall.origin);
    scene.press("K");
    assert_eq!(scene.hall_now().origin.y, before.y);
}

#[test]
fn keys_that_the_user_has_chosen_count_and_are_shown() {
    let mut scene = Scene::hall();
    scene.model.settings.keys.bind(crate::keys::Place::Map, "best", &["x".into()]).unwrap();
    scene.press("b");
    assert_eq!(scene.picked(), "");
    scene.press("2x");
    assert_eq!(scene.hall_now().picked.len(), 2);
    assert!(scene.screen().contains(" x best"), "{}", scene.screen());
    scene.press("?");
    assert!(scene.screen().contains("x           pick the best"), "{}", scene.screen());
}

#[test]
fn a_house_that_has_room_for_its_numbers_is_shown_with_them_at_once() {
    let mut scene = Scene::show();
    assert!(!Scene::hall().hall_now().is_close);
    scene.resize(220, 60);
    scene.press("j<Enter>");
    scene.answer(Answer::House(theatre(), crate::testing::states(&theatre()), OwnSeats::default()));
    assert!(scene.hall_now().is_close && scene.screen().contains("v18"), "{}", scene.screen());
}

#[test]
fn the_best_instead_of_what_was_picked_by_hand_are_told_and_undone() {
    let mut scene = Scene::hall();
    scene.press("<Space>ll<Space>");
    let by_hand = scene.picked();
    scene.press("3b");
    assert_eq!(scene.notice(), "3 picked instead of 2; u brings them back.");
    scene.press("b");
    assert_eq!(scene.notice(), "", "what was proposed gives way to the next without a word");
    scene.press("uu");
    assert_eq!(scene.picked(), by_hand);
}

#[test]
fn tickets_that_one_has_already_count_against_the_limit() {
    let mut scene = Scene::show();
    scene.press("j<Enter>");
    let own = OwnSeats { booked: vec![(BookingId(2), 2), (BookingId(3), 1)], ..OwnSeats::default() };
    scene.answer(Answer::House(theatre(), crate::testing::states(&theatre()), own));
    scene.press("b");
    assert_eq!(
        (scene.hall_now().picked.len(), scene.notice()),
        (1, "1 seat picked: one person may have 4 here, and you have 3.")
    );
    scene.press("cl<Space>l<Space>");
    assert_eq!(scene.hall_now().picked.len(), 1);
    assert_eq!(scene.notice(), "One person may have 4 seats here: 3 yours already, 1 picked.");
    // What is bought now counts too.
    scene.press("<Enter>");
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Held(hold));
    scene.press("<Enter>");
    scene.answer(Answer::Booked(hold_id(), receipt()));
    scene.press("<Esc>/1f a-1<Enter><Space>");
    assert_eq!(scene.notice(), "One person may have 4 seats here, and you have them already.");
}

#[test]
fn one_seat_of_a_hold_is_let_go_and_with_the_last_the_hold() {
    let mut scene = Scene::checkout();
    scene.press("<Esc>");
    let (hold, seat) = (scene.hall_now().hold.clone().unwrap(), scene.hall_now().cursor);
    assert!(hold.seats.contains(&seat) && scene.screen().contains("Space let it go"), "{}", scene.screen());
    scene.press("<Space>");
    let remove = vec![scene.hall_now().house.place(seat).unwrap().id];
    assert_eq!(scene.effects, [Effect::ChangeHold { hold: hold.id, add: Vec::new(), remove }]);
    scene.press("<Space>");
    assert!(scene.effects.is_empty() && scene.notice().starts_with("One moment"), "{}", scene.notice());
    let left: Vec<usize> = hold.seats.iter().copied().filter(|held| *held != seat).collect();
    let details = hold_of(scene.hall_now(), &left, 420);
    scene.answer(Answer::Held(details));
    assert_eq!((scene.model.screen, &scene.hall_now().hold.as_ref().unwrap().seats), (Screen::SeatMap, &left));
    assert!(scene.notice().contains("is let go; 1 seat is still held"), "{}", scene.notice());
    scene.model.hall.as_mut().unwrap().cursor = left[0];
    scene.press("<Space>");
    assert_eq!(scene.effects, [Effect::Release(hold.id)]);
}

#[test]
fn only_what_works_is_hinted() {
    let mut scene = Scene::hall();
    let keys = |scene: &Scene| scene.screen().lines().last().unwrap_or_default().to_owned();
    assert!(!keys(&scene).contains("Enter") && keys(&scene).contains("Space pick"), "{}", keys(&scene));
    scene.press("4b");
    assert!(keys(&scene).contains("Enter hold") && keys(&scene).contains("u undo"), "{}", keys(&scene));
    scene.press("G");
    assert!(!keys(&scene).contains("Space"), "four are the most: {}", keys(&scene));
}
