use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Node, Value};
use crate::import::error::Fault;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let key = key_before(text, span.start);
        // As the other syntaxes say it.
        let message = match (error.message(), text.get(span.clone())) {
            ("duplicate key", Some(twice)) => format!("key {:?} is there twice", twice.trim_matches(['"', '\''])),
            (message, _) => message.to_owned(),
        };
        Fault::new(span, message).of_key(key)
    })?;
    let span = document.span();
    Ok(Node { span, value: table(document.get_ref())? })
}

/// The key of the value that begins or goes on there, when its line is as simple as `date = 2031-05-02`. What cannot be parsed
/// has no tree in which it could be looked up.
fn key_before(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let (above, line) = before.rsplit_once('\n').unwrap_or(("", before));
    let (key, value) = line.split_once('=')?;
    let is_bare = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let key = key.trim();
    if !is_bare(key) || value.contains('=') {
        return None;
    }
    let Some(header) = above.lines().map(str::trim).rfind(|line| line.starts_with('[')) else {
        return Some(key.to_owned());
    };
    let name = header.trim_start_matches('[').split(']').next().map(str::trim).filter(|name| is_bare(name))?;
    if header.starts_with("[[") {
        let same = |line: &&str| line.trim().split('#').next().map(str::trim_end) == Some(&format!("[[{name}]]"));
        let index = above.lines().filter(same).count().checked_sub(1)?;
        Some(format!("{name}[{index}].{key}"))
    } else {
        Some(format!("{name}.{key}"))
    }
}

fn table(table: &DeTable<'_>) -> Result<Value, Fault> {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        Ok(Entry { key: key.get_ref().to_string(), key_span: key.span(), node: node(value)? })
    };
    let mut entries = table.iter().map(entry).collect::<Result<Vec<_>, Fault>>()?;
    // The parser sorts them by name.
    entries.sort_by_key(|entry| entry.key_span.start);
    Ok(Value::Table(entries))
}

fn node(value: &Spanned<DeValue<'_>>) -> Result<Node, Fault> {
    let no_number = |text: &str| Fault::new(value.span(), format!("{text} does not fit in 64 bits"));
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Huge(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().map_err(|_| no_number(number.as_str()))?),
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect::<Result<_, _>>()?),
        DeValue::Table(entries) => table(entries)?,
    };
    Ok(Node { span: value.span(), value: read })
}
