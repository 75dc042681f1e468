use ticket_core::api::{Credentials, ErrorCode, JoinRequest, Me, SeatStates};
use ticket_core::domain::{
    BookingState, PerformanceId, Role, SeatState, SeatStatus, ShowId, TicketId, TicketState, UserId,
};

use crate::effect::Effect;
use crate::event::{Answer, OwnSeats};
use crate::model::{Checkout, LoginMode, Screen, Waiting};
use crate::testing::{Scene, arena, at, booking, hold_id, receipt, refused, theatre};

fn me() -> Me {
    Me { user_id: UserId(1), email: "mina@example.com".into(), name: "김민아".into(), role: Role::Buyer }
}

#[test]
fn from_the_list_of_shows_to_the_ticket_and_its_cancelling() {
    let mut scene = Scene::shows();
    scene.press("<Enter>");
    assert_eq!(scene.effects, [Effect::LoadShow(ShowId(3))]);
    let mut scene = Scene::show();
    scene.press("j<Enter>");
    assert_eq!(scene.effects, [Effect::LoadHouse { performance: PerformanceId(7), with_holds: true }]);
    let mut scene = Scene::hall();
    scene.press("<Space>l<Space><Enter>");
    let seats: Vec<_> = scene.hall_now().picked.iter().map(|i| scene.hall_now().house.place(*i).unwrap().id).collect();
    assert_eq!(scene.effects, [Effect::Hold(PerformanceId(7), seats)]);
    scene.answer(Answer::Held(scene.hold_of_picked(420)));
    assert_eq!(scene.model.screen, Screen::Checkout);
    scene.press("<Enter>");
    assert_eq!(scene.effects, [Effect::Confirm(hold_id())]);
    scene.press("<Enter>");
    assert_eq!(scene.effects, [], "one confirmation is enough");
    scene.answer(Answer::Booked(hold_id(), receipt()));
    assert_eq!(scene.model.screen, Screen::Ticket);
    assert!(scene.hall_now().hold.is_none() && scene.hall_now().picked.is_empty());
    scene.press("<Enter>");
    assert_eq!(scene.effects, [Effect::Unfollow, Effect::LoadBookings { page: 0 }]);
    let mut scene = Scene::booking();
    scene.press("cn");
    assert_eq!(scene.effects, []);
    scene.press("jcy");
    assert_eq!(scene.effects, [Effect::Cancel(receipt().booking_id, Some(vec![TicketId(82)]))]);
    scene.press("Cy");
    assert_eq!(scene.effects, [], "not while it is being cancelled");
}

#[test]
fn cancelling_marks_the_tickets_and_the_total() {
    let mut scene = Scene::booking();
    scene.press("Cy");
    assert_eq!(scene.effects, [Effect::Cancel(receipt().booking_id, None)]);
    let tickets = receipt().booking_tickets;
    let canceled = tickets[..1].iter();
    let canceled =
        canceled.map(|t| ticket_core::api::CanceledTicket { seat_id: t.seat_id, seat_status: SeatState::Canceled });
    let result =
        ticket_core::api::CancelResult { booking_status: BookingState::Booked, canceled_tickets: canceled.collect() };
    scene.answer(Answer::Cancelled(receipt().booking_id, result));
    let page = scene.model.booking.as_ref().unwrap();
    assert_eq!(page.tickets()[0].seat_status, TicketState::Canceled);
    assert_eq!(page.details.receipt.total_price, 170_000);
    scene.press("c");
    assert_eq!(scene.notice(), "This ticket is cancelled already.");
    assert!(scene.model.booking.as_ref().unwrap().ask.is_none());
}

#[test]
fn counts_and_jumps() {
    let mut scene = Scene::hall();
    scene.press("gg");
    let first = scene.hall_now().cursor;
    scene.press("5l");
    assert_eq!(scene.hall_now().cursor, first + 5);
    scene.press("$");
    assert_eq!(scene.hall_now().house.name(scene.hall_now().cursor), "1F A-38");
    scene.press("0");
    assert_eq!(scene.hall_now().cursor, first);
    scene.press("10l");
    assert_eq!(scene.hall_now().cursor, first + 10);
    scene.press("G");
    assert_eq!(scene.hall_now().house.name(scene.hall_now().cursor), "3F C-30");
    scene.press("<S-Tab>");
    assert_eq!(scene.hall_now().house.name(scene.hall_now().cursor), "2F A-1");
    scene.press("<Tab><Tab>");
    assert_eq!(scene.hall_now().house.name(scene.hall_now().cursor), "1F A-1");
}

