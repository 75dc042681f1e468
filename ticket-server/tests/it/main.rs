//! The server over real databases and real sockets. The modules of `api` mirror the URLs.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod answer;
mod api;
mod binary;
mod broken_streams;
mod client;
mod contract;
mod errors;
mod guard;
mod health;
mod hostile;
mod lost_replies;
mod metrics;
mod network;
mod once;
mod openapi;
mod raw;
mod shop;
mod shutdown;
