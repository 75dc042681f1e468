//! How the seat map's screen is divided. Drawing and scrolling must agree on it.

use ratatui::layout::Rect;

use super::house::House;
use super::level::Level;
use super::place::Cell;
use super::viewport::Viewport;

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

/// Where the whole house is drawn small, and at which level.
#[derive(Debug, Clone, Copy)]
pub struct Minimap<'a> {
    /// The frame around it.
    pub frame: Rect,
    /// The plan inside.
    pub inner: Rect,
    /// What is drawn there.
    pub level: &'a Level,
    /// Where on it.
    pub viewport: Viewport,
}

/// Rows of a whole house beyond which more would show no more.
const MINIMAP_ROWS_MAX: u16 = 14;

/// Lines of the legend: one for each grade and price, or two where there is room.
#[must_use]
pub fn legend_rows(side: Rect, categories: usize) -> (u16, bool) {
    let has_two = categories * 2 + 7 <= usize::from(side.height);
    let rows = if has_two { categories * 2 } else { categories };
    (u16::try_from(rows).unwrap_or(u16::MAX).min(side.height), has_two)
}

/// Where the minimap is, when the map, with room for so many cells, shows only a part of the plan, and there is room below
/// the legend.
#[must_use]
pub fn minimap<'a>(side: Option<Rect>, house: &'a House, shown: &Level, cells: (u16, u16)) -> Option<Minimap<'a>> {
    let side = side?;
    if shown.width <= cells.0 && shown.height <= cells.1 {
        return None;
    }
    let top = side.y + legend_rows(side, house.left().len()).0 + 1;
    let (x, width) = (side.x + 2, side.width - 3);
    let room = side.bottom().saturating_sub(top + 2).min(MINIMAP_ROWS_MAX);
    let level = house.grid.level(house.grid.fitting_level(width - 2, room));
    if level.height > room || level.width > width - 2 {
        return None;
    }
    let frame = Rect { x, y: top, width, height: level.height + 2 };
    let inner = Rect { x: x + 1, y: top + 1, width: width - 2, height: level.height };
    let viewport = Viewport::new(level, Cell { x: 0, y: 0 }, inner.width, inner.height);
    Some(Minimap { frame, inner, level, viewport })
}
