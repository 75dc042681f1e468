//! What a text in TOML, YAML or JSON says, every value with its place: one tree for the three grammars, and one
//! deserializer that reads it.

mod de;
mod json;
mod toml;
mod write;
mod yaml;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::error::Fault;
pub(super) use de::{Moment, read};
pub(super) use json::{span_of, syntax_fault};
pub(super) use write::{Out, Table, write};

/// Deepest nesting of lists and tables.
const DEPTH_MAX: usize = 64;

/// The grammar of a file.
///
/// ```
/// use ticket_core::import::Syntax;
///
/// assert_eq!(Syntax::of_extension("yml"), Some(Syntax::Yaml));
/// assert_eq!(Syntax::sniff("# a show\nvenue:\n  name: Studio\n"), Syntax::Yaml);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// TOML 1.1.
    Toml,
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl Syntax {
    /// What files with this extension are written in: `toml`, `yaml`, `yml`, `json` in any case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        extension.parse().ok()
    }

    /// What a text looks like: JSON begins with a brace, TOML with a header or an assignment, and the rest is YAML.
    #[must_use]
    pub fn sniff(text: &str) -> Self {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let first = lines.clone().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("[");
        match (first.find('='), first.find(':')) {
            _ if first.starts_with('{') => Self::Json,
            _ if first.starts_with('[') => Self::Toml,
            (Some(equals), colon) if colon.is_none_or(|colon| equals < colon) => Self::Toml,
            _ => Self::Yaml,
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Toml => "toml",
            Self::Yaml => "yaml",
            Self::Json => "json",
        })
    }
}

impl FromStr for Syntax {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.to_ascii_lowercase().as_str() {
            "toml" => Ok(Self::Toml),
            "yaml" | "yml" => Ok(Self::Yaml),
            "json" => Ok(Self::Json),
            _ => Err("allowed is toml, yaml, json".to_owned()),
        }
    }
}

/// A value and its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) value: Value,
}

impl Node {
    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    /// A whole number that does not fit in 64 bits, as it is written.
    Huge(String),
    Text(String),
    /// A date or a time, for which TOML has a grammar of its own.
    Moment(String),
    /// A word of YAML without quotes: it is whatever is looked for, if it can be.
    Plain(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) node: Node,
}

/// The tree of a text.
pub(super) fn parse(text: &str, syntax: Syntax) -> Result<Node, Fault> {
    match syntax {
        Syntax::Toml => toml::parse(text),
        Syntax::Yaml => yaml::parse(text),
        Syntax::Json => json::parse(text),
    }
}

/// Adds an entry to a table that must not have one of this name.
fn insert(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), Fault> {
    if entries.iter().any(|known| known.key == entry.key) {
        return Err(Fault::new(entry.key_span, format!("key {:?} is there twice", entry.key)));
    }
    entries.push(entry);
    Ok(())
}

/// What was found and expected as people call it, who write files and not programs.
fn plainly(message: &str) -> String {
    const WRONG_TYPE: &str = "invalid type: ";
    let Some((found, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "i64" => "a whole number",
        "f64" => "a number",
        "a map" => "a table",
        "a sequence" => "a list",
        table if table.starts_with("struct ") => "a table",
        other => other,
    };
    let found = match found.strip_prefix(WRONG_TYPE) {
        Some("map") => format!("{WRONG_TYPE}table"),
        Some("sequence") => format!("{WRONG_TYPE}list"),
        Some("unit value") => format!("{WRONG_TYPE}null"),
        _ => found.to_owned(),
    };
    format!("{found}, expected {expected}")
}

fn too_deep(span: Range<usize>) -> Fault {
    Fault::new(span, format!("is nested more than {DEPTH_MAX} levels deep"))
}
