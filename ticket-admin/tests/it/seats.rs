//! Seats: listing them, drawing them, and taking them out of sale.

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn seats_are_blocked_and_unblocked() {
    let folder = Folder::with_show();
    assert_snapshot!("block", folder.run(&["seat", "block", "1", "2", "7"]));
    assert_snapshot!("block_again", folder.run(&["seat", "block", "2", "8"]));
    assert_snapshot!("blocked_map", folder.run(&["seat", "map", "1"]));
    assert_snapshot!("blocked_list", folder.run(&["seat", "list", "1", "--status", "blocked"]));
    assert_snapshot!("unblock", folder.run(&["seat", "unblock", "1", "2", "3"]));
    assert_snapshot!("unblocked_map", folder.run(&["seat", "map", "1"]));
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

#[test]
fn what_somebody_has_is_not_blocked() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let contents = folder.contents();
    assert_snapshot!("block_sold", folder.run(&["seat", "block", "1", "2", "3"]));
    assert_snapshot!("block_unknown", folder.run(&["seat", "block", "3", "99"]));
    assert_snapshot!("block_of_two_performances", folder.run(&["seat", "block", "3", "14"]));
    assert_snapshot!("block_nonsense", folder.run(&["seat", "block", "A1"]));
    assert_eq!(folder.contents(), contents);
    // The test's clock is far ahead of the program's, and so is the end of this hold.
    let folder = Folder::with_show();
    folder.hold(&[3]);
    assert_snapshot!("block_held", folder.run(&["seat", "block", "3", "4"]));
}

#[test]
fn the_history_of_a_seat_is_what_has_become_of_it() {
    let folder = Folder::with_show();
    assert_snapshot!("history_of_nothing", folder.run(&["seat", "history", "1"]));
    folder.book(&[1]);
    assert_snapshot!("history", folder.run(&["seat", "history", "1"]));
    assert_snapshot!("history_json", folder.run(&["seat", "history", "1", "--format", "json"]));
    assert_snapshot!("history_unknown", folder.run(&["seat", "history", "99"]));
}

#[test]
fn seats_are_listed() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    assert_snapshot!("seat_list", folder.run(&["seat", "list", "1"]));
    assert_snapshot!("seat_list_json", folder.run(&["seat", "list", "1", "--status", "sold", "--format", "json"]));
    assert_snapshot!("seat_list_none", folder.run(&["seat", "list", "1", "--status", "offered"]));
    assert_snapshot!("seat_list_bad_status", folder.run(&["seat", "list", "1", "--status", "free"]));
}

#[test]
fn a_map_is_drawn_as_svg() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    folder.run(&["seat", "block", "2"]);
    assert_snapshot!("svg", folder.run(&["seat", "map", "1", "--svg", "-"]));
    assert_snapshot!("svg_to_file", folder.run(&["seat", "map", "1", "--svg", "map.svg"]));
    assert_eq!(std::fs::read_to_string(folder.path("map.svg")).unwrap().matches("<circle id=\"seat-").count(), 8);
    assert_snapshot!("svg_to_nowhere", folder.run(&["seat", "map", "1", "--svg", "nowhere/map.svg"]));
}
