use std::time::Duration;

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Client, ClientError, REQUEST_TIMEOUT};
use crate::api::{ErrorCode, IDEMPOTENCY_KEY, Language, Problem};
use crate::domain::IdempotencyKey;

/// How often, and after which pause, a call is made again whose first request is still running.
const STILL_RUNNING_MAX: u32 = 10;
const STILL_RUNNING_PAUSE: Duration = Duration::from_millis(200);

/// As whom a call is made.
#[derive(Clone, Copy)]
pub(super) enum Auth<'a> {
    None,
    User,
    /// As the user, for something that is done once per key.
    Once(&'a IdempotencyKey),
}

/// What a request carries besides what it asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    access_token: Option<&'a str>,
    key: Option<&'a IdempotencyKey>,
}

impl Client {
    /// Sends a request, once more with a fresh access token when the old one has expired, and reads the answer.
    pub(super) async fn send<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        auth: Auth<'_>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let token = self.access_token(auth);
        let marks = Marks { access_token: token.as_deref(), key: auth.key() };
        let first = self.send_once(method.clone(), path, marks, body, query).await;
        match (first, &token) {
            (Err(error), Some(token)) if error.code() == Some(ErrorCode::TokenExpired) => {
                self.renew(token).await?;
                let token = self.access_token(auth);
                self.send_once(method, path, Marks { access_token: token.as_deref(), ..marks }, body, query).await
            }
            (answer, _) => answer,
        }
    }

    /// Does something that must not be done twice. When the connection broke before there was an answer, the request is
    /// sent once more: its key sees to it that it is done once, and finds the answer that was lost.
    pub(super) async fn send_keyed<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &B,
    ) -> Result<T, ClientError> {
        let key = self.key.clone().unwrap_or_else(IdempotencyKey::random);
        let send = || self.send(Method::POST, path, Auth::Once(&key), Some(body), &[]);
        let mut answer = send().await;
        if answer.as_ref().is_err_and(ClientError::is_broken_connection) {
            answer = send().await;
        }
        for _ in 0..STILL_RUNNING_MAX {
            match &answer {
                Err(error) if error.code() == Some(ErrorCode::StillRunning) => {}
                _ => break,
            }
            tokio::time::sleep(STILL_RUNNING_PAUSE).await;
            answer = send().await;
        }
        answer
    }

    /// As [`Client::send`], for calls that answer 204.
    pub(super) async fn send_without_answer(&self, method: Method, path: &[&str]) -> Result<(), ClientError> {
        // `null` is what an empty body is read as.
        self.send(method, path, Auth::User, super::NO_BODY, &[]).await
    }

    pub(super) async fn send_once<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        marks: Marks<'_>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let mut request = self.request(method, path, marks.access_token).query(query).timeout(REQUEST_TIMEOUT);
        if let Some(key) = marks.key {
            request = request.header(IDEMPOTENCY_KEY, key.as_str());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let bytes = accepted(request.send().await?).await?.bytes().await?;
        let json: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(json).map_err(|error| ClientError::Answer(error.to_string()))
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
            segments.pop_if_empty().push("api").extend(path);
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
    let body = response.bytes().await?;
    Err(match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => ClientError::Problem(Box::new(problem)),
        Err(_) => ClientError::Answer(format!("HTTP {status} without a problem document")),
    })
}
