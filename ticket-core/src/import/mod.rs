//! Descriptions of shows and halls as people write them, turned into [`ShowPlan`](crate::domain::ShowPlan)s and
//! [`Seating`](crate::domain::Seating)s, and shows written down again.
//!
//! - [`show_file`]: a venue, a show, its performances and its seats, in TOML, YAML or JSON.
//! - [`seating_plan`]: the seats of a hall, as CSV or as a seating plan of pretix.
//!
//! Everything here is pure: text in, plan or error out. Who calls it reads the files, and hands the plan to
//! [`BoxOffice::apply`](crate::BoxOffice::apply).

mod error;
mod geometry;
mod house;
mod label;
pub mod seating_plan;
pub mod show_file;
mod tree;

pub use error::ReadError;
pub use tree::Syntax;
