//! JSON, with the place of every value: a raw value borrows its text, whose address tells where it is.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{DEPTH_MAX, Entry, Node, Value, insert, plainly, too_deep};
use crate::import::error::Fault;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| syntax_fault(text, &error))?;
    node(text, raw, 0)
}

/// Where a part of the text is.
pub(in crate::import) fn span_of(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// What JSON's own parser says, without the place, which is told in our way.
pub(in crate::import) fn syntax_fault(text: &str, error: &serde_json::Error) -> Fault {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Fault::new(at..at, plainly(message))
}

fn node(text: &str, raw: &RawValue, depth: usize) -> Result<Node, Fault> {
    let span = span_of(text, raw.get());
    if depth > DEPTH_MAX {
        return Err(too_deep(span));
    }
    // The text was checked as a whole, so that only a single value can be wrong now: a number or a text.
    let fault = |error: serde_json::Error| {
        let fault = syntax_fault(raw.get(), &error).at_key(raw.get(), String::new());
        Fault::new(span.clone(), format!("{} {}", raw.get(), fault.message))
    };
    let value = match raw.get().as_bytes().first() {
        Some(b'{') => {
            let mut entries = Vec::new();
            for (key, value) in serde_json::from_str::<Members<'_>>(raw.get()).map_err(fault)?.0 {
                let key_span = span_of(text, key.get());
                let key = serde_json::from_str(key.get()).map_err(fault)?;
                insert(&mut entries, Entry { key, key_span, node: node(text, value, depth + 1)? })?;
            }
            Value::Table(entries)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(fault)?;
            Value::List(items.into_iter().map(|item| node(text, item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Value::Text(serde_json::from_str(raw.get()).map_err(fault)?),
        _ => match raw.get() {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => match number.parse() {
                Ok(integer) => Value::Integer(integer),
                Err(_) if is_whole(number) => Value::Huge(number.to_owned()),
                Err(_) => Value::Float(serde_json::from_str(number).map_err(fault)?),
            },
        },
    };
    Ok(Node { span, value })
}

fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}

/// The members of an object in their order.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut found = Vec::new();
        while let Some(member) = members.next_entry()? {
            found.push(member);
        }
        Ok(Members(found))
    }
}
