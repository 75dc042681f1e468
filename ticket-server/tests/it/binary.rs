//! The program itself, as its own process.

mod crash;
mod process;
mod signals;
mod start;
