use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Why a show file cannot be understood, and where.
///
/// ```
/// use ticket_core::import::show_file::{self, ShowFileOptions};
///
/// let options = ShowFileOptions { time_zone: jiff::tz::TimeZone::UTC, starting: None };
/// let error = show_file::parse("[venue]\nnmae = \"Blue Square\"\n", &options).unwrap_err();
/// assert_eq!((error.line, error.column), (2, 1));
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 1: venue.nmae: unknown field `nmae`, expected one of `name`, `contact`, `address`, `url`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShowFileError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the key, such as `sectors[2].rows[0].grade`, counted from 0; empty when the text is no TOML.
    pub key: String,
    /// The value that is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for ShowFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShowFileError {}

/// What is wrong with some bytes of a show file.
#[derive(Debug)]
pub(super) struct Fault {
    span: Range<usize>,
    message: String,
}

impl Fault {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// A fault of a part of a text value, `part` being its bytes.
    pub(super) fn within(value: &Spanned<String>, part: &Range<usize>, message: impl Into<String>) -> Self {
        const QUOTE: usize = 1;
        let span = value.span();
        // With escapes or triple quotes the bytes of the value are not those of the file.
        let is_verbatim = span.len() == value.get_ref().len() + 2 * QUOTE;
        let span = if is_verbatim { span.start + QUOTE + part.start..span.start + QUOTE + part.end } else { span };
        Self::new(span, message)
    }

    pub(super) fn locate(self, text: &str) -> ShowFileError {
        let before = text.get(..self.span.start).unwrap_or(text);
        ShowFileError {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            key: key_at(text, &self.span),
            message: self.message,
        }
    }
}

impl From<toml::de::Error> for Fault {
    fn from(error: toml::de::Error) -> Self {
        Self::new(error.span().unwrap_or(0..0), error.message())
    }
}

/// The path of the key or value that covers the span most closely.
fn key_at(text: &str, span: &Range<usize>) -> String {
    let mut search = Search { span, closest: String::new(), closest_len: usize::MAX };
    if let Ok(document) = DeTable::parse(text) {
        search.table(document.get_ref(), "");
    }
    search.closest
}

struct Search<'a> {
    span: &'a Range<usize>,
    closest: String,
    closest_len: usize,
}

impl Search<'_> {
    fn table(&mut self, table: &DeTable<'_>, path: &str) {
        for (key, value) in table {
            let name = key.get_ref();
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            self.compare(&path, &key.span());
            self.value(value, &path);
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &str) {
        self.compare(path, &value.span());
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, path),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &format!("{path}[{index}]"));
                }
            }
            _ => {}
        }
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
