use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value};
use ticket_core::api::ErrorCode;

use crate::answer::Answer;
use crate::contract::{contract, operations};
use crate::shop::Shop;

/// Every route, as the design of the API lists them.
const ROUTES: &[&str] = &[
    "DELETE /api/holds/{id}",
    "DELETE /api/shows/{id}/like",
    "DELETE /api/waiting_bookings/{id}",
    "GET /api/bookings/{id}",
    "GET /api/holds",
    "GET /api/performances/{id}/events",
    "GET /api/performances/{id}/layout",
    "GET /api/performances/{id}/seats",
    "GET /api/shows",
    "GET /api/shows/ranking",
    "GET /api/shows/seats/booked",
    "GET /api/shows/{showId}",
    "GET /api/shows/{showId}/available",
    "GET /api/shows/{showId}/seats",
    "GET /api/time",
    "GET /api/users/booking",
    "GET /api/users/likes",
    "GET /api/users/me",
    "GET /api/waiting_bookings",
    "GET /api/waiting_bookings/{id}",
    #[cfg(feature = "docs")]
    "GET /docs",
    #[cfg(feature = "docs")]
    "GET /docs/{file}",
    "GET /healthz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /readyz",
    "PATCH /api/holds/{id}",
    "POST /api/auth/login",
    "POST /api/auth/logout",
    "POST /api/auth/refresh",
    "POST /api/auth/token",
    "POST /api/bookings",
    "POST /api/bookings/cancel/{bookingId}",
    "POST /api/holds",
    "POST /api/holds/{id}/extend",
    "POST /api/users",
    "POST /api/users/me/password",
    "POST /api/waiting_bookings",
    "POST /api/waiting_bookings/{id}/book",
    "PUT /api/shows/{id}/like",
];

fn schemas(contract: &Value) -> &Map<String, Value> {
    contract["components"]["schemas"].as_object().unwrap()
}

/// What a reference leads to.
fn resolve<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.trim_start_matches('#')).expect(reference),
        None => value,
    }
}

