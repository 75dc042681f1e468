use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Entry, Node, Value};
use crate::import::error::Fault;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let document = DeTable::parse(text).map_err(|error| Fault::new(error.span().unwrap_or(0..0), error.message()))?;
    let span = document.span();
    Ok(Node { span, value: table(document.get_ref())? })
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
            // Too large. Whoever looks for a whole number is told.
            Err(_) => Value::Float(number.as_str().parse().map_err(|_| no_number(&number.to_string()))?),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().map_err(|_| no_number(number.as_str()))?),
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Datetime(moment) => Value::Moment(moment.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect::<Result<_, _>>()?),
        DeValue::Table(entries) => table(entries)?,
    };
    Ok(Node { span: value.span(), value: read })
}
