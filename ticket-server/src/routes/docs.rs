use std::sync::Arc;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use ticket_core::api::ErrorCode;
use ticket_core::{Complaint, Error};

use super::Answer;
use crate::error::ApiError;

const PAGE: &str = include_str!("../openapi/page/index.html");
const START: &str = include_str!("../openapi/page/start.js");

/// The page runs what comes from this server and asks nothing of others. It sets styles and pictures of its own.
const POLICY: (HeaderName, &str) = (
    CONTENT_SECURITY_POLICY,
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// What the page consists of, besides `start.js`.
const ASSETS: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

/// A page to read this contract and to try it; it works without the internet.
#[utoipa::path(
    get,
    path = "/docs",
    operation_id = "docs_page",
    tag = "Service",
    responses((status = OK, description = "The page.", body = String, content_type = "text/html"))
)]
pub(crate) async fn page() -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), POLICY], PAGE).into_response()
}

/// A part of that page.
#[utoipa::path(
    get,
    path = "/docs/{file}",
    operation_id = "docs_asset",
    tag = "Service",
    params(("file" = String, Path, description = "Its name.", example = "start.js")),
    responses(
        (status = OK, description = "The part.", content(
            (String = "text/javascript"), (String = "text/css"), (String = "image/png")
        ))
    ),
    extensions(("x-error-codes" = json!([ErrorCode::NoSuchRoute])))
)]
pub(crate) async fn asset(file: Result<Path<String>, PathRejection>) -> Answer<Response> {
    let Path(file) =
        file.map_err(|_| ApiError::malformed("file", Complaint::new("is not UTF-8", "UTF-8이 아닙니다")))?;
    if file == "start.js" {
        return Ok(([(CONTENT_TYPE, "text/javascript")], START).into_response());
    }
    if !ASSETS.contains(&file.as_str()) {
        return Err(ApiError::NoSuchRoute);
    }
    let served = utoipa_swagger_ui::serve(&file, Arc::default());
    let served = served.map_err(|error| Error::Internal { reason: format!("the page of the contract: {error}") })?;
    let served = served.ok_or(ApiError::NoSuchRoute)?;
    Ok(([(CONTENT_TYPE, served.content_type)], served.bytes).into_response())
}
