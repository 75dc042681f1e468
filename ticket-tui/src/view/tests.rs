//! Whole screens as a person sees them. The names of the snapshots say what is on them.

use ratatui::style::Color;
use ticket_core::api::ErrorCode;
use ticket_core::domain::{Category, Grade, RankingPeriod, SeatId, SeatStatus, ShowId};

use crate::effect::Effect;
use crate::event::{Answer, FailureKind, Live};
use crate::lang::Language;
use crate::settings::Settings;
use crate::testing::{Scene, arena, at, entries, failure, hold_id, ranking, refused, seconds, stadium, theatre};
use crate::theme::{Colours, Palette, Theme};

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
    let mut scene = Scene::ticket();
    snapshot!("ticket", scene);
    scene.resize(60, 16);
    snapshot!("ticket_at_60x16", scene);
    scene.press("z");
    snapshot!("ticket_code_alone_at_60x16", scene);
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

/// A letter for every colour of ink, in the order in which the roles have them; `#` where ink and ground are set.
#[test]
fn colours_of_the_seat_map() {
    let colours = [Colours::True, Colours::Sixteen].map(|colours| {
        let mut scene = Scene::hall();
        scene.model.settings.theme = Theme::new(colours, Palette::NAMED[0].1, false);
        scene.press("b");
        scene.change(&[(60, SeatStatus::Held)]);
        inked(&scene)
    });
    assert_eq!(colours[0], colours[1], "fewer colours say the same");
    insta::assert_snapshot!("seat_map_colours", colours[0]);
}

fn inked(scene: &Scene) -> String {
    let theme = scene.model.theme();
    let grades = Grade::ALL.iter().map(|grade| theme.grade(*grade));
    let styles: Vec<_> = grades.chain([theme.muted(), theme.own(), theme.warning(), theme.good()]).collect();
    let terminal = scene.terminal();
    let buffer = terminal.backend().buffer();
    let letter = |cell: &ratatui::buffer::Cell| match styles.iter().position(|style| style.fg == Some(cell.fg)) {
        _ if cell.bg != Color::Reset => '#',
        Some(role) => char::from(b"vrsabmowg"[role]),
        None if cell.symbol() == " " => ' ',
        None => '.',
    };
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|row| row.iter().map(letter).collect::<String>().trim_end().to_owned() + "\n").collect()
}

#[test]
fn the_clock_of_the_server_counts() {
    let mut scene = Scene::checkout();
    scene.answer(Answer::ClockOffset(seconds(60)));
    assert!(scene.screen().contains("■ 6:00"), "{}", scene.screen());
}

#[test]
fn the_map_at_work() {
    let mut scene = Scene::hall();
    scene.press("3bf<C-u>s 2f <120k");
    snapshot!("seat_map_filter_being_typed", scene);
    scene.press("<Enter>b");
    snapshot!("seat_map_best_that_pass_the_filter", scene);
    scene.press("<Esc>/b-99");
    snapshot!("seat_map_jump_to_nowhere", scene);
    scene.press("<C-u>1f b-12<Enter>++");
    snapshot!("seat_map_close", scene);
    scene.press("gg<Space>s5l");
    snapshot!("seat_map_swapping", scene);
}

#[test]
fn a_lost_seat_and_what_is_offered_for_it() {
    let mut scene = Scene::hall();
    scene.press("b");
    let picked = scene.hall_now().picked.clone();
    scene.change(&[(picked[0], SeatStatus::Held)]);
    snapshot!("seat_map_offer", scene);
}

#[test]
fn sold_out() {
    let mut scene = Scene::hall();
    let all: Vec<_> = (0..scene.hall_now().house.seat_count()).map(|seat| (seat, SeatStatus::Booked)).collect();
    scene.change(&all);
    scene.tick(9);
    scene.press("b");
    snapshot!("seat_map_sold_out", scene);
}

