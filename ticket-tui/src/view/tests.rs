//! Whole screens as a person sees them. The names of the snapshots say what is on them.

use ratatui::style::Color;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{Category, SeatStatus};

use crate::effect::Effect;
use crate::event::{Answer, FailureKind, Live};
use crate::testing::{Scene, arena, at, failure, hold_id, refused, seconds, stadium, theatre};
use crate::settings::Settings;
use crate::theme::Colours;
use crate::view::view;

macro_rules! snapshot {
    ($name:literal, $scene:expr) => {
        insta::assert_snapshot!($name, $scene.screen())
    };
}

#[test]
fn shows() {
    snapshot!("shows_loading", Scene::started());
    let mut scene = Scene::shows();
    snapshot!("shows", scene);
    scene.press("/아이유");
    snapshot!("shows_search", scene);
    scene.press("x");
    snapshot!("shows_search_without_result", scene);
    scene.press("<Esc>");
    scene.model.shows.category = Some(Category::Play);
    scene.resize(60, 16);
    snapshot!("shows_at_60x16", scene);
    scene.answer(Answer::Shows(Vec::new()));
    snapshot!("shows_none", scene);
}

#[test]
fn show() {
    let mut scene = Scene::shows();
    scene.press("<Enter>");
    snapshot!("show_loading", scene);
    let mut scene = Scene::show();
    snapshot!("show", scene);
    scene.press("j<Enter>");
    snapshot!("show_opening_the_seat_map", scene);
    scene.resize(60, 16);
    snapshot!("show_at_60x16", scene);
}

#[test]
fn seat_map_of_a_theatre() {
    let mut scene = Scene::hall();
    snapshot!("seat_map", scene);
    scene.press("<Space>l<Space>3j");
    snapshot!("seat_map_two_picked", scene);
    scene.press("---");
    snapshot!("seat_map_zoomed_out", scene);
    scene.press("+++");
    scene.resize(200, 60);
    snapshot!("seat_map_at_200x60", scene);
    scene.resize(60, 16);
    snapshot!("seat_map_at_60x16", scene);
}

#[test]
fn seat_map_of_a_stadium() {
    let mut scene = Scene::hall_of(&stadium());
    snapshot!("stadium_whole", scene);
    scene.press("<Space>");
    snapshot!("stadium_seats", scene);
    scene.resize(200, 60);
    snapshot!("stadium_seats_at_200x60", scene);
    scene.press("----------");
    snapshot!("stadium_whole_at_200x60", scene);
}

#[test]
fn seat_map_of_an_arena() {
    let mut scene = Scene::hall_of(&arena());
    scene.resize(120, 40);
    snapshot!("arena", scene);
}

#[test]
fn seat_map_before_the_sale_opens_and_after_it_has_closed() {
    let mut layout = theatre();
    layout.header.sale_opens_at = Some(at(3_661));
    let mut scene = Scene::hall_of(&layout);
    scene.press("<Space><Enter>");
    snapshot!("seat_map_not_open_yet", scene);
    scene.tick(36_000);
    scene.press("<Enter>");
    snapshot!("seat_map_sale_closed", scene);
}

#[test]
fn seat_map_after_losses() {
    let mut scene = Scene::hall();
    scene.press("<Space>l<Space>l<Space>");
    let picked = scene.hall_now().picked.clone();
    scene.change(&[(picked[0], SeatStatus::Booked)]);
    snapshot!("seat_map_a_picked_seat_was_taken", scene);
    scene.press("<Enter>");
    let lost = scene.hall_now().house.place(picked[1]).unwrap().id;
    scene.fail(scene.effects[0].clone(), refused(ErrorCode::SeatTaken, "taken", &[lost]));
    snapshot!("seat_map_lost_the_race", scene);
}

#[test]
fn seat_map_with_the_server_gone() {
    let mut scene = Scene::hall();
    scene.press("<Space>");
    scene.live(Live::Lost);
    snapshot!("seat_map_reconnecting", scene);
    scene.fail(Effect::Probe { attempt: 0 }, failure(FailureKind::Offline, "connection refused"));
    snapshot!("seat_map_server_gone", scene);
}

#[test]
fn checkout() {
    let mut scene = Scene::checkout();
    scene.tick(19);
    snapshot!("checkout", scene);
    scene.resize(60, 16);
    snapshot!("checkout_at_60x16", scene);
    scene.resize(80, 24);
    scene.tick(410);
    snapshot!("checkout_10_seconds_left", scene);
    scene.press("<Esc>");
    snapshot!("seat_map_with_a_hold", scene);
    scene.press("<Enter><Enter>");
    scene.fail(Effect::Confirm(hold_id()), failure(FailureKind::Offline, "connection refused"));
    snapshot!("checkout_server_gone_while_buying", scene);
}

#[test]
fn hold_expired() {
    let mut scene = Scene::checkout();
    scene.tick(420);
    snapshot!("hold_expired", scene);
}

