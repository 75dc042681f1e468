use std::fmt;
use std::ops::Range;

use serde_spanned::Spanned;

use super::tree::{Node, Value};

/// Why a file cannot be understood, and where.
///
/// ```
/// use ticket_core::import::show_file::{self, ShowFileOptions};
///
/// let options = ShowFileOptions { time_zone: ticket_core::jiff::tz::TimeZone::UTC, starting: None };
/// let error = show_file::parse("[venue]\nnmae = \"Blue Square\"\n", &options).unwrap_err();
/// assert_eq!((error.line, error.column), (2, 1));
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 1: venue.nmae: unknown field `nmae`, expected one of `name`, `contact`, `address`, `url`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the key, such as `sectors[2].rows[0].grade`, counted from 0, or the column of a CSV; empty when it is not
    /// known.
    pub key: String,
    /// The value that is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// What is wrong with some bytes of a text.
#[derive(Debug)]
pub(super) struct Fault {
    span: Range<usize>,
    message: String,
    /// Where there is no tree to look it up in.
    key: Option<String>,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), key: None }
    }

    /// The same, of this key.
    pub(super) fn of_key(self, key: Option<String>) -> Self {
        Self { key, ..self }
    }

    /// A fault of a part of a text value, `part` being its bytes.
    pub(super) fn within(value: &Spanned<String>, part: &Range<usize>, message: impl Into<String>) -> Self {
        const QUOTE: usize = 1;
        let span = value.span();
        // With escapes or triple quotes the bytes of the value are not those of the file.
        let begin = match span.len().checked_sub(value.get_ref().len()) {
            Some(0) => Some(span.start),
            Some(quotes) if quotes == 2 * QUOTE => Some(span.start + QUOTE),
            _ => None,
        };
        Self::new(begin.map_or(span, |begin| begin + part.start..begin + part.end), message)
    }

    /// Finds line and column, and the key in the tree that was made of the text, if it was.
    pub(super) fn locate(mut self, text: &str, tree: Option<&Node>) -> ReadError {
        let key = self.key.take().or_else(|| tree.map(|tree| key_at(tree, &self.span))).unwrap_or_default();
        self.at_key(text, key)
    }

    /// The same, for who knows the key.
    pub(super) fn at_key(self, text: &str, key: String) -> ReadError {
        let before = text.get(..self.span.start).unwrap_or(text);
        ReadError {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            key,
            message: self.message,
        }
    }
}

/// The path of the key or value that covers the span most closely.
fn key_at(tree: &Node, span: &Range<usize>) -> String {
    let mut search = Search { span, closest: String::new(), closest_len: usize::MAX };
    search.inside(tree, "");
    search.closest
}

struct Search<'a> {
    span: &'a Range<usize>,
    closest: String,
    closest_len: usize,
}

impl Search<'_> {
    fn inside(&mut self, node: &Node, path: &str) {
        match &node.value {
            Value::Table(entries) => {
                for entry in entries {
                    let name = &entry.key;
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.compare(&path, &entry.key_span);
                    self.node(&entry.node, &path);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &format!("{path}[{index}]"));
                }
            }
            _ => {}
        }
    }

    fn node(&mut self, node: &Node, path: &str) {
        self.compare(path, &node.span);
        self.inside(node, path);
    }

    /// Of two that cover it equally, such as an array and its only header, the inner one comes later and wins.
    fn compare(&mut self, path: &str, candidate: &Range<usize>) {
        let covers = candidate.start <= self.span.start && self.span.end <= candidate.end;
        if covers && candidate.len() <= self.closest_len {
            path.clone_into(&mut self.closest);
            self.closest_len = candidate.len();
        }
    }
}
