//! What events do to the model, without any I/O.

mod choosing;
mod elsewhere;
mod ended;
mod keys;
mod losses;
mod mouse;
mod network;
mod people;
mod random;
mod waitlist;
