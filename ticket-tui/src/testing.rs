//! Fixtures for tests: houses of every shape, a model in every state, a screen as text and as styles.

mod answers;
mod houses;
mod picture;
mod scene;

pub(crate) use answers::{
    booking, booking_in, entries, entries_in, failure, hold_id, hold_of, offline, ranking, receipt, refused, seconds,
    shows,
};
pub(crate) use houses::{arena, every_house, house, stadium, states, theatre};
pub(crate) use picture::{Picture, has_colour};
pub(crate) use scene::{Scene, at};
