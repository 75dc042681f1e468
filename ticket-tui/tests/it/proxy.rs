use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What begins an order.
const ORDER: &[u8] = b"POST /api/bookings ";
const BUFFER: usize = 1 << 16;

/// Stands between picker and server. Of the next orders, it hands them to the server and swallows the answers.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    counts: Arc<Counts>,
    _runtime: Runtime,
}

#[derive(Default)]
struct Counts {
    to_swallow: AtomicU32,
    orders: AtomicU32,
}

impl Proxy {
    /// In front of this server; swallows the answers to so many orders.
    pub(crate) fn before(server: SocketAddr, to_swallow: u32) -> Self {
        let runtime = Runtime::new().unwrap();
        let counts = Arc::new(Counts { to_swallow: AtomicU32::new(to_swallow), ..Counts::default() });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let of_connections = Arc::clone(&counts);
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let counts = Arc::clone(&of_connections);
                tokio::spawn(async move {
                    // A connection that breaks is what this is about.
                    let _ = carry(client, server, &counts).await;
                });
            }
        });
        Self { address, counts, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many orders the server was handed.
    pub(crate) fn orders(&self) -> u32 {
        self.counts.orders.load(Ordering::SeqCst)
    }
}

/// Carries one connection, until either side closes it or an answer is swallowed.
async fn carry(mut client: TcpStream, server: SocketAddr, counts: &Counts) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut answered) = (vec![0; BUFFER], vec![0; BUFFER]);
    let mut is_swallowed = false;
    loop {
        tokio::select! {
            count = client.read(&mut asked) => match count? {
                0 => return Ok(()),
                count => {
                    if asked[..count].starts_with(ORDER) {
                        counts.orders.fetch_add(1, Ordering::SeqCst);
                        let left = |left: u32| left.checked_sub(1);
                        is_swallowed = counts.to_swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
                    }
                    server.write_all(&asked[..count]).await?;
                }
            },
            count = server.read(&mut answered) => match count? {
                0 => return Ok(()),
                // The order is done; nobody hears of it.
                _ if is_swallowed => return Ok(()),
                count => client.write_all(&answered[..count]).await?,
            },
        }
    }
}
