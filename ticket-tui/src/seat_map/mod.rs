//! The seat map as geometry and state: what is where, how it looks from further away, what is left of it.
//!
//! [`House`] is the way in: layout and states of one performance. [`Grid`] puts its seats into terminal cells, once per
//! zoom level, when the layout arrives; after that a frame costs what is visible, not what exists.

mod areas;
mod choose;
mod filter;
mod grid;
mod house;
mod in_view;
mod labels;
mod level;
mod navigate;
mod place;
mod search;
mod shape;
mod viewport;

pub use areas::{Areas, BOTTOM_ROWS, Minimap, areas, legend_rows, minimap};
pub use filter::{Filter, minor_units};
pub use grid::Grid;
pub use house::{House, Left, Place};
pub use in_view::{Window, names_in_view};
pub use labels::Label;
pub use level::{Block, Level, StageBox};
pub use navigate::Direction;
pub use place::Cell;
pub use shape::Shape;
pub use viewport::{MARGIN, Viewport, scroll};