#[test]
fn keys_work_while_a_korean_input_method_is_on() {
    let mut scene = Scene::hall();
    scene.press("gg");
    let first = scene.hall_now().cursor;
    scene.press("3ㅣ");
    assert_eq!(scene.hall_now().cursor, first + 3);
    scene.press("ㅂ");
    assert_eq!(scene.effects, [Effect::Quit]);
}

#[test]
fn no_more_seats_than_one_person_may_have() {
    let mut scene = Scene::hall();
    scene.press("<Space>l<Space>l<Space>l<Space>l<Space>");
    assert_eq!(scene.hall_now().picked.len(), 4);
    assert!(scene.notice().contains("may have 4 seats"), "{}", scene.notice());
    scene.press("u");
    assert_eq!(scene.hall_now().picked.len(), 3);
    scene.press("<Space>");
    assert_eq!(scene.hall_now().picked.len(), 4);
}

#[test]
fn only_free_seats_can_be_picked_and_others_say_why() {
    let mut scene = Scene::hall();
    for (status, why) in [
        (SeatStatus::Booked, "sold"),
        (SeatStatus::Held, "bought by somebody"),
        (SeatStatus::Canceled, "again soon"),
        (SeatStatus::Offered, "waiting list"),
        (SeatStatus::Blocked, "not for sale"),
    ] {
        let cursor = scene.hall_now().cursor;
        scene.change(&[(cursor, status)]);
        scene.press("<Space>");
        assert!(scene.hall_now().picked.is_empty());
        assert!(scene.notice().contains(why), "{}", scene.notice());
        // What can be waited for is marked by the same key.
        scene.press("c");
    }
}

#[test]
fn zoomed_out_space_goes_nearer_and_the_cursor_stays_in_view() {
    let mut scene = Scene::hall_of(&arena());
    scene.press("-----");
    let level = scene.hall_now().level;
    assert!(level > 0);
    scene.press("<Space>");
    assert_eq!((scene.hall_now().level, scene.hall_now().picked.len()), (0, 0));
    let hall = scene.hall_now();
    let at = hall.house.grid.cell(hall.cursor);
    assert!(at.x >= hall.origin.x && at.y >= hall.origin.y);
}

#[test]
fn going_back_keeps_hold_and_selection() {
    let mut scene = Scene::checkout();
    scene.press("<Esc>ll<Space><Esc>");
    assert_eq!(scene.model.screen, Screen::Show);
    assert!(!scene.effects.contains(&Effect::Unfollow));
    scene.press("<Enter>");
    assert_eq!(scene.model.screen, Screen::SeatMap);
    assert_eq!((scene.hall_now().picked.len(), scene.hall_now().hold.as_ref().unwrap().seats.len()), (1, 2));
    scene.press("<Enter>");
    assert!(
        matches!(scene.effects[..], [Effect::ChangeHold { hold, ref add, ref remove }] if hold == hold_id() && add.len() == 1 && remove.is_empty())
    );
}

#[test]
fn releasing_frees_and_extending_extends() {
    let mut scene = Scene::checkout();
    scene.press("e");
    assert_eq!(scene.effects, [Effect::Extend(hold_id())]);
    let seats = scene.hall_now().hold.as_ref().unwrap().seats.clone();
    let mut details = crate::testing::hold_of(scene.hall_now(), &seats, 600);
    scene.answer(Answer::Held(details.clone()));
    assert!(scene.notice().contains("10:00"), "{}", scene.notice());
    details.expires_at = at(600);
    scene.press("e");
    scene.answer(Answer::Held(details));
    assert!(scene.notice().contains("cannot"), "{}", scene.notice());
    scene.press("r");
    assert_eq!(scene.effects, [Effect::Release(hold_id())]);
    scene.answer(Answer::Released(hold_id()));
    assert_eq!(scene.model.screen, Screen::SeatMap);
    assert!(scene.hall_now().hold.is_none() && scene.hall_now().picked.is_empty());
}

#[test]
fn logging_in_and_joining() {
    let mut scene = Scene::shows();
    scene.press("A");
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Account, &[][..]));
    scene.press("o");
    assert_eq!((scene.model.screen, &scene.effects[..]), (Screen::Shows, &[Effect::Logout][..]));
    scene.press("Amina@example.com<Enter>q?m secret<Enter>");
    let credentials = Credentials { email: "mina@example.com".into(), password: "q?m secret".into() };
    assert_eq!(scene.effects, [Effect::Login(credentials.clone())]);
    scene.fail(Effect::Login(credentials), refused(ErrorCode::WrongCredentials, "wrong email or password", &[]));
    assert!(scene.screen().contains("wrong email or password"));
    scene.press("<C-n><Tab>김민아<Enter>");
    assert_eq!(scene.model.login.mode, LoginMode::Join);
    let request =
        JoinRequest { email: "mina@example.com".into(), password: "q?m secret".into(), name: "김민아".into() };
    assert_eq!(scene.effects, [Effect::Join(request)]);
    scene.answer(Answer::Me(me()));
    assert_eq!((scene.model.screen, scene.notice()), (Screen::Shows, "Welcome, 김민아."));
}

