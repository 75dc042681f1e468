use ratatui::style::{Color, Modifier};

use crate::testing::Scene;

#[test]
fn with_colour_the_cursor_and_the_grades_stand_out() {
    let terminal = Scene::hall().terminal();
    let cells = &terminal.backend().buffer().content;
    let reversed = cells.iter().filter(|c| c.modifier.contains(Modifier::REVERSED) && c.symbol() == "v");
    assert_eq!(reversed.count(), 1, "one free VIP seat is under the cursor");
    assert!(cells.iter().any(|cell| cell.fg != Color::Reset));
}
