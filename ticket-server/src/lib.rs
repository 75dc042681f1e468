//! A thin HTTP server over [`BoxOffice`](ticket_core::BoxOffice).
//!
//! Start at [`serve()`], which takes the listener and the shutdown from its caller; `router` has every route on one page.
//! A request passes through
//!
//! - `answer`: gives it an id and a deadline, and writes every refusal as a problem document, in one place;
//! - `extract`: reads path, query, body and token, and refuses what is malformed;
//! - `once`: answers what was asked before with the same idempotency key, before anything else is looked at;
//! - `routes`: one file per resource; a handler parses, calls the box office, and answers.
//!
//! The server knows no SQL and no rule of the shop: those are the box office's.

mod answer;
mod error;
mod extract;
mod once;
mod router;
mod routes;
mod serve;

pub use serve::{ServeError, serve};
