use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use ticket_core::BoxOffice;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::ServerConfig;
use crate::crowd::{Crowd, turn_away};
use crate::guard::Peer;
use crate::patience::patient;
use crate::router::{App, router};

/// The longest head of a request, with some of its body.
const READ_BUFFER_BYTES_MAX: usize = 64 * 1024;
/// How much longer than a request and its head may take requests in flight have to finish at the end: each ends by itself
/// before it is cut off.
const DRAIN_MARGIN: Duration = Duration::from_secs(5);
/// Pause after a connection could not be accepted, for example because there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Why serving did not end well.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Requests in flight did not finish in time.
    #[error("{connections} connections were still busy after {} seconds and were cut off", .after.as_secs())]
    CutOff {
        /// How many.
        connections: usize,
        /// How long they had.
        after: Duration,
    },
}

/// Serves the box office on this listener until `shutdown` completes. Then it accepts no more, ends the event streams,
/// finishes what is in flight, as long as [`ServerConfig::request_max`] and five seconds, and returns. The box office stays
/// open.
///
/// ```
/// use ticket_core::{BoxOffice, Config};
///
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let database = folder.path().join("tickets.db");
/// # BoxOffice::create(&Config::new(&database), &jiff::tz::TimeZone::UTC)?;
/// let box_office = BoxOffice::open(Config::new(&database))?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
/// let server = tokio::spawn(ticket_server::serve(listener, box_office.clone(), async {
///     let _ = stopped.await;
/// }));
/// drop(stop);
/// server.await??;
/// box_office.shutdown().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ServeError::CutOff`] when requests in flight did not finish in time.
pub async fn serve(
    listener: TcpListener,
    box_office: BoxOffice,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    serve_with(ServerConfig::default(), listener, box_office, shutdown).await
}

/// As [`serve()`], protected in another way.
///
/// # Errors
///
/// As for [`serve()`].
pub async fn serve_with(
    config: ServerConfig,
    listener: TcpListener,
    box_office: BoxOffice,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let stopping = watch::Sender::new(false);
    let crowd = Crowd::new(&config);
    let app = App::new(&config, Arc::clone(&crowd), box_office, stopping.subscribe());
    let router = router(app.clone(), &config.cors_origins);
    let patience = Patience { header_max: config.header_max, idle_max: config.idle_max };
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            (stream, address) = accept(&listener) => {
                match crowd.enter(address, app.guard.proxies.trust(address)) {
                    Some(place) => {
                        let conversation = converse(stream, Peer(address), patience, router.clone(), graceful.watcher());
                        connections.spawn(async {
                            conversation.await;
                            drop(place);
                        });
                    }
                    None => turn_away(&stream),
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let drain_max = drain_max(&config);
    let drained = tokio::time::timeout(drain_max, graceful.shutdown()).await;
    while connections.try_join_next().is_some() {}
    match drained {
        Ok(()) => Ok(()),
        // The rest is aborted when the set is dropped.
        Err(_) => Err(ServeError::CutOff { connections: connections.len(), after: drain_max }),
    }
}

/// How long requests in flight have to finish at the end.
fn drain_max(config: &ServerConfig) -> Duration {
    config.request_max.max(config.header_max).saturating_add(DRAIN_MARGIN)
}

/// The next connection. What is wrong with one connection, or just now, is no reason to stop serving the others.
async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer.ip()),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// How long a connection waits for its client.
#[derive(Clone, Copy)]
struct Patience {
    header_max: Duration,
    idle_max: Duration,
}

async fn converse(stream: TcpStream, peer: Peer, patience: Patience, router: Router, watcher: Watcher) {
    // Answers and events are small, and somebody is waiting for each.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY cannot be set");
    }
    let (stream, head_timer) = patient(stream, patience.header_max);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(head_timer)
        .header_read_timeout(patience.idle_max)
        .max_buf_size(READ_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_waits_for_whatever_is_allowed() {
        let seconds = Duration::from_secs;
        for (request_max, header_max, drain) in [(30, 10, 35), (120, 10, 125), (5, 60, 65)] {
            let (request_max, header_max) = (seconds(request_max), seconds(header_max));
            let config = ServerConfig { request_max, header_max, ..ServerConfig::default() };
            assert_eq!(drain_max(&config), seconds(drain));
        }
    }
}
