use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError};
use crate::api::{Readiness, ServerTime};

/// # The server itself
///
/// ```no_run
/// # use ticket_core::client::{Client, ClientError};
/// # async fn run(client: Client) -> Result<(), ClientError> {
/// let readiness = client.readiness().await?;
/// println!("database {:?}, holds {:?}", readiness.parts.database, readiness.parts.lock_store);
/// println!("{} ms since 1970 by its clock", client.time().await?.server_time);
/// # Ok(())
/// # }
/// ```
impl Client {
    /// The server's clock.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn time(&self) -> Result<ServerTime, ClientError> {
        self.send(Method::GET, &["api", "time"], Auth::None, NO_BODY, &[]).await
    }

    /// Whether the process answers at all.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when it does not.
    pub async fn check_alive(&self) -> Result<(), ClientError> {
        self.send_text(Method::GET, &["healthz"], Auth::None, NO_BODY).await.map(drop)
    }

    /// Whether the server can work, and which part of it cannot. That it cannot is an answer, and no error.
    ///
    /// # Errors
    ///
    /// [`ClientError`] when the server does not tell.
    pub async fn readiness(&self) -> Result<Readiness, ClientError> {
        self.ask_readiness().await
    }

    /// What the server counts, as Prometheus reads it.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn metrics(&self) -> Result<String, ClientError> {
        self.send_text(Method::GET, &["metrics"], Auth::None, NO_BODY).await
    }

    /// The server's contract: an OpenAPI document, as JSON.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn contract(&self) -> Result<String, ClientError> {
        self.send_text(Method::GET, &["openapi.json"], Auth::None, NO_BODY).await
    }
}
