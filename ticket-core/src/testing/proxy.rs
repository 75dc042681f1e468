use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::PrivateRedis;

/// What happens to one command on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut, and Redis never hears of it.
    CutBefore,
    /// Redis executes it; the connection is cut before the reply.
    CutAfter,
    /// Redis executes it; the connection is cut in the middle of the reply.
    CutInReply,
    /// Redis executes it; neither this reply nor any later one arrives over this connection, which stays open.
    Stall,
    /// Redis executes it twice; the second reply arrives.
    Twice,
}

/// A network between the engine and a [`PrivateRedis`] that goes wrong where it is told to. It is gone when it is dropped.
///
/// Commands are counted from 0 after each call that says what is to happen; what a client says to introduce itself does not
/// count. It speaks RESP 2, one command at a time per connection.
#[derive(Debug)]
pub struct RedisProxy {
    port: u16,
    orders: Arc<Mutex<Orders>>,
    task: JoinHandle<()>,
}

/// A command that waits on its way to Redis.
#[derive(Debug)]
pub struct Stopped {
    reached: oneshot::Receiver<()>,
    go_on: oneshot::Sender<()>,
}

#[derive(Debug, Default)]
struct Orders {
    /// Commands that pass before it happens.
    countdown: usize,
    what: Option<What>,
    /// Words of 40 bytes, and what is sent to Redis in their place.
    substitutes: Vec<(String, String)>,
}

#[derive(Debug)]
enum What {
    Fault(Fault),
    Stop { reached: oneshot::Sender<()>, go_on: oneshot::Receiver<()> },
}

impl RedisProxy {
    /// Listens on a free port of the loopback interface.
    pub async fn start(redis: &PrivateRedis) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let orders = Arc::<Mutex<Orders>>::default();
        let task = tokio::spawn(accept(listener, redis.port(), Arc::clone(&orders)));
        Self { port, orders, task }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The `nth` command from now on meets this fault; all others pass.
    pub fn fail(&self, nth: usize, fault: Fault) {
        let mut orders = lock(&self.orders);
        (orders.countdown, orders.what) = (nth, Some(What::Fault(fault)));
    }

    /// The `nth` command from now on waits until it may go on.
    #[must_use]
    pub fn stop_at(&self, nth: usize) -> Stopped {
        let (tell_reached, reached) = oneshot::channel();
        let (go_on, told_to_go_on) = oneshot::channel();
        let mut orders = lock(&self.orders);
        (orders.countdown, orders.what) = (nth, Some(What::Stop { reached: tell_reached, go_on: told_to_go_on }));
        Stopped { reached, go_on }
    }

    /// Takes back what was to happen. Returns whether it has happened already.
    #[must_use]
    pub fn has_happened(&self) -> bool {
        lock(&self.orders).what.take().is_none()
    }

    /// Sends the second script where the engine means the first; both are given by their SHA-1 digest.
    pub fn substitute_script(&self, digest: &str, with: &str) {
        assert_eq!((digest.len(), with.len()), (40, 40));
        lock(&self.orders).substitutes.push((digest.to_owned(), with.to_owned()));
    }
}

impl Drop for RedisProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stopped {
    /// Waits until the command is there.
    pub async fn reached(&mut self) {
        (&mut self.reached).await.unwrap();
    }

    /// Lets it go on to Redis.
    pub fn go_on(self) {
        // Nobody waits when the connection was given up meanwhile.
        let _ = self.go_on.send(());
    }
}

async fn accept(listener: TcpListener, redis: u16, orders: Arc<Mutex<Orders>>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let orders = Arc::clone(&orders);
        connections.spawn(async move {
            // An error is a side that has gone: so is the other one then.
            let _ = relay(client, redis, &orders).await;
        });
    }
}

async fn relay(client: TcpStream, redis: u16, orders: &Mutex<Orders>) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let mut redis = BufReader::new(TcpStream::connect((Ipv4Addr::LOCALHOST, redis)).await?);
    let (mut command, mut reply) = (Vec::new(), Vec::new());
    loop {
        read_message(&mut client, &mut command).await?;
        let what = lock(orders).on_command(&mut command);
        let fault = match what {
            Some(What::Fault(fault)) => Some(fault),
            Some(What::Stop { reached, go_on }) => {
                let _ = reached.send(());
                let _ = go_on.await;
                None
            }
            None => None,
        };
        if fault == Some(Fault::CutBefore) {
            return Ok(());
        }
        for _ in 0..if fault == Some(Fault::Twice) { 2 } else { 1 } {
            redis.get_mut().write_all(&command).await?;
            read_message(&mut redis, &mut reply).await?;
        }
        match fault {
            Some(Fault::CutAfter) => return Ok(()),
            Some(Fault::CutInReply) => return client.get_mut().write_all(&reply[..reply.len() / 2]).await,
            Some(Fault::Stall) => loop {
                // Takes what comes, as a network does that has lost the way back, until the client hangs up.
                read_message(&mut client, &mut command).await?;
            },
            Some(Fault::CutBefore | Fault::Twice) | None => client.get_mut().write_all(&reply).await?,
        }
    }
}

impl Orders {
    fn on_command(&mut self, command: &mut [u8]) -> Option<What> {
        for (digest, with) in &self.substitutes {
            if let Some(at) = command.windows(40).position(|window| window == digest.as_bytes()) {
                command[at..at + 40].copy_from_slice(with.as_bytes());
            }
        }
        // `*<n>\r\n$<length>\r\nCLIENT\r\n…`
        let introduces = command.windows(8).take(16).any(|window| window == b"CLIENT\r\n");
        if introduces || self.what.is_none() {
            return None;
        }
        if self.countdown > 0 {
            self.countdown -= 1;
            return None;
        }
        self.what.take()
    }
}

/// Reads one message of RESP 2, with all that is nested in it.
async fn read_message(from: &mut BufReader<TcpStream>, message: &mut Vec<u8>) -> io::Result<()> {
    message.clear();
    let mut parts_left = 1;
    while parts_left > 0 {
        parts_left -= 1;
        let start = message.len();
        if from.read_until(b'\n', message).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (kind, line) = (message[start], &message[start + 1..]);
        let length = || str::from_utf8(line).unwrap().trim_end().parse::<i64>().unwrap();
        match kind {
            b'*' => parts_left += usize::try_from(length()).unwrap_or(0),
            b'$' => {
                if let Ok(length) = usize::try_from(length()) {
                    let body = message.len();
                    message.resize(body + length + 2, 0);
                    from.read_exact(&mut message[body..]).await?;
                }
            }
            b'+' | b'-' | b':' => {}
            other => panic!("this is not RESP 2: {:?}", char::from(other)),
        }
    }
    Ok(())
}

fn lock(orders: &Mutex<Orders>) -> std::sync::MutexGuard<'_, Orders> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}
