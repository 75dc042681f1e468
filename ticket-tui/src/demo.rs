//! A whole shop in this process, to look around in: a server on a free loopback port, a temporary database, the shows
//! of `examples/shows`, and other buyers. Nothing of it outlives the program.

mod buyers;
mod shop;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;
use ticket_core::BoxOffice;
use ticket_core::api::{Credentials, JoinRequest, TokenPair};
use ticket_core::jobs;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Who uses the demo.
const NAME: &str = "Demo";
const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "demo demo";
/// How long closing may take; after that the database goes with its folder.
const CLOSING_MAX: Duration = Duration::from_secs(2);

/// A running demo.
#[derive(Debug)]
pub struct Demo {
    /// Where its server listens.
    pub server: String,
    /// An account that has joined and is logged in.
    pub tokens: TokenPair,
    box_office: BoxOffice,
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    folder: TempDir,
}

impl Demo {
    /// Opens the shop, with shows that begin tomorrow, and lets the others in. Its holds are in this Redis, if any.
    ///
    /// # Errors
    ///
    /// When the temporary folder or the port cannot be had.
    pub async fn start(redis: Option<String>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("ticket-demo-").tempdir().context("no temporary folder")?;
        let box_office = shop::open(folder.path(), redis).await.context("the demo's shop cannot be opened")?;
        let tokens = join(&box_office).await.context("the demo's account cannot be made")?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let server = format!("http://{}", listener.local_addr()?);
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, box_office.clone(), stop.subscribe()));
        tasks.spawn(jobs::run(box_office.clone(), stop.subscribe()));
        tasks.spawn(buyers::come(box_office.clone()));
        Ok(Self { server, tokens, box_office, tasks, stop, folder })
    }

    /// Sends everybody home, and deletes everything.
    ///
    /// # Errors
    ///
    /// When the temporary folder cannot be deleted.
    pub async fn end(mut self) -> std::io::Result<()> {
        self.stop.send_replace(true);
        // Nobody minds how the demo's own requests end.
        self.tasks.shutdown().await;
        let _ = tokio::time::timeout(CLOSING_MAX, self.box_office.shutdown()).await;
        self.folder.close()
    }
}

async fn serve(listener: TcpListener, box_office: BoxOffice, mut stop: watch::Receiver<bool>) {
    let stopped = async move {
        // Without a sender nobody wants it any more either.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    // Whatever goes wrong shows on the screen as a server that cannot be reached.
    let _ = ticket_server::serve(listener, box_office, stopped).await;
}

async fn join(box_office: &BoxOffice) -> Result<TokenPair, ticket_core::Error> {
    let (email, password) = (EMAIL.to_owned(), PASSWORD.to_owned());
    box_office.join(JoinRequest { email: email.clone(), password: password.clone(), name: NAME.to_owned() }).await?;
    box_office.log_in(Credentials { email, password }).await
}
