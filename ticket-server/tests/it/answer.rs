use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;
use ticket_core::api::Problem;

use crate::contract;

/// What the server has answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Sends a request. What is answered must be in the contract.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, url) = (request.method().clone(), request.url().clone());
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Self { status, headers, body: response.bytes().await.unwrap().to_vec() };
        contract::check(&method, &url, &answer).await;
        answer
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body, whatever the status.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The JSON of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/json");
        self.json()
    }

    /// The problem document of a refusal: its status, code and field are these, and it agrees with the headers.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, field: Option<&str>) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text());
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        let found = (self.status, problem.code.as_str(), problem.field.as_deref());
        assert_eq!(found, (status, code, field), "{problem:?}");
        assert_eq!(problem.status, status);
        assert_eq!(problem.kind, format!("urn:ticket:error:{code}"));
        assert_eq!(problem.message, problem.detail);
        assert_eq!(problem.request_id.as_deref(), Some(self.header("x-request-id")));
        assert_eq!(!self.header("www-authenticate").is_empty(), status == 401);
        assert_eq!(!self.header("retry-after").is_empty(), status == 503 || status == 429);
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        problem
    }
}
