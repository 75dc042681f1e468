use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Client, ClientError, REQUEST_TIMEOUT};
use crate::api::{ErrorCode, Language, Problem};

/// Whether a call is made as somebody.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth {
    None,
    User,
}

impl Client {
    /// Sends a request, once more with a fresh access token when the old one has expired, and reads the answer.
    pub(super) async fn send<B: Serialize + ?Sized, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        auth: Auth,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let token = self.access_token(auth);
        let first = self.send_once(method.clone(), path, token.as_deref(), body, query).await;
        match (first, token) {
            (Err(error), Some(token)) if error.code() == Some(ErrorCode::TokenExpired) => {
                self.renew(&token).await?;
                self.send_once(method, path, self.access_token(auth).as_deref(), body, query).await
            }
            (answer, _) => answer,
        }
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
        access_token: Option<&str>,
        body: Option<&B>,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let mut request = self.request(method, path, access_token).query(query).timeout(REQUEST_TIMEOUT);
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

    fn access_token(&self, auth: Auth) -> Option<String> {
        (auth == Auth::User).then(|| self.tokens()).flatten().map(|tokens| tokens.access_token)
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("api").extend(path);
        }
        url
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