#[test]
fn in_a_large_window() {
    let mut scene = Scene::shows();
    scene.answer(Answer::Likes([ShowId(2)].into()));
    scene.resize(200, 60);
    scene.answer(Answer::Ranking(None, RankingPeriod::Week, ranking()));
    snapshot!("shows_at_200x60", scene);
    scene.model.settings.language = Language::Korean;
    snapshot!("korean_shows_at_200x60", scene);
    let mut scene = Scene::ticket();
    scene.resize(200, 60);
    snapshot!("ticket_at_200x60", scene);
}

#[test]
fn a_slow_answer_turns_a_spinner() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    assert!(!scene.screen().contains('⠋'));
    scene.event(crate::event::Event::Tick(at(0) + jiff::SignedDuration::from_millis(150)));
    assert!(scene.screen().contains('⠋'), "{}", scene.screen());
    let hold = scene.hold_of_picked(420);
    scene.answer(Answer::Held(hold));
    assert!(!scene.screen().contains('⠋'));
}

#[test]
fn waitlist() {
    let mut scene = Scene::shows();
    scene.press("W");
    scene.answer(Answer::Waitlist(Vec::new()));
    snapshot!("waitlist_none", scene);
    let mut scene = Scene::waitlist();
    snapshot!("waitlist_offer", scene);
    scene.press("<Enter>");
    snapshot!("waitlist_ask_to_book", scene);
    scene.press("njx");
    snapshot!("waitlist_ask_to_give_up", scene);
    scene.press("n");
    scene.resize(200, 60);
    snapshot!("waitlist_at_200x60", scene);
    scene.resize(60, 16);
    snapshot!("waitlist_at_60x16", scene);
    scene.press("k<Esc>");
    snapshot!("waitlist_offer_told_at_60x16", scene);
    let mut scene = Scene::waitlist();
    scene.model.settings.language = Language::Korean;
    snapshot!("korean_waitlist_offer", scene);
    scene.resize(200, 60);
    snapshot!("korean_waitlist_at_200x60", scene);
}

#[test]
fn what_is_offered_and_waited_for_on_the_map() {
    let mut scene = Scene::hall();
    scene.answer(Answer::Waitlist(entries()));
    let seats: Vec<usize> = (1_019..1_027).filter_map(|id| scene.hall_now().house.find(SeatId(id))).collect();
    let offered = |seat: &usize| if *seat < seats[2] { SeatStatus::Offered } else { SeatStatus::Booked };
    let changes: Vec<_> = seats.iter().map(|seat| (*seat, offered(seat))).collect();
    scene.change(&changes);
    scene.tick(9);
    scene.press("/1f a-20<Enter>");
    snapshot!("seat_map_offered_to_me", scene);
    scene.press("5l+");
    scene.resize(120, 35);
    snapshot!("seat_map_waited_for_close_at_120x35", scene);
}

#[test]
fn what_cannot_be_read_says_why() {
    let mut scene = Scene::started();
    scene.fail(Effect::LoadShows, refused(ErrorCode::Internal, "our fault; request id 7", &[]));
    scene.tick(9);
    snapshot!("shows_could_not_be_read", scene);
    scene.press("r");
    assert!(scene.screen().contains("Loading…"));
}

#[test]
fn a_busy_server() {
    let mut scene = Scene::hall();
    scene.press("<Space><Enter>");
    let mut busy = refused(ErrorCode::TooManyRequests, "Too many requests; try again in 12 s.", &[]);
    busy.retry_after = Some(12);
    scene.fail(scene.effects[0].clone(), busy);
    scene.tick(1);
    snapshot!("seat_map_server_busy", scene);
}

#[test]
fn marking_seats_to_wait_for() {
    let mut scene = Scene::hall();
    scene.press("gg");
    let first = scene.hall_now().cursor;
    scene.change(&[0, 1, 2].map(|i| (first + i, SeatStatus::Booked)));
    scene.tick(9);
    scene.press("3<Space>l");
    snapshot!("seat_map_marked_to_wait_for", scene);
    scene.model.settings.language = Language::Korean;
    snapshot!("korean_seat_map_marked_to_wait_for", scene);
}

