//! Writes a text in TOML, YAML or JSON, laid out as a person would: what belongs together stands on a line.

use std::fmt::Write as _;

use super::Syntax;

/// A value to be written.
#[derive(Debug, Clone)]
pub(in crate::import) enum Out {
    Text(String),
    Integer(i64),
    /// A date, a time or both.
    Moment(String),
    /// A number that is not whole, or may be.
    Number(String),
    /// Texts on one line.
    Texts(Vec<String>),
    /// A table on one line.
    Line(Table),
    Table(Table),
    /// Tables, each on a line or on several.
    Tables(Vec<Out>),
}

pub(in crate::import) type Table = Vec<(String, Out)>;

/// The text that says this.
pub(in crate::import) fn write(table: &Table, syntax: Syntax) -> String {
    let mut text = String::new();
    match syntax {
        Syntax::Toml => toml_table(&mut text, "", table),
        Syntax::Yaml => yaml_table(&mut text, table, 0),
        Syntax::Json => {
            json(&mut text, &Out::Table(table.clone()), 0);
            text.push('\n');
        }
    }
    text
}

/// A text in quotes, as all three grammars have it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A key of TOML and YAML.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_');
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// What is written on one line in TOML and YAML, which differ in what stands between key and value.
fn inline(value: &Out, assign: &str) -> String {
    match value {
        Out::Text(text) => quoted(text),
        Out::Integer(number) => number.to_string(),
        Out::Moment(text) | Out::Number(text) => text.clone(),
        Out::Texts(texts) => format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
        Out::Line(table) | Out::Table(table) => {
            let entry = |(name, value): &(String, Out)| format!("{}{assign}{}", key(name), inline(value, assign));
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Out::Tables(items) => {
            format!("[{}]", items.iter().map(|item| inline(item, assign)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Values first: in TOML they belong to the last header above them.
fn toml_table(text: &mut String, path: &str, table: &Table) {
    let header = |name: &str| if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) };
    for (name, value) in table {
        match value {
            Out::Table(_) => {}
            Out::Tables(items) if items.iter().any(|item| matches!(item, Out::Table(_))) => {}
            Out::Tables(items) => {
                let lines: String = items.iter().map(|item| format!("    {},\n", inline(item, " = "))).collect();
                push(text, format_args!("{} = [\n{lines}]\n", key(name)));
            }
            value => push(text, format_args!("{} = {}\n", key(name), inline(value, " = "))),
        }
    }
    for (name, value) in table {
        let header = header(name);
        match value {
            Out::Table(inner) => {
                // A table of tables needs no header of its own.
                if inner.iter().any(|(_, value)| !matches!(value, Out::Table(_) | Out::Tables(_))) {
                    push(text, format_args!("{}[{header}]\n", blank_line(text)));
                }
                toml_table(text, &header, inner);
            }
            Out::Tables(items) => {
                for item in items {
                    if let Out::Table(inner) = item {
                        push(text, format_args!("{}[[{header}]]\n", blank_line(text)));
                        toml_table(text, &header, inner);
                    }
                }
            }
            _ => {}
        }
    }
}

const fn blank_line(text: &str) -> &'static str {
    if text.is_empty() { "" } else { "\n" }
}

fn yaml_table(text: &mut String, table: &Table, indent: usize) {
    for (name, value) in table {
        push(text, format_args!("{:indent$}{}:", "", key(name)));
        yaml_value(text, value, indent + 2);
    }
}

fn yaml_value(text: &mut String, value: &Out, indent: usize) {
    match value {
        Out::Table(table) => {
            text.push('\n');
            yaml_table(text, table, indent);
        }
        Out::Tables(items) => {
            text.push('\n');
            for item in items {
                if let Out::Table(table) = item {
                    let mut inner = String::new();
                    yaml_table(&mut inner, table, indent + 2);
                    push(text, format_args!("{:indent$}- {}", "", inner.trim_start()));
                } else {
                    push(text, format_args!("{:indent$}- {}\n", "", inline(item, ": ")));
                }
            }
        }
        // A time without quotes is a number of base 60 to some readers.
        Out::Moment(moment) => push(text, format_args!(" {}\n", quoted(moment))),
        value => push(text, format_args!(" {}\n", inline(value, ": "))),
    }
}

fn json(text: &mut String, value: &Out, indent: usize) {
    let inner = indent + 2;
    match value {
        Out::Table(table) => {
            text.push('{');
            for (index, (name, value)) in table.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                push(text, format_args!("{comma}\n{:inner$}{}: ", "", quoted(name)));
                json(text, value, inner);
            }
            push(text, format_args!("\n{:indent$}}}", ""));
        }
        Out::Tables(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                push(text, format_args!("{comma}\n{:inner$}", ""));
                json(text, item, inner);
            }
            push(text, format_args!("\n{:indent$}]", ""));
        }
        Out::Line(table) => {
            text.push_str("{ ");
            for (index, (name, value)) in table.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                push(text, format_args!("{comma}{}: ", quoted(name)));
                json(text, value, inner);
            }
            text.push_str(" }");
        }
        Out::Moment(moment) => text.push_str(&quoted(moment)),
        value => text.push_str(&inline(value, ": ")),
    }
}

fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = text.write_fmt(what);
}
