use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::retry::Retries;
use super::{Client, ClientError, REQUEST_TIMEOUT};
use crate::api::{ErrorCode, IDEMPOTENCY_KEY, Language, Problem, Readiness};
use crate::domain::IdempotencyKey;

/// For calls whose request carries nothing.
pub(super) const NO_BODY: Option<&()> = None;

/// As whom a call is made.
#[derive(Clone, Copy)]
pub(super) enum Auth<'a> {
    None,
    User,
    /// As the user, for something that is done once per key.
    Once(&'a IdempotencyKey),
}

impl Client {
    /// Makes a call that answers JSON, as often as [`Retries`] allow, and reads the answer.
    pub(super) async fn send<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        auth: Auth<'_>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let bytes = self.fetch(method, path, auth, body, query).await?;
        // Calls that answer nothing read `null`.
        let json: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(json).map_err(|error| ClientError::Answer(error.to_string()))
    }

    /// As [`Client::send`], for calls that answer plain text.
    pub(super) async fn send_text<B: Serialize + ?Sized>(
        &self,
        method: Method,
        path: &[&str],
        auth: Auth<'_>,
        body: Option<&B>,
    ) -> Result<String, ClientError> {
        let bytes = self.fetch(method, path, auth, body, &[]).await?;
        String::from_utf8(bytes).map_err(|error| ClientError::Answer(error.to_string()))
    }

    /// Does something that must not be done twice. Its key sees to it that it is done once however often it is asked for, and
    /// finds an answer that was lost.
    pub(super) async fn send_keyed<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &B,
    ) -> Result<T, ClientError> {
        let key = self.key.clone().unwrap_or_else(IdempotencyKey::random);
        self.send(Method::POST, path, Auth::Once(&key), Some(body), &[]).await
    }

    /// As [`Client::send`], for calls that answer 204.
    pub(super) async fn send_without_answer(&self, method: Method, path: &[&str]) -> Result<(), ClientError> {
        self.send(method, path, Auth::User, NO_BODY, &[]).await
    }

    /// Asks once; "not ready" has the status of an error, and is an answer.
    pub(super) async fn ask_readiness(&self) -> Result<Readiness, ClientError> {
        let response = self.request(Method::GET, &["readyz"], None).timeout(REQUEST_TIMEOUT).send().await?;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return Ok(accepted(response).await?.json().await?);
        }
        let retry_after = retry_after(&response);
        let body = response.bytes().await?;
        serde_json::from_slice(&body).map_err(|_| refusal(503, retry_after, &body))
    }

    /// The body of the answer, after as many attempts as it takes and patience allows.
    async fn fetch<B: Serialize + ?Sized>(
        &self,
        method: Method,
        path: &[&str],
        auth: Auth<'_>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<Vec<u8>, ClientError> {
        let is_idempotent = matches!(method, Method::GET | Method::PUT | Method::PATCH);
        let mut retries = Retries::new(self.patience, is_idempotent || auth.key().is_some());
        let begin = Instant::now();
        loop {
            let error = match self.fetch_with_fresh_token(&method, path, auth, body, query).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            match retries.pause_after(&error, begin.elapsed()) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    /// Sends a request, once more with a fresh access token when the old one has expired.
    async fn fetch_with_fresh_token<B: Serialize + ?Sized>(
        &self,
        method: &Method,
        path: &[&str],
        auth: Auth<'_>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<Vec<u8>, ClientError> {
        let token = self.access_token(auth);
        let first = self.fetch_once(method, path, (token.as_deref(), auth.key()), body, query).await;
        match (first, &token) {
            (Err(error), Some(token)) if error.code() == Some(ErrorCode::TokenExpired) => {
                // Boxed, for it is a call of its own.
                Box::pin(self.renew(token)).await?;
                let token = self.access_token(auth);
                self.fetch_once(method, path, (token.as_deref(), auth.key()), body, query).await
            }
            (answer, _) => answer,
        }
    }

    async fn fetch_once<B: Serialize + ?Sized>(
        &self,
        method: &Method,
        path: &[&str],
        (access_token, key): (Option<&str>, Option<&IdempotencyKey>),
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<Vec<u8>, ClientError> {
        let mut request = self.request(method.clone(), path, access_token).query(query).timeout(REQUEST_TIMEOUT);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key.as_str());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(accepted(request.send().await?).await?.bytes().await?.into())
    }

    pub(super) fn request(&self, method: Method, path: &[&str], access_token: Option<&str>) -> RequestBuilder {
        let language = match self.language {
            Language::English => "en",
            Language::Korean => "ko",
        };
        let mut request = self.http.request(method, self.url(path)).header(ACCEPT_LANGUAGE, language);
        if let Some(token) = access_token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        request
    }

    fn access_token(&self, auth: Auth<'_>) -> Option<String> {
        match auth {
            Auth::None => None,
            Auth::User | Auth::Once(_) => self.tokens().map(|tokens| tokens.access_token),
        }
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

impl<'a> Auth<'a> {
    fn key(self) -> Option<&'a IdempotencyKey> {
        match self {
            Auth::Once(key) => Some(key),
            Auth::None | Auth::User => None,
        }
    }
}

/// The response, if the server did what was asked; else what it said.
pub(super) async fn accepted(response: Response) -> Result<Response, ClientError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(&response);
    Err(refusal(status.as_u16(), retry_after, &response.bytes().await?))
}

fn refusal(status: u16, retry_after: Option<Duration>, body: &[u8]) -> ClientError {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => ClientError::Problem(Box::new(problem)),
        Err(_) => ClientError::Status { status, retry_after },
    }
}

/// In seconds, as the server gives it; a proxy may give a date, which says nothing without its clock.
fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}
