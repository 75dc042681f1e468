//! What events do to the model, without any I/O.

mod keys;
mod losses;
mod network;
mod random;
