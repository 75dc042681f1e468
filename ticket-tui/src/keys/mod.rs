//! From a key to the command that it stands for: the key table, which the configuration file can change, and the keys
//! under Hangul.

mod hangul;
mod stroke;
mod table;

pub(crate) use hangul::{is_ctrl, latin, latin_text, types_text};
pub use stroke::Stroke;
pub use table::{BINDINGS, Binding, Command, Conflict, Found, KeyTable, Place};
