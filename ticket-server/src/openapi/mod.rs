//! The contract at `/openapi.json`: made of what stands beside the handlers and the wire types.
//!
//! What every operation has in common is written once, here: the headers that all of them take and answer, the refusals
//! that follow from what an operation takes (`refusals`), and an example for every field (`examples`).

mod examples;
mod refusals;

use axum::body::Bytes;
use serde_json::{Value, json};
use ticket_core::api::{Problem, SeatUpdate};
use ticket_core::domain::{IdempotencyKey, RankingPeriod, SeatStatus};
use utoipa::OpenApi;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

/// What the contract says about the service as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ticket reservation",
        description = "Sells numbered seats without ever selling one twice. Dates are `YYYY-MM-DD`, times of day `HH:MM:SS`, \
                       instants RFC 3339; amounts are integers in minor units of their currency.\n\nAn error is a \
                       `Problem` (RFC 9457); programs branch on its `code`. Unknown paths answer G_002, other methods \
                       G_003. What cannot be read as HTTP at all is answered 400, 414 or 431 without a body, and a \
                       connection that is one too many 503 (D_001), in English.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "The server that this document comes from.")),
    components(schemas(Problem, RankingPeriod, SeatStatus, SeatUpdate))
)]
struct Outline;

/// A contract without operations.
pub(crate) fn outline() -> utoipa::openapi::OpenApi {
    Outline::openapi()
}

/// The contract as it is sent.
#[derive(Clone)]
pub(crate) struct Contract(pub(crate) Bytes);

impl Contract {
    /// Completes what the handlers and types say themselves.
    pub(crate) fn new(contract: utoipa::openapi::OpenApi) -> Self {
        let mut contract = serde_json::to_value(contract).unwrap_or_default();
        contract["components"]["securitySchemes"] = json!({"bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of POST /api/auth/login. It lives 30 minutes.",
        }});
        contract["components"]["headers"]["X-Request-Id"] = json!({
            "description": "What to quote when asking for help: the server's log has the same id.",
            "required": true,
            "schema": {"type": "string"},
            "example": "00c0ffee00c0ffee",
        });
        contract["components"]["parameters"]["Accept-Language"] = accept_language();
        contract["components"]["examples"] = refusals::problems();
        for (path, method, operation) in operations(&mut contract) {
            if path.starts_with("/api/") {
                push(operation, json!({"$ref": "#/components/parameters/Accept-Language"}));
            }
            forbid_signs(operation);
            refusals::complete(operation, method != "get");
            name_the_request_in_answers(operation);
        }
        forbid_other_fields(&mut contract);
        examples::add(&mut contract);
        Self(contract.to_string().into())
    }
}

/// Says that the operations that change something take an idempotency key.
pub(crate) fn take_idempotency_keys(paths: &mut Paths) {
    for path in paths.paths.values_mut() {
        for operation in [&mut path.put, &mut path.post, &mut path.patch, &mut path.delete].into_iter().flatten() {
            operation.parameters.get_or_insert_default().push(idempotency_key().into());
        }
    }
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(1))
        .max_length(Some(IdempotencyKey::LENGTH_MAX))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "Names this attempt. The same request with the same key is answered as it was the first time, for 24 hours; a \
             hold is found again, as it is then. Another request with the same key is refused (I_001).",
        ))
        .schema(Some(key))
        .example(Some("order-4711".into()))
        .build()
}

fn accept_language() -> Value {
    json!({
        "name": "Accept-Language",
        "in": "header",
        "description": "The language of messages: English (`en`) or Korean (`ko`).",
        "required": false,
        "schema": {"type": "string"},
        "example": "ko, en;q=0.5",
    })
}

fn push(operation: &mut Value, parameter: Value) {
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(parameter),
        None => operation["parameters"] = json!([parameter]),
    }
}

/// Ids in paths have no sign, see `PathId`.
fn forbid_signs(operation: &mut Value) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["in"] == "path") {
        let names_a_number = |name: &str| name.ends_with("Id") && !name.ends_with("HoldId");
        if parameter["schema"]["$ref"].as_str().is_some_and(names_a_number) {
            parameter["schema"]["minimum"] = 0.into();
        }
    }
}

/// Bodies take no fields but theirs; those with several forms do not say so themselves.
fn forbid_other_fields(contract: &mut Value) {
    for schema in contract["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if schema.0.ends_with("Request") {
            for form in schema.1.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
                form["additionalProperties"] = false.into();
            }
        }
    }
}

/// Every answer carries the id of its request.
fn name_the_request_in_answers(operation: &mut Value) {
    for response in operation["responses"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/X-Request-Id"});
    }
}

/// Every operation with its path and method.
fn operations(contract: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = contract["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object_mut().into_iter().flatten();
        operations.map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}