#[tokio::test]
async fn describes_every_route_and_no_other() {
    let shop = Shop::open().await;
    let contract = contract().await;
    assert_eq!(contract["openapi"], "3.1.0");
    assert_eq!(contract["info"]["version"], env!("CARGO_PKG_VERSION"));
    let described: BTreeSet<_> = operations(contract).map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(described, ROUTES.iter().map(|route| (*route).to_owned()).collect());
    for (method, path, _) in operations(contract) {
        if path == "/docs/{file}" {
            // It answers "no such route" for names that it does not know.
            continue;
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = Answer::to(shop.request(method.clone(), &path.replace(['{', '}'], ""))).await;
        let is_there = ![405, 500].contains(&answer.status) && !answer.text().contains(r#""code":"G_002""#);
        assert!(is_there || path == "/openapi.json", "{method} {path}: {}", answer.status);
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let contract = contract().await;
    let (mut rest, mut references) = (vec![contract], 0);
    while let Some(value) = rest.pop() {
        assert!(!value.is_null());
        references += usize::from(value["$ref"].is_string());
        resolve(contract, value);
        rest.extend(value.as_object().into_iter().flat_map(Map::values));
        rest.extend(value.as_array().into_iter().flatten());
    }
    assert!(references > 500, "{references}");
}

#[tokio::test]
async fn names_every_error_and_what_each_operation_can_refuse() {
    let contract = contract().await;
    let schema = &schemas(contract)["ErrorCode"];
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| Value::from(code.as_str())).collect();
    assert_eq!(schema["enum"], Value::from(codes));
    for code in ErrorCode::ALL {
        let line = format!("`{code}` (HTTP {}): {}", code.status(), code.title());
        assert!(schema["description"].as_str().unwrap().contains(&line), "{line}");
        assert_eq!(contract["components"]["examples"][code.as_str()]["value"]["status"], code.status());
    }
    // Those that no operation refuses with: they come before one, or only on the command line.
    let mut unused: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for (method, path, operation) in operations(contract) {
        for code in operation["x-error-codes"].as_array().unwrap() {
            let code: ErrorCode = serde_json::from_value(code.clone()).unwrap();
            let problem = &operation["responses"][code.status().to_string()]["content"]["application/problem+json"];
            assert!(problem["examples"][code.as_str()].is_object(), "{method} {path}: {code}");
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem");
            unused.remove(code.as_str());
        }
    }
    assert_eq!(unused, ["A_002", "G_003", "J_001"].into());
    let book = contract["paths"]["/api/bookings"]["post"]["x-error-codes"].to_string();
    for code in ["B_003", "A_008", "I_001", "I_002", "D_002", "G_005"] {
        assert!(book.contains(code), "{code}");
    }
    let password = &contract["paths"]["/api/users/me/password"]["post"];
    assert!(!password["parameters"].to_string().contains("Idempotency-Key"));
    assert!(password["description"].as_str().unwrap().contains("no `Idempotency-Key`"), "it does not say why");
    let time = contract["paths"]["/api/time"]["get"]["x-error-codes"].to_string();
    assert!(!time.contains("A_005") && !time.contains("G_001"), "{time}");
}

#[tokio::test]
async fn every_field_has_a_description_and_an_example() {
    let contract = contract().await;
    let mut missing = Vec::new();
    for (name, schema) in schemas(contract) {
        check(contract, name, schema, &mut missing);
    }
    for (method, path, operation) in operations(contract) {
        // What lists of operations show: one sentence on one line.
        let is_short = |summary: &str| {
            summary.ends_with('.') && !summary.contains(". ") && !summary.contains('\n') && summary.len() <= 100
        };
        if !operation["summary"].as_str().is_some_and(is_short) {
            missing.push(format!("{method} {path}: summary"));
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(contract, parameter);
            if parameter["description"].as_str().is_none_or(str::is_empty) {
                missing.push(format!("{method} {path} {}: description", parameter["name"]));
            }
            let schema = resolve(contract, &parameter["schema"]);
            if parameter.get("example").is_none() && schema.get("example").or(schema.get("examples")).is_none() {
                missing.push(format!("{method} {path} {}: example", parameter["name"]));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A schema, its fields, and those of its parts.
fn check(contract: &Value, name: &str, schema: &Value, missing: &mut Vec<String>) {
    for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
        let target = resolve(contract, schema);
        let nullable = schema["oneOf"].as_array().into_iter().flatten().find(|one| one["type"] != "null");
        let describes = |schema: &Value| schema["description"].as_str().is_some_and(|text| !text.is_empty());
        if !describes(schema) && !describes(target) && !nullable.is_some_and(describes) {
            missing.push(format!("{name}.{field}: description"));
        }
        if !schema["examples"].is_array() {
            missing.push(format!("{name}.{field}: example"));
        }
    }
    for kind in ["allOf", "oneOf"] {
        for part in schema[kind].as_array().into_iter().flatten() {
            check(contract, name, part, missing);
        }
    }
}

/// Examples are read as the types that they are examples of.
#[tokio::test]
async fn examples_are_what_they_are_examples_of() {
    let contract = contract().await;
    macro_rules! check {
        ($( $name:ident )+) => { $(
            for example in schemas(contract)[stringify!($name)]["examples"].as_array().unwrap() {
                let value: ticket_core::api::$name = serde_json::from_value(example.clone()).expect(stringify!($name));
                assert_eq!(serde_json::to_value(&value).unwrap(), *example, stringify!($name));
            }
        )+ };
    }
    check! {
        AvailableDates BookRequest BookedSeats BookingDetails BookingHistory CancelRequest CancelResult ChangeHoldRequest
        Credentials HoldList HoldRequest JoinRequest JoinWaitlistRequest JoinedUser JoinedWaitlist Layout Like Me
        PasswordChange Problem Readiness RefreshRequest SeatStates SeatUpdate SeatsInfo ServerTime ShowDetails ShowRanking
        ShowSummary TokenPair WaitlistEntryDetails
    }
}

#[cfg(feature = "docs")]
#[tokio::test]
async fn the_page_and_its_parts_come_from_the_server() {
    let shop = Shop::open().await;
    let page = shop.request(Method::GET, "/docs").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let page = page.text().await.unwrap();
    assert!(!page.contains("://"), "{page}");
    let parts: Vec<_> = page.split('"').filter(|text| text.starts_with("docs/")).collect();
    assert_eq!(parts.len(), 4, "{page}");
    for part in parts {
        let answer = shop.request(Method::GET, &format!("/{part}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{part}");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = answer.bytes().await.unwrap();
        let (expected, begin): (_, &[u8]) = match part.rsplit_once('.').unwrap().1 {
            "js" => ("text/javascript", b""),
            "css" => ("text/css", b""),
            _ => ("image/png", b"\x89PNG"),
        };
        assert_eq!(kind, expected);
        assert!(bytes.len() > 100 && bytes.starts_with(begin), "{part}");
    }
    for none in ["/docs/", "/docs/no.js", "/docs/..%2findex.html", "/docs/%ff"] {
        assert!([400, 404].contains(&shop.get(none).await.status), "{none}");
    }
}
