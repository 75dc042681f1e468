//! How the seat map's screen is divided. Drawing and scrolling must agree on it.

use ratatui::layout::Rect;

/// Lines below the map: notice, seat under the cursor, selection, keys.
pub const BOTTOM_ROWS: u16 = 4;
const SIDE_COLUMNS: u16 = 24;
/// A narrower terminal has no side panel; the legend is in the help then.
const COLUMNS_MIN_WITH_SIDE: u16 = 76;

/// The parts of the seat map's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// Where the plan is drawn.
    pub map: Rect,
    /// Legend and minimap, when there is room.
    pub side: Option<Rect>,
}

/// Divides a terminal of this size; a banner takes a line of its own.
#[must_use]
pub fn areas(size: (u16, u16), has_banner: bool) -> Areas {
    let top = 1 + u16::from(has_banner);
    let height = size.1.saturating_sub(top + BOTTOM_ROWS);
    if size.0 < COLUMNS_MIN_WITH_SIDE {
        return Areas { map: Rect::new(0, top, size.0, height), side: None };
    }
    let columns = size.0 - SIDE_COLUMNS;
    Areas { map: Rect::new(0, top, columns, height), side: Some(Rect::new(columns, top, SIDE_COLUMNS, height)) }
}
