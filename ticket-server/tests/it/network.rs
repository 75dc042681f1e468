//! A network, or a proxy, between clients and servers.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Passes everything on: each new connection to the next server that takes it. It swallows some answers, and breaks the
/// connection instead.
pub(crate) struct Network {
    pub(crate) url: String,
    state: Arc<State>,
}

struct State {
    servers: Mutex<Vec<String>>,
    next: AtomicUsize,
    to_swallow: AtomicU32,
    unanswered: AtomicU32,
}

impl Network {
    /// Before the servers at these addresses.
    pub(crate) async fn before(servers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            servers: Mutex::new(servers),
            next: AtomicUsize::new(0),
            to_swallow: AtomicU32::new(0),
            unanswered: AtomicU32::new(0),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    // Without a server, the client is hung up on.
                    if let Some(server) = state.connect().await {
                        pass_on(client, server, &state).await;
                    }
                });
            }
        });
        Self { url, state }
    }

    /// From now on the n-th server is here.
    pub(crate) fn move_server(&self, n: usize, address: &str) {
        address.clone_into(&mut self.state.servers.lock().unwrap()[n]);
    }

    /// Swallows the next answers.
    pub(crate) fn swallow(&self, answers: u32) {
        self.state.to_swallow.store(answers, Ordering::SeqCst);
    }

    pub(crate) fn has_swallowed_all(&self) -> bool {
        self.state.to_swallow.load(Ordering::SeqCst) == 0
    }

    /// Connections that ended before the last request over them was answered.
    pub(crate) fn unanswered(&self) -> u32 {
        self.state.unanswered.load(Ordering::SeqCst)
    }
}

impl State {
    /// To the next server in turn that listens.
    async fn connect(&self) -> Option<TcpStream> {
        let servers = self.servers.lock().unwrap().clone();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for n in 0..servers.len() {
            if let Ok(server) = TcpStream::connect(&servers[(first + n) % servers.len()]).await {
                return Some(server);
            }
        }
        None
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, state: &State) {
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = server.into_split();
    let is_asked = Arc::<AtomicBool>::default();
    let requests = tokio::spawn(pass_requests(from_client, to_server, Arc::clone(&is_asked)));
    let mut answer = vec![0; 65536];
    while let Ok(count @ 1..) = from_server.read(&mut answer).await {
        if state.to_swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok() {
            break;
        }
        is_asked.store(false, Ordering::SeqCst);
        if to_client.write_all(&answer[..count]).await.is_err() {
            break;
        }
    }
    requests.abort();
    if is_asked.load(Ordering::SeqCst) {
        state.unanswered.fetch_add(1, Ordering::SeqCst);
    }
}

async fn pass_requests(mut from_client: OwnedReadHalf, mut to_server: OwnedWriteHalf, is_asked: Arc<AtomicBool>) {
    let mut request = vec![0; 65536];
    while let Ok(count @ 1..) = from_client.read(&mut request).await {
        is_asked.store(true, Ordering::SeqCst);
        if to_server.write_all(&request[..count]).await.is_err() {
            // The other direction ends by itself.
            return;
        }
    }
}
