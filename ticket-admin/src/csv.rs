//! CSV (RFC 4180) from anything that can be written as JSON.
//!
//! Columns are named as the fields, an inner object's as `outer.inner`, and are the same whatever the data are. A list is one
//! cell, separated by spaces, or a line for each of its items.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// How an item is written as CSV.
pub(crate) trait Record: Serialize {
    /// The columns, which every item has, also where it has nothing in them.
    const COLUMNS: &'static [&'static str];
    /// Lists of which each item is a line of its own, with what is outside of them repeated. Without items there is no line.
    const EACH: &'static [&'static str] = &[];
}

/// The fields of an item as text, each with its name.
pub(crate) type Cells = Vec<(String, String)>;

/// JSON whose fields keep their order, which `serde_json::Value` sorts.
#[derive(Clone)]
enum Node {
    Null,
    /// A number or a truth, which no program takes for anything else.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// The cells of a line, each with the name of its column.
type Line = Vec<(String, Node)>;

/// The header and the lines of the items.
pub(crate) fn lines<T: Serialize>(items: &[T], columns: &[&str], each: &[&str]) -> serde_json::Result<Vec<String>> {
    let mut lines = vec![header(columns)];
    for item in items {
        lines.extend(node(item)?.lines("", each).iter().map(|line| row(line, columns)));
    }
    Ok(lines)
}

/// The header of these columns.
pub(crate) fn header(columns: &[&str]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(",")
}

/// The line of an item under a header.
pub(crate) fn line(item: &impl Serialize, columns: &[&str]) -> serde_json::Result<String> {
    Ok(row(&node(item)?.cells("", &[]), columns))
}

/// The fields of one item.
pub(crate) fn cells<T: Serialize>(item: &T) -> serde_json::Result<Cells> {
    Ok(node(item)?.cells("", &[]).into_iter().map(|(name, cell)| (name, cell.text())).collect())
}

fn node<T: Serialize>(item: &T) -> serde_json::Result<Node> {
    serde_json::from_str(&serde_json::to_string(item)?)
}

fn row(line: &Line, columns: &[&str]) -> String {
    let cell = |column: &&str| line.iter().find(|(name, _)| name == column).map(|(_, cell)| quoted(&cell.cell()));
    columns.iter().map(|column| cell(column).unwrap_or_default()).collect::<Vec<_>>().join(",")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// What a spreadsheet would take for a formula: OWASP's list, and the wide forms of the same signs.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

impl Node {
    /// A line, or one for each item of the lists that are to be lines.
    fn lines(&self, path: &str, each: &[&str]) -> Vec<Line> {
        let base = self.cells(path, each);
        let Self::Object(fields) = self else { return vec![base] };
        let mut lines = Vec::new();
        let mut has_list = false;
        for (name, value) in fields {
            let path = joined(path, name);
            if let (Self::List(items), true) = (value, each.contains(&path.as_str())) {
                has_list = true;
                let inner = items.iter().flat_map(|item| item.lines(&path, each));
                lines.extend(inner.map(|line| [base.clone(), line].concat()));
            }
        }
        if has_list { lines } else { vec![base] }
    }

    /// What stands in one line: everything but the lists that are lines of their own.
    fn cells(&self, path: &str, each: &[&str]) -> Line {
        match self {
            Self::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (joined(path, name), value));
                let here =
                    fields.filter(|(path, value)| !(matches!(value, Self::List(_)) && each.contains(&path.as_str())));
                here.flat_map(|(path, value)| value.cells(&path, each)).collect()
            }
            Self::List(items) if items.iter().any(|item| matches!(item, Self::Object(_))) => {
                let mut columns: Vec<(String, Vec<Self>)> = Vec::new();
                for (name, cell) in items.iter().flat_map(|item| item.cells(path, each)) {
                    match columns.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, cells)) => cells.push(cell),
                        None => columns.push((name, vec![cell])),
                    }
                }
                columns.into_iter().map(|(name, cells)| (name, Self::List(cells))).collect()
            }
            plain => vec![(path.to_owned(), plain.clone())],
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Null | Self::Object(_) => String::new(),
            Self::Number(text) | Self::Text(text) => text.clone(),
            Self::List(items) => items.iter().map(Self::text).collect::<Vec<_>>().join(" "),
        }
    }

    /// Text that a spreadsheet would run is preceded by an apostrophe, which makes it text there; a number never is.
    fn cell(&self) -> String {
        let text = self.text();
        if !self.is_number() && text.starts_with(FORMULA) { format!("'{text}") } else { text }
    }

    fn is_number(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::List(items) => items.iter().all(Self::is_number),
            Self::Null | Self::Text(_) | Self::Object(_) => false,
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
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
        Ok(Node::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        serde_json::Number::from_f64(value)
            .map(|number| Node::Number(number.to_string()))
            .ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
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

    #[derive(Serialize)]
    struct Row {
        z: i64,
        show: Show,
        rows: Vec<Inner>,
        #[serde(skip_serializing_if = "Option::is_none")]
        label: Option<&'static str>,
    }

    #[derive(Serialize)]
    struct Show {
        name: &'static str,
        seats: Vec<i64>,
    }

    #[derive(Serialize)]
    struct Inner {
        a: &'static str,
        b: i64,
    }

    fn rows() -> [Row; 2] {
        [
            Row { z: 1, show: Show { name: "Romeo, \"Julia\"", seats: vec![1, 2] }, rows: vec![], label: None },
            Row {
                z: -2,
                show: Show { name: "햄릿", seats: vec![] },
                rows: vec![Inner { a: "x", b: -1 }, Inner { a: "y", b: 2 }],
                label: Some("x\ny"),
            },
        ]
    }

    #[test]
    fn cells_are_quoted_and_inner_fields_named() {
        let columns = ["z", "show.name", "show.seats", "rows.a", "rows.b", "label"];
        assert_eq!(
            lines(&rows(), &columns, &[]).unwrap(),
            [
                "z,show.name,show.seats,rows.a,rows.b,label",
                "1,\"Romeo, \"\"Julia\"\"\",1 2,,,",
                "-2,햄릿,,x y,-1 2,\"x\ny\"",
            ]
        );
        assert_eq!(lines::<Row>(&[], &columns, &[]).unwrap().len(), 1, "the header is always there");
    }

    #[test]
    fn a_list_can_be_a_line_for_each_of_its_items() {
        assert_eq!(lines(&rows(), &["z", "rows.a"], &["rows"]).unwrap(), ["z,rows.a", "-2,x", "-2,y"]);
    }

    #[test]
    fn no_text_is_a_formula_and_numbers_stay_numbers() {
        #[derive(Serialize)]
        struct Cell<'a> {
            text: &'a str,
            number: i64,
        }
        for (text, written) in [
            ("@SUM(1+1)*cmd|x", "'@SUM(1+1)*cmd|x"),
            ("=1", "'=1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "'＝1"),
            ("1-1", "1-1"),
            ("", ""),
        ] {
            let line = line(&Cell { text, number: -7 }, &["text", "number"]).unwrap();
            assert_eq!(line, format!("{written},-7"));
        }
    }
}
