use axum::Extension;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use crate::openapi::Contract;

/// Tells this contract, as OpenAPI 3.1.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "contract",
    tag = "Service",
    responses((status = OK, description = "The contract.", body = Object, content_type = "application/json"))
)]
pub(crate) async fn tell(Extension(Contract(text)): Extension<Contract>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