#[test]
fn account() {
    let mut scene = Scene::shows();
    scene.press("A");
    snapshot!("account", scene);
    scene.press("pold secret<Enter>new secret<Enter>new sekret<Enter>");
    snapshot!("account_password", scene);
    scene.model.settings.language = Language::Korean;
    scene.resize(60, 16);
    snapshot!("korean_account_password_at_60x16", scene);
}

#[test]
fn ranking_on_a_screen_of_its_own() {
    let mut scene = Scene::shows();
    scene.press("R");
    scene.answer(Answer::Ranking(None, RankingPeriod::Week, ranking()));
    snapshot!("ranking", scene);
    scene.model.settings.language = Language::Korean;
    snapshot!("korean_ranking", scene);
    scene.resize(200, 60);
    snapshot!("korean_ranking_at_200x60", scene);
    scene.press("p");
    scene.answer(Answer::Ranking(None, RankingPeriod::Month, Vec::new()));
    scene.resize(60, 16);
    snapshot!("korean_ranking_empty_at_60x16", scene);
}

#[test]
fn liked_shows_are_marked() {
    let mut scene = Scene::shows();
    scene.answer(Answer::Likes([ShowId(2), ShowId(3)].into()));
    snapshot!("shows_liked", scene);
    scene.press("F");
    snapshot!("shows_only_liked", scene);
}

/// The same walk in Korean, at the smallest size and the usual one: what is cut shows.
#[test]
fn in_korean() {
    let korean = |mut scene: Scene| {
        scene.model.settings.language = Language::Korean;
        scene
    };
    snapshot!("korean_shows", korean(Scene::shows()));
    snapshot!("korean_show", korean(Scene::show()));
    let mut scene = korean(Scene::hall());
    scene.press("2b");
    let picked = scene.hall_now().picked.clone();
    scene.change(&[(picked[0], SeatStatus::Booked)]);
    snapshot!("korean_seat_map", scene);
    scene.resize(60, 16);
    snapshot!("korean_seat_map_at_60x16", scene);
    scene.press("f없음");
    snapshot!("korean_filter_not_known", scene);
    let mut scene = korean(Scene::checkout());
    scene.tick(410);
    snapshot!("korean_checkout", scene);
    snapshot!("korean_ticket", korean(Scene::ticket()));
    let mut scene = korean(Scene::booking());
    scene.press("C");
    snapshot!("korean_booking_ask_all", scene);
    let mut scene = korean(Scene::hall());
    scene.press("?");
    snapshot!("korean_help_on_seat_map", scene);
}

/// What colours say elsewhere, letters say here.
#[test]
fn without_colour_and_in_ascii() {
    let mut scene = without_colour(Scene::hall());
    scene.press("--");
    snapshot!("no_colour_zoomed_out", scene);
    let ascii = |mut scene: Scene| {
        scene.model.settings.theme = Theme::new(Colours::Sixteen, Palette::NAMED[0].1, true);
        scene
    };
    let mut scene = ascii(Scene::hall());
    scene.press("b");
    let picked = scene.hall_now().picked.clone();
    scene.change(&[(picked[0], SeatStatus::Held)]);
    snapshot!("ascii_seat_map", scene);
    scene.press("--");
    snapshot!("ascii_zoomed_out", scene);
    snapshot!("ascii_ticket", ascii(Scene::ticket()));
}

/// But for the names of shows, places and people.
#[test]
fn ascii_is_ascii() {
    let scenes = [
        Scene::shows(),
        Scene::show(),
        Scene::hall(),
        Scene::checkout(),
        Scene::ticket(),
        Scene::booking(),
        Scene::waitlist(),
    ];
    for mut scene in scenes {
        scene.model.settings.theme = Theme::new(Colours::None, Palette::NAMED[0].1, true);
        scene.tick(1);
        scene.press("?");
        for _ in 0..2 {
            let terminal = scene.terminal();
            let cells = &terminal.backend().buffer().content;
            let is_name = |symbol: &str| symbol.chars().all(char::is_alphabetic);
            let others = cells.iter().map(ratatui::buffer::Cell::symbol).filter(|s| !s.is_ascii() && !is_name(s));
            assert_eq!(others.collect::<String>(), "", "{}", scene.screen());
            scene.press("?");
        }
    }
}

