//! Rows of CSV (RFC 4180) from anything that can be written as JSON.
//!
//! Columns are named as the fields, an inner object's as `outer.inner`. A list of plain values is one cell, separated by
//! spaces; a list of objects is JSON.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// JSON whose fields keep their order, which `serde_json::Value` sorts.
enum Node {
    Plain(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// The cells of an item, each with the name of its column.
pub(crate) type Cells = Vec<(String, String)>;

/// The header and a line per item. Fields that only some items have get their column where they first appear.
pub(crate) fn lines<T: Serialize>(items: &[T]) -> serde_json::Result<Vec<String>> {
    let rows: Vec<Cells> = items.iter().map(cells).collect::<serde_json::Result<_>>()?;
    let mut columns: Vec<&str> = Vec::new();
    for (column, _) in rows.iter().flatten() {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    Ok(std::iter::once(header(&columns)).chain(rows.iter().map(|cells| row(cells, &columns))).collect())
}

/// The header of these columns.
pub(crate) fn header(columns: &[&str]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(",")
}

/// The line of an item under a header.
pub(crate) fn line(item: &impl Serialize, columns: &[&str]) -> serde_json::Result<String> {
    Ok(row(&cells(item)?, columns))
}

/// The fields of one item, as columns and cells.
pub(crate) fn cells<T: Serialize>(item: &T) -> serde_json::Result<Cells> {
    let mut cells = Cells::new();
    serde_json::from_str::<Node>(&serde_json::to_string(item)?)?.cells("", &mut cells);
    Ok(cells)
}

fn row(cells: &Cells, columns: &[&str]) -> String {
    let cell = |column: &&str| cells.iter().find(|(name, _)| name == column).map(|(_, value)| quoted(value));
    columns.iter().map(|column| cell(column).unwrap_or_default()).collect::<Vec<_>>().join(",")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

impl Node {
    fn cells(&self, path: &str, cells: &mut Cells) {
        match self {
            Self::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    value.cells(&path, cells);
                }
            }
            other => cells.push((path.to_owned(), other.text())),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::List(items) if items.iter().all(|item| matches!(item, Self::Plain(_))) => {
                items.iter().map(Self::text).collect::<Vec<_>>().join(" ")
            }
            other => other.json(),
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Plain(text) => serde_json::Value::from(text.as_str()).to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(",")),
            Self::Object(fields) => {
                let field = |(name, value): &(String, Self)| {
                    format!("{}:{}", serde_json::Value::from(name.as_str()), value.json())
                };
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        Ok(Node::Plain(String::new()))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Plain(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        serde_json::Number::from_f64(value)
            .map(|number| Node::Plain(number.to_string()))
            .ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Plain(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut object: Vec<(String, Node)> = Vec::new();
        while let Some((name, value)) = fields.next_entry::<String, Node>()? {
            if object.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("{name} twice")));
            }
            object.push((name, value));
        }
        Ok(Node::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_inner_fields_named() {
        #[derive(Serialize)]
        struct Row {
            z: i64,
            show: Show,
            #[serde(skip_serializing_if = "Option::is_none")]
            label: Option<&'static str>,
        }
        #[derive(Serialize)]
        struct Show {
            name: &'static str,
            seats: Vec<i64>,
            rows: Vec<Inner>,
        }
        #[derive(Serialize)]
        struct Inner {
            a: &'static str,
        }
        let rows = [
            Row { z: 1, show: Show { name: "Romeo, \"Julia\"", seats: vec![1, 2], rows: vec![] }, label: None },
            Row {
                z: -2,
                show: Show { name: "햄릿", seats: vec![], rows: vec![Inner { a: "b" }] },
                label: Some("x\ny"),
            },
        ];
        assert_eq!(
            lines(&rows).unwrap(),
            [
                "z,show.name,show.seats,show.rows,label",
                "1,\"Romeo, \"\"Julia\"\"\",1 2,,",
                "-2,햄릿,,\"[{\"\"a\"\":\"\"b\"\"}]\",\"x\ny\"",
            ]
        );
        assert!(lines::<Row>(&[]).unwrap().is_empty());
    }
}
