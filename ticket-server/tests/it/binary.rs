//! The program itself, as its own process.

mod crash;
mod crash_and_repeat;
mod process;
mod signals;
mod start;
