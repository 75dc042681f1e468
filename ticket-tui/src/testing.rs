//! Fixtures for tests: houses of every shape, a model in every state, a screen as text.

mod houses;
mod scene;

pub(crate) use houses::{arena, every_house, house, stadium, states, theatre};
pub(crate) use scene::{Scene, at, booking, entries, failure, hold_id, hold_of, ranking, receipt, refused, seconds};
