//! The real program in a real pseudo-terminal against a real server.

#![allow(clippy::unwrap_used, clippy::panic)]

mod manners;
mod picker;
mod scripts;
mod shop;
mod walk;
