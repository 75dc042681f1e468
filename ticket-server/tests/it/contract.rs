//! Every answer that a test gets must be one that the contract allows.

use reqwest::{Method, Url};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::answer::Answer;
use crate::shop::Shop;

/// The same for every server.
static CONTRACT: OnceCell<Value> = OnceCell::const_new();

/// The contract, from a server of its own: no test's server is asked more than it says.
pub(crate) async fn contract() -> &'static Value {
    CONTRACT
        .get_or_init(async || {
            let shop = Shop::open().await;
            shop.request(Method::GET, "/openapi.json").send().await.unwrap().json().await.unwrap()
        })
        .await
}

/// Method, path and operation.
pub(crate) fn operations(contract: &Value) -> impl Iterator<Item = (String, &str, &Value)> {
    contract["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
    })
}

/// Panics when the contract does not name the status, the type, or the code of this answer.
pub(crate) async fn check(method: &Method, url: &Url, answer: &Answer) {
    if let Err(problem) = compare(contract().await, method, url.path(), answer) {
        panic!("{method} {}: the contract does not know {problem}: {}", url.path(), answer.text());
    }
}

fn compare(contract: &Value, method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
    let kind = answer.header("content-type").split(';').next().unwrap_or_default();
    let code = (kind == "application/problem+json").then(|| answer.json()["code"].as_str().unwrap().to_owned());
    let Some(operation) = operation(contract, method, path) else {
        // It says of all paths and methods together what is answered to those that it does not list.
        let is_known = matches!(code.as_deref(), Some("G_002" | "G_003" | "R_001")) || *method == Method::OPTIONS;
        return if is_known { Ok(()) } else { Err("such an operation".into()) };
    };
    let response = &operation["responses"][answer.status.to_string()];
    if !response.is_object() {
        return Err(format!("status {}", answer.status));
    }
    if !answer.body.is_empty() && !types(response).any(|named| named == kind) {
        return Err(format!("{kind} with status {}", answer.status));
    }
    match code {
        Some(code) if !operation["x-error-codes"].as_array().unwrap().contains(&code.as_str().into()) => Err(code),
        _ => Ok(()),
    }
}

/// The types of content, without their parameters.
fn types(response: &Value) -> impl Iterator<Item = &str> {
    let content = response["content"].as_object().into_iter().flatten();
    content.map(|(name, _)| name.split(';').next().unwrap_or_default())
}

/// The operation that a path leads to: of several templates the one with the most words that are its own.
fn operation<'a>(contract: &'a Value, method: &Method, path: &str) -> Option<&'a Value> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    operations(contract)
        .filter(|(of, template, _)| of == method && fits(template, path))
        .min_by_key(|(_, template, _)| template.matches('{').count())
        .map(|(.., operation)| operation)
}

fn fits(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(named, given)| if named.starts_with('{') { !given.is_empty() } else { named == given })
}

#[tokio::test]
async fn an_answer_that_it_does_not_name_is_noticed() {
    let shop = Shop::open().await;
    let contract = contract().await;
    let path = "/api/shows/99";
    let answer = shop.get(path).await;
    assert_eq!(compare(contract, &Method::GET, path, &answer), Ok(()));
    let without = |change: &dyn Fn(&mut Value)| {
        let mut contract = contract.clone();
        change(&mut contract["paths"]["/api/shows/{showId}"]["get"]);
        compare(&contract, &Method::GET, path, &answer).unwrap_err()
    };
    assert_eq!(without(&|operation| operation["x-error-codes"] = serde_json::json!(["G_001"])), "S_001");
    assert_eq!(without(&|operation| operation["responses"]["404"] = Value::Null), "status 404");
    let no_type = |operation: &mut Value| operation["responses"]["404"]["content"] = serde_json::json!({});
    assert_eq!(without(&no_type), "application/problem+json with status 404");
    assert_eq!(without(&|operation| *operation = Value::Null), "status 404");
}