#[test]
fn ticket() {
    snapshot!("ticket", Scene::ticket());
}

#[test]
fn bookings() {
    let mut scene = Scene::bookings();
    snapshot!("bookings", scene);
    scene.resize(60, 16);
    snapshot!("bookings_at_60x16", scene);
    let mut scene = Scene::shows();
    scene.press("m");
    snapshot!("bookings_loading", scene);
    let mut empty = ticket_core::api::BookingHistory {
        booking_list: Vec::new(),
        total_pages: 0,
        total_items: 0,
        current_page: 0,
        page_size: 50,
    };
    scene.answer(Answer::Bookings(empty.clone()));
    snapshot!("bookings_none", scene);
    empty.current_page = 9;
    scene.answer(Answer::Bookings(empty));
    assert!(scene.screen().contains("not booked anything"), "a page out of turn changes nothing");
}

#[test]
fn booking() {
    let mut scene = Scene::booking();
    snapshot!("booking", scene);
    scene.press("jc");
    snapshot!("booking_ask_one", scene);
    scene.press("nC");
    snapshot!("booking_ask_all", scene);
}

#[test]
fn login() {
    let mut scene = Scene::shows();
    scene.press("AoA");
    snapshot!("login", scene);
    scene.press("mina@example.com<Tab>비밀 secret<Tab><C-n>");
    scene.press("<Tab><Tab>김민아<Enter>");
    scene.fail(scene.effects[0].clone(), {
        let mut failure = refused(ErrorCode::Malformed, "a password has 8 to 128 characters", &[]);
        failure.field = Some("password".into());
        failure
    });
    snapshot!("join_password_too_short", scene);
    scene.resize(60, 16);
    snapshot!("join_at_60x16", scene);
}

#[test]
fn login_expired() {
    let mut scene = Scene::checkout();
    scene.press("<Enter>");
    scene.fail(Effect::Confirm(hold_id()), failure(FailureKind::LoggedOut, "token invalid"));
    snapshot!("login_expired", scene);
}

#[test]
fn help() {
    let mut scene = Scene::shows();
    scene.press("?");
    snapshot!("help_on_shows", scene);
    let mut scene = Scene::hall();
    scene.press("?");
    snapshot!("help_on_seat_map", scene);
    scene.resize(60, 16);
    snapshot!("help_on_seat_map_at_60x16", scene);
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut scene = Scene::hall();
    scene.resize(59, 30);
    assert!(scene.screen().contains("It has 59x30, needed are 60x16."));
    scene.resize(1, 1);
    scene.screen();
}

#[test]
fn without_colour_no_cell_has_one() {
    let mut scene = Scene::hall();
    scene.model.settings = Settings::plain(Colours::None);
    scene.press("<Space>l<Space>");
    scene.change(&[(40, SeatStatus::Booked), (41, SeatStatus::Held)]);
    scene.fail(Effect::Probe { attempt: 0 }, failure(FailureKind::Offline, "connection refused"));
    for scene in
        [scene, without_colour(Scene::checkout()), without_colour(Scene::ticket()), without_colour(Scene::booking())]
    {
        let terminal = scene.terminal();
        let cells = &terminal.backend().buffer().content;
        assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    }
}

#[test]
fn with_colour_the_cursor_and_the_grades_stand_out() {
    let terminal = Scene::hall().terminal();
    let cells = &terminal.backend().buffer().content;
    let reversed =
        cells.iter().filter(|c| c.modifier.contains(ratatui::style::Modifier::REVERSED) && c.symbol() == "v");
    assert_eq!(reversed.count(), 1, "one free VIP seat is under the cursor");
    assert!(cells.iter().any(|cell| cell.fg != Color::Reset));
}

#[test]
fn the_clock_of_the_server_counts() {
    let mut scene = Scene::checkout();
    scene.answer(Answer::ClockOffset(seconds(60)));
    assert!(scene.screen().contains("■ 6:00"), "{}", scene.screen());
}

/// The budget is 4 ms with optimisation; a debug build takes many times that, so the bound is set where work that grows
/// with the number of seats would show: the map of 60,000 seats may not cost ten times the map of 500.
#[test]
fn a_frame_costs_what_is_visible_not_what_exists() {
    let time = |layout| {
        let mut scene = Scene::hall_of(layout);
        scene.resize(200, 60);
        let mut terminal = scene.terminal();
        let mut frame = || {
            let start = std::time::Instant::now();
            terminal.draw(|frame| view(&scene.model, frame)).unwrap();
            start.elapsed()
        };
        (0..9).map(|_| frame()).min().unwrap()
    };
    let (small, large) = (time(&theatre()), time(&stadium()));
    eprintln!("frame at 200x60: {small:?} of 500 seats, {large:?} of 60,000");
    assert!(large < small * 10, "{small:?} of 500 seats, {large:?} of 60,000");
}

fn without_colour(mut scene: Scene) -> Scene {
    scene.model.settings = Settings::plain(Colours::None);
    scene
}