#[test]
fn an_empty_field_is_named() {
    let mut scene = Scene::shows();
    scene.press("AoA<Enter>");
    assert!(scene.screen().contains("Email is missing."));
    assert_eq!(scene.effects, []);
}

#[test]
fn before_the_sale_opens_nothing_is_sent_and_afterwards_the_first_key_is() {
    let mut layout = theatre();
    layout.header.sale_opens_at = Some(at(10));
    let mut scene = Scene::hall_of(&layout);
    scene.press("<Space>");
    scene.tick(9);
    scene.press("<Enter>");
    assert_eq!(scene.effects, []);
    assert!(scene.notice().contains("not open yet"), "{}", scene.notice());
    assert!(scene.screen().contains("opens in 0:01"), "{}", scene.screen());
    let map = scene.screen().lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    scene.tick(10);
    assert!(scene.screen().contains("The sale is open. Enter holds what is picked."), "{}", scene.screen());
    assert_eq!(scene.screen().lines().skip(2).take(15).collect::<Vec<_>>(), map[..15], "the map stays where it was");
    let mut quiet = scene.model.clone();
    (quiet.notice, quiet.waiting) = (None, Waiting::default());
    assert_eq!(quiet.next_deadline(), Some(at(20)), "the word goes by itself");
    scene.press("<Enter>");
    assert!(matches!(scene.effects[..], [Effect::Hold(..)]));
    scene.tick(20);
    assert!(!scene.screen().contains("The sale is open"), "{}", scene.screen());
    assert!(matches!(scene.hall_now().checkout, Checkout::Holding(_)));
}

#[test]
fn the_page_of_a_show_is_drawn_again_when_a_sale_opens() {
    let mut scene = Scene::show();
    let page = scene.model.show.as_mut().unwrap();
    page.details.as_mut().unwrap().1[0].sale_opens_at = Some(at(30));
    let closed_yet = scene.screen().matches("opens ").count();
    scene.model.notice = None;
    assert_eq!(scene.model.next_deadline(), Some(at(30)));
    scene.tick(30);
    assert_eq!(scene.screen().matches("opens ").count(), closed_yet - 1, "{}", scene.screen());
}

#[test]
fn what_is_pressed_before_the_performances_are_there_is_done_when_they_are() {
    let opens = |scene: &Scene| match scene.effects[..] {
        [Effect::LoadHouse { performance, .. }] => Some(performance),
        _ => None,
    };
    let mut scene = Scene::shows();
    scene.press("<Enter>j<Enter>");
    assert_eq!(scene.effects, [], "only the page is asked for yet");
    scene.answer_show();
    let second = scene.model.show.as_ref().unwrap().performances()[1].performance_id;
    assert_eq!(opens(&scene), Some(second));
    let mut scene = Scene::shows();
    scene.press("<Enter><Enter><Esc>");
    scene.answer_show();
    assert_eq!((scene.model.screen, opens(&scene)), (Screen::Shows, None), "it was left again");
}

#[test]
fn ctrl_l_draws_anew_wherever_one_is() {
    let mut scene = Scene::hall();
    for keys in ["<C-l>", "/<C-l>", "<Esc>?<C-l>"] {
        scene.press(keys);
        assert_eq!(scene.effects, [Effect::DrawAnew], "{keys}");
    }
}

#[test]
fn a_key_that_does_nothing_says_so_unless_there_is_something_to_read() {
    let mut scene = Scene::show();
    scene.press("Z");
    assert_eq!(scene.notice(), "Z does nothing here. ? shows the keys.");
    scene.model.warn("one more thing");
    scene.press("Z");
    assert_eq!(scene.notice(), "one more thing");
    scene.press("<Esc>j");
    assert_eq!(scene.model.notice, None);
}

#[test]
fn a_seat_map_that_nobody_waits_for_any_more_is_not_opened() {
    let mut scene = Scene::show();
    scene.press("j<Enter><Esc>");
    let states: SeatStates = crate::testing::states(&theatre());
    scene.answer(Answer::House(theatre(), states, OwnSeats::default()));
    assert_eq!(scene.model.screen, Screen::Shows);
    assert!(scene.model.hall.is_none());
}

#[test]
fn an_opened_booking_does_not_pull_the_user_back() {
    let mut scene = Scene::bookings();
    scene.press("<Enter><Esc>");
    scene.answer(Answer::Booking(booking()));
    assert_eq!(scene.model.screen, Screen::Shows);
}
