use crossterm::event::{MouseButton, MouseEventKind};

use crate::effect::Effect;
use crate::model::Screen;
use crate::testing::{Scene, stadium};

const CLICK: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

#[test]
fn a_click_picks_a_seat_and_another_lets_it_go() {
    let mut scene = Scene::hall();
    let seat = scene.hall_now().house.named("1F B-3", 0).unwrap();
    scene.mouse(CLICK, scene.place_of(seat));
    assert_eq!((scene.hall_now().cursor, &scene.hall_now().picked[..]), (seat, &[seat][..]));
    scene.mouse(CLICK, scene.place_of(seat));
    assert!(scene.hall_now().picked.is_empty());
    scene.press("++");
    scene.mouse(CLICK, scene.place_of(scene.hall_now().cursor));
    assert_eq!(scene.hall_now().picked, [seat]);
    scene.mouse(CLICK, (0, 23));
    assert_eq!(scene.hall_now().picked, [seat], "beside the map nothing happens");
}

#[test]
fn the_wheel_zooms_to_where_it_is_turned() {
    let mut scene = Scene::hall_of(&stadium());
    let level = scene.hall_now().level;
    assert!(level > 0);
    let target = scene.hall_now().house.named("104 20-5", 0).unwrap();
    for _ in 0..level {
        let at = scene.place_of(target);
        scene.mouse(MouseEventKind::ScrollUp, at);
    }
    assert_eq!(scene.hall_now().level, 0);
    scene.mouse(CLICK, scene.place_of(target));
    assert_eq!(scene.hall_now().cursor, target);
    scene.mouse(MouseEventKind::ScrollDown, (20, 10));
    assert_eq!(scene.hall_now().level, 1);
}

#[test]
fn zoomed_out_a_click_goes_nearer_and_the_minimap_goes_there() {
    let mut scene = Scene::hall_of(&stadium());
    scene.mouse(CLICK, scene.place_of(scene.hall_now().cursor));
    assert_eq!((scene.hall_now().level, scene.hall_now().picked.len()), (0, 0));
    let before = scene.hall_now().cursor;
    let screen = scene.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains("whole house")).unwrap();
    let column = line.chars().position(|c| c == '┌').unwrap() - 1;
    scene.mouse(CLICK, (column as u16 + 4, row as u16 + 2));
    assert_ne!(scene.hall_now().cursor, before);
    assert_eq!(scene.hall_now().level, 0);
}

#[test]
fn the_right_button_takes_the_plan_along() {
    let mut scene = Scene::hall_of(&stadium());
    scene.press("<Space>");
    let seat = scene.hall_now().cursor;
    let (x, y) = scene.place_of(seat);
    scene.mouse(MouseEventKind::Down(MouseButton::Right), (x, y));
    scene.mouse(MouseEventKind::Drag(MouseButton::Right), (x - 3, y - 2));
    assert_eq!(scene.place_of(seat), (x - 3, y - 2));
    assert!(scene.hall_now().picked.is_empty());
}

#[test]
fn lists_are_clicked_to_select_and_again_to_open() {
    let mut scene = Scene::shows();
    scene.mouse(CLICK, (10, 5));
    assert_eq!((scene.model.shows.cursor, scene.model.screen), (1, Screen::Shows));
    scene.mouse(MouseEventKind::ScrollDown, (10, 5));
    assert_eq!(scene.model.shows.cursor, 2);
    scene.mouse(CLICK, (10, 4));
    scene.mouse(CLICK, (10, 4));
    assert_eq!(scene.model.screen, Screen::Show);
    let mut scene = Scene::show();
    scene.mouse(CLICK, (10, 9));
    scene.mouse(CLICK, (10, 9));
    assert!(matches!(scene.effects[..], [Effect::LoadHouse { .. }]));
    let mut scene = Scene::bookings();
    scene.mouse(CLICK, (10, 3));
    assert!(matches!(scene.effects[..], [Effect::LoadBooking(_)]));
    let mut scene = Scene::booking();
    scene.mouse(CLICK, (10, 8));
    assert_eq!(scene.model.booking.as_ref().unwrap().cursor, 1);
}

#[test]
fn fields_of_the_login_are_clicked() {
    let mut scene = Scene::shows();
    scene.press("AoA");
    scene.mouse(CLICK, (20, 7));
    assert_eq!(scene.model.login.form.focus, 1);
}
