//! A thin HTTP server over [`BoxOffice`](ticket_core::BoxOffice).
//!
//! Start at [`serve()`], which takes the listener and the shutdown from its caller; `router` has every route on one page.
//! A request passes through
//!
//! - `crowd` and `patience`, as a connection: there may be so many, and none is waited for too long;
//! - `answer`: gives it an id and a deadline, counts it, and writes every refusal as a problem document, in one place;
//!   `arrival` tells it whether a late request was still waiting for its body;
//! - `guard`: finds out who asks, and refuses who asks too often;
//! - `extract`: reads path, query, body and token, and refuses what is malformed;
//! - `once`: answers what was asked before with the same idempotency key, before anything else is looked at;
//! - `routes`: one file per resource; a handler parses, calls the box office, and answers.
//!
//! `openapi` makes the contract at `/openapi.json` of what stands beside the handlers and the wire types; the feature `docs`,
//! which is on by default, adds a page at `/docs` to read and try it.
//!
//! The server knows no SQL and no rule of the shop: those are the box office's.

mod answer;
mod arrival;
mod config;
mod crowd;
mod error;
mod extract;
mod guard;
mod metrics;
mod once;
mod openapi;
mod patience;
mod router;
mod routes;
mod serve;

pub use config::{NotARateLimit, ProxyHeader, RateLimit, ServerConfig};
pub use ipnet::IpNet;
pub use serve::{ServeError, serve, serve_with};
