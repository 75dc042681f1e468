//! Reads values of Rust out of a tree.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_spanned::de::{SpannedDeserializer, is_spanned};

use super::{Entry, Node, Value, plainly};
use crate::import::error::Fault;

/// A date, a time or both as it was written, in quotes or, where the grammar has such values, without.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename = "$moment")]
pub(in crate::import) struct Moment(pub(in crate::import) String);

const MOMENT: &str = "$moment";

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a value; the fault is placed at the innermost value that is wrong.
pub(in crate::import) fn read<T: DeserializeOwned>(tree: &Node) -> Result<T, Fault> {
    T::deserialize(Reader(tree))
        .map_err(|error| Fault::new(error.span.unwrap_or_else(|| tree.span.clone()), error.message))
}

/// What is wrong, and with which bytes.
#[derive(Debug)]
struct ReadFault {
    span: Option<Range<usize>>,
    message: String,
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadFault {}

impl serde::de::Error for ReadFault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { span: None, message: message.to_string() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(plainly(&format!("invalid type: {found}, expected {expected}")))
    }
}

#[derive(Clone, Copy)]
struct Reader<'de>(&'de Node);

impl<'de> Reader<'de> {
    /// What a value that was found has made of the visitor, or where it could not.
    fn placed<T>(self, result: Result<T, ReadFault>) -> Result<T, ReadFault> {
        result.map_err(|error| ReadFault { span: error.span.or_else(|| Some(self.0.span.clone())), ..error })
    }

    /// A word without quotes as what is looked for.
    fn plain<T: FromStr>(self) -> Option<T> {
        if let Value::Plain(word) = &self.0.value { word.parse().ok() } else { None }
    }

    fn list<V: Visitor<'de>>(items: &'de [Node], visitor: V) -> Result<V::Value, ReadFault> {
        let mut items = SeqDeserializer::new(items.iter().map(Reader));
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn table<V: Visitor<'de>>(entries: &'de [Entry], visitor: V) -> Result<V::Value, ReadFault> {
        let members = entries.iter().map(|entry| (Key(entry), Reader(&entry.node)));
        visitor.visit_map(MapDeserializer::new(members))
    }
}

impl<'de> IntoDeserializer<'de, ReadFault> for Reader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ReadFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        self.placed(match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(boolean) => visitor.visit_bool(*boolean),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Huge(number) => Err(ReadFault::custom(format_args!("{number} is too large for a whole number"))),
            Value::Text(text) | Value::Plain(text) => visitor.visit_borrowed_str(text),
            Value::Moment(_) => Err(ReadFault::invalid_type(Unexpected::Other("date or time"), &visitor)),
            Value::List(items) => Self::list(items, visitor),
            Value::Table(entries) => Self::table(entries, visitor),
        })
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        match self.plain() {
            Some(number) => self.placed(visitor.visit_i64(number)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        let number = if let Value::Huge(digits) = &self.0.value { digits.parse().ok() } else { self.plain() };
        match number {
            Some(number) => self.placed(visitor.visit_f64(number)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        match &self.0.value {
            Value::Null => visitor.visit_none(),
            Value::Plain(word) if matches!(word.as_str(), "" | "~" | "null") => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadFault> {
        if is_spanned(name) {
            return visitor.visit_map(SpannedDeserializer::new(self, self.0.span.clone()));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadFault> {
        match &self.0.value {
            Value::Moment(text) | Value::Text(text) | Value::Plain(text) if name == MOMENT => {
                visitor.visit_newtype_struct(StrDeserializer::<ReadFault>::new(text))
            }
            _ => self.placed(visitor.visit_newtype_struct(self)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 u8 u16 u32 u64 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map enum
        identifier ignored_any
    }
}

/// The name of an entry.
struct Key<'de>(&'de Entry);

impl<'de> IntoDeserializer<'de, ReadFault> for Key<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = ReadFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        let result: Result<_, ReadFault> = visitor.visit_borrowed_str(&self.0.key);
        result.map_err(|error| ReadFault { span: error.span.or_else(|| Some(self.0.key_span.clone())), ..error })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadFault> {
        if is_spanned(name) {
            let span = self.0.key_span.clone();
            return visitor.visit_map(SpannedDeserializer::new(self, span));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}
