//! The real program against a real server: in a real pseudo-terminal, and through pipes.

#![allow(clippy::unwrap_used, clippy::panic)]

mod hands;
mod manners;
mod picker;
mod plain;
mod proxy;
mod scripts;
mod shell;
mod shop;
mod storms;
mod walk;
mod walk_holds;
mod walk_korean;
mod walk_waitlist;
