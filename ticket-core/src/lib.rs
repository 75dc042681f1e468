//! Sells numbered seats without ever selling one twice.

pub mod api;
#[cfg(feature = "client")]
pub mod client;
pub mod domain;
#[cfg(feature = "engine")]
pub mod import;
