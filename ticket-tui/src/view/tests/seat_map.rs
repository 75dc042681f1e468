//! The plan itself: houses, zoom levels, and the hands of the user on it.

use std::cell::RefCell;
use std::collections::HashMap;

use ticket_core::domain::SeatStatus;

use super::looks::{Named, see};
use crate::model::Model;
use crate::testing::{Scene, arena, stadium};

pub(super) const SCENES: &[Named] = &[
    ("map", Scene::open_hall),
    ("map_close", |scene| {
        scene.open_hall();
        scene.press("++");
    }),
    ("map_out_once", |scene| {
        scene.open_hall();
        scene.press("-");
    }),
    ("map_out_far", |scene| {
        scene.open_hall();
        scene.press("b---");
    }),
    ("arena", |scene| scene.open_hall_of(&arena())),
    ("stadium", open_stadium),
    ("stadium_nearer", |scene| {
        open_stadium(scene);
        scene.press("+");
    }),
    ("stadium_seats", |scene| {
        open_stadium(scene);
        scene.press("<Space>b");
    }),
    ("stadium_close", |scene| {
        open_stadium(scene);
        scene.press("<Space>+");
    }),
    ("map_two_picked", |scene| {
        scene.open_hall();
        scene.press("<Space>l<Space>3j");
    }),
    ("map_count_typed", |scene| {
        scene.open_hall();
        scene.press("12");
    }),
    ("map_best_three", |scene| {
        scene.open_hall();
        scene.press("3b");
    }),
    ("map_filter_typed", |scene| {
        scene.open_hall();
        scene.press("fs 2f <120k");
    }),
    ("map_filter_not_known", |scene| {
        scene.open_hall();
        scene.press("fs 9f<Enter>");
    }),
    ("map_filtered_best", |scene| {
        scene.open_hall();
        scene.press("fs 2f <120k<Enter>b");
    }),
    ("map_nothing_passes_the_filter", |scene| {
        scene.open_hall();
        scene.press("f<120k 1f<Enter>b");
    }),
    ("map_jump", |scene| {
        scene.open_hall();
        scene.press("/2f b-12");
    }),
    ("map_jump_to_nowhere", |scene| {
        scene.open_hall();
        scene.press("/b-99");
    }),
    ("map_swapping", |scene| {
        scene.open_hall();
        scene.press("gg<Space>s5l");
    }),
    ("map_too_many", |scene| {
        scene.open_hall();
        scene.press("9b");
    }),
    ("map_undone", |scene| {
        scene.open_hall();
        scene.press("bcu");
    }),
    ("map_marked_to_wait_for", |scene| {
        scene.open_hall();
        scene.press("gg");
        let first = scene.hall_now().cursor;
        scene.change(&[0, 1, 2].map(|i| (first + i, SeatStatus::Booked)));
        scene.tick(9);
        scene.press("3<Space>l");
    }),
];

thread_local! {
    /// A large house takes its time; how it opens depends on nothing but the size of the terminal.
    static STADIUMS: RefCell<HashMap<(u16, u16), Model>> = RefCell::default();
}

fn open_stadium(scene: &mut Scene) {
    let (settings, size) = (scene.model.settings.clone(), scene.model.size);
    let open = || Scene::with(settings.clone(), size).after(|scene| scene.open_hall_of(&stadium())).model;
    let model = STADIUMS.with_borrow_mut(|stadiums| stadiums.entry(size).or_insert_with(open).clone());
    scene.model = Model { settings, ..model };
}

#[test]
fn in_every_look() {
    see(SCENES);
}
