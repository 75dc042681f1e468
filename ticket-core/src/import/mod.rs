//! Descriptions of shows as people write them, turned into [`ShowPlan`](crate::domain::ShowPlan)s.
//!
//! Everything here is pure: text in, plan or error out. Reading files and applying plans is for others.

mod geometry;
pub mod show_file;