/// Photographs the screen and reads the code with a decoder that knows nothing of us.
#[test]
fn the_code_of_a_ticket_scans() {
    let dark = Palette::NAMED[0].1;
    let light = Palette::NAMED[1].1;
    let themes = [
        (Theme::new(Colours::True, dark, false), (80, 24)),
        (Theme::new(Colours::Sixteen, light, false), (80, 24)),
        (Theme::new(Colours::None, dark, false), (80, 24)),
        (Theme::new(Colours::None, light, false), (80, 24)),
        (Theme::new(Colours::Palette, dark, true), (120, 40)),
        (Theme::new(Colours::None, dark, true), (120, 40)),
    ];
    for (theme, (columns, rows)) in themes {
        let mut scene = Scene::ticket();
        scene.model.settings.theme = theme;
        scene.resize(columns, rows);
        assert_eq!(photograph(&scene), ["TICKET:42:81"], "{theme:?}");
        scene.press("j");
        assert_eq!(photograph(&scene), ["TICKET:42:82"], "{theme:?}");
        scene.resize(60, 16);
        assert_eq!(photograph(&scene), [""; 0]);
        assert!(scene.screen().contains("z shows its QR code"), "{}", scene.screen());
        scene.press("z");
        if theme.is_ascii {
            assert!(scene.screen().contains("The QR code needs a terminal of 58x30."), "{}", scene.screen());
            assert!(scene.screen().contains("TICKET:42:82"));
            scene.resize(58 + 2, 30);
        }
        assert_eq!(photograph(&scene), ["TICKET:42:82"], "{theme:?}");
        scene.press("k");
        assert_eq!(photograph(&scene), ["TICKET:42:81"], "{theme:?}");
        scene.press("<Esc>");
        assert!(scene.screen().contains("Booked."), "back to the ticket");
    }
}

/// With numbers so long that the code has more modules, it still fits into the smallest terminal.
#[test]
fn the_code_of_a_late_ticket_scans_in_the_smallest_terminal() {
    let mut scene = Scene::ticket();
    let page = scene.model.ticket.as_mut().unwrap();
    page.receipt.booking_id = ticket_core::domain::BookingId(12_345_678);
    page.receipt.booking_tickets[0].ticket_id = ticket_core::domain::TicketId(87_654_321);
    scene.resize(60, 16);
    scene.press("z");
    assert_eq!(photograph(&scene), ["TICKET:12345678:87654321"]);
}

/// What a camera reads from the screen: a cell is two squares of ink or ground, one above the other.
fn photograph(scene: &Scene) -> Vec<String> {
    const SQUARE: usize = 4;
    let terminal = scene.terminal();
    let buffer = terminal.backend().buffer();
    let theme_is_light = scene.model.theme().is_light();
    let (width, height) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let brightness = |x: usize, y: usize| {
        let cell = buffer.cell((x as u16, (y / 2) as u16)).unwrap();
        let is_ink = match cell.symbol() {
            "█" => true,
            "▀" => y.is_multiple_of(2),
            "▄" => !y.is_multiple_of(2),
            _ => false,
        };
        let is_reversed = cell.modifier.contains(ratatui::style::Modifier::REVERSED);
        let colour = if is_ink == is_reversed { cell.bg } else { cell.fg };
        let default = if is_ink == is_reversed { theme_is_light } else { !theme_is_light };
        let is_black = matches!(colour, Color::Black | Color::Rgb(0, 0, 0) | Color::Indexed(16));
        let is_light = if colour == Color::Reset { default } else { !is_black };
        if is_light { 255 } else { 0 }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width * SQUARE, height * 2 * SQUARE, |x, y| {
        brightness(x / SQUARE, y / SQUARE)
    });
    image.detect_grids().into_iter().map(|grid| grid.decode().unwrap().1).collect()
}

fn without_colour(mut scene: Scene) -> Scene {
    scene.model.settings = Settings::plain(Colours::None);
    scene
}
