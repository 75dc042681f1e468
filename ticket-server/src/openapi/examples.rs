use std::collections::BTreeMap;

use serde_json::Value;

/// For each schema examples of each of its forms, by its name.
const EXAMPLES: &str = include_str!("examples.json");

/// Gives each schema its examples, and each field what it has in them.
pub(super) fn add(contract: &mut Value) {
    let all: BTreeMap<String, Vec<Value>> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let Some(schemas) = contract["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas {
        shorten(schema);
        let Some(examples) = all.get(name) else { continue };
        for example in examples {
            show(schema, example);
        }
        schema["examples"] = Value::Array(examples.clone());
    }
}

/// Shows the fields of an example at the fields of a schema, however it is composed.
fn show(schema: &mut Value, example: &Value) {
    for (name, field) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        shorten(field);
        if let Some(example) = example.get(name) {
            field["examples"] = Value::Array(vec![example.clone()]);
        }
    }
    for kind in ["allOf", "oneOf"] {
        for part in schema.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            shorten(part);
            show(part, example);
        }
    }
}

/// Doc comments go on with what only those who write Rust can read: examples, and links to items.
fn shorten(schema: &mut Value) {
    let Some(text) = schema.get("description").and_then(Value::as_str) else { return };
    let prose = text.split("```").next().unwrap_or_default().trim();
    schema["description"] = prose.replace("[`", "`").replace("`]", "`").into();
}
