//! The interactive seat picker.
//!
//! [`event`] -> [`update`] -> [`effect`] -> [`runner`], and [`view`] after every change: `update` and `view` do no I/O
//! and know no clock; the [`runner`] does what they ask for and feeds the outcome back as events. Start at
//! [`update::update`] to learn what a key does, at [`seat_map::House`] for how a venue gets onto the screen.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap
    )
)]

pub mod args;
mod backoff;
pub mod commands;
pub mod demo;
pub mod effect;
mod environment;
pub mod event;
pub mod field;
pub mod keys;
pub mod lang;
mod live;
pub mod model;
mod perform;
pub mod runner;
pub mod seat_map;
pub mod settings;
pub mod terminal;
mod text;
pub mod theme;
pub mod tokens;
pub mod update;
pub mod view;
mod zones;

#[cfg(test)]
mod testing;
