use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// A real SMTP server on the loopback interface that keeps what it is given. It is gone when it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
    certificate: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

/// How it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinkTls {
    /// Plain text.
    None,
    /// STARTTLS is offered.
    StartTls,
    /// TLS from the first byte.
    Wrapped,
}

/// Where it does something else than take the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpStep {
    /// Before it says anything.
    Greeting,
    /// After `MAIL FROM`.
    Sender,
    /// After `RCPT TO`.
    Recipient,
    /// After the mail; with an answer, it is not kept, and without one, it is.
    Content,
}

/// What it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Of the envelope.
    pub from: String,
    /// Of the envelope.
    pub to: Vec<String>,
    /// Who had logged in.
    pub user: Option<String>,
    /// Whether it came over TLS.
    pub is_encrypted: bool,
    /// Headers and body.
    pub content: String,
}

/// What it does at a step: says this, or nothing at all.
type Trick = (SmtpStep, Option<(u16, String)>);

#[derive(Debug, Default)]
struct State {
    received: Mutex<Vec<ReceivedMail>>,
    /// Done once each, in this order.
    tricks: Mutex<VecDeque<Trick>>,
    connections: watch::Sender<usize>,
    /// How often nothing was said.
    silences: watch::Sender<usize>,
}

impl SmtpSink {
    /// Listens on a free port. Over TLS, one has to log in: with any name, and the password `secret`.
    pub async fn start(tls: SinkTls) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (acceptor, certificate) = acceptor();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, state) = (acceptor.clone(), Arc::clone(&shared));
                state.connections.send_modify(|count| *count += 1);
                // A client that goes away is no concern of ours.
                tokio::spawn(async move { serve(stream, tls, acceptor, state).await });
            }
        });
        Self { address, certificate, state, serving }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate that it shows for `localhost`, which vouches for itself.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// Once, at this step, it answers this.
    pub fn answer(&self, step: SmtpStep, code: u16, text: &str) {
        lock(&self.state.tricks).push_back((step, Some((code, text.to_owned()))));
    }

    /// Once, at this step, it says nothing any more.
    pub fn fall_silent(&self, step: SmtpStep) {
        lock(&self.state.tricks).push_back((step, None));
    }

    /// Waits until it has fallen silent so often.
    pub async fn silent(&self, times: usize) {
        self.state.silences.subscribe().wait_for(|count| *count >= times).await.unwrap();
    }

    /// What it was given so far.
    #[must_use]
    pub fn received(&self) -> Vec<ReceivedMail> {
        lock(&self.state.received).clone()
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.state.connections.borrow()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl State {
    /// What to do at this step, if it is something else than usual.
    fn trick_at(&self, step: SmtpStep) -> Option<Option<(u16, String)>> {
        let mut tricks = lock(&self.tricks);
        if tricks.front().is_some_and(|(at, _)| *at == step) {
            tricks.pop_front().map(|(_, trick)| trick)
        } else {
            None
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn serve(mut stream: TcpStream, tls: SinkTls, acceptor: TlsAcceptor, state: Arc<State>) -> io::Result<()> {
    match state.trick_at(SmtpStep::Greeting) {
        None => {}
        Some(None) => return silence(&state).await,
        Some(Some((code, text))) => {
            let answer = Response::custom(code, text).buffer()?;
            return stream.write_all(&answer).await;
        }
    }
    let mut stream: Box<dyn Stream> = match tls {
        SinkTls::Wrapped => Box::new(acceptor.accept(stream).await?),
        _ => Box::new(stream),
    };
    let mut builder = SessionBuilder::new("sink");
    if tls != SinkTls::None {
        builder.enable_auth(AuthMechanism::Plain);
    }
    if tls == SinkTls::StartTls {
        builder.enable_start_tls();
    }
    let is_encrypted = Arc::new(AtomicBool::new(tls == SinkTls::Wrapped));
    let desk = Desk { state: Arc::clone(&state), is_encrypted: Arc::clone(&is_encrypted), ..Desk::default() };
    let mut session = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), desk);
    if tls == SinkTls::Wrapped {
        session.tls_active();
    }
    stream.write_all(&session.greeting().buffer()?).await?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer = session.process(&line);
        if answer.code == SILENCE {
            return silence(&state).await;
        }
        lines.get_mut().write_all(&answer.buffer()?).await?;
        lines.get_mut().flush().await?;
        match answer.action {
            Action::Close => return Ok(()),
            Action::UpgradeTls => {
                let stream: Box<dyn Stream> = Box::new(acceptor.accept(lines.into_inner()).await?);
                lines = BufReader::new(stream);
                session.tls_active();
                is_encrypted.store(true, Ordering::Relaxed);
            }
            Action::Reply | Action::NoReply => {}
        }
    }
}

/// Keeps the connection, and says nothing.
async fn silence(state: &State) -> io::Result<()> {
    state.silences.send_modify(|count| *count += 1);
    std::future::pending().await
}

/// An answer that is not given.
const SILENCE: u16 = 999;

/// One connection.
#[derive(Default)]
struct Desk {
    state: Arc<State>,
    is_encrypted: Arc<AtomicBool>,
    user: Option<String>,
    from: String,
    to: Vec<String>,
    content: Vec<u8>,
}

impl Desk {
    fn answer(&self, step: SmtpStep) -> Option<Response> {
        Some(match self.state.trick_at(step)? {
            Some((code, text)) => Response::custom(code, text),
            None => Response::custom(SILENCE, String::new()),
        })
    }
}

impl Handler for Desk {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.from = from.to_owned();
        self.to.clear();
        self.answer(SmtpStep::Sender).unwrap_or(mailin::response::OK)
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.to.push(to.to_owned());
        self.answer(SmtpStep::Recipient).unwrap_or(mailin::response::OK)
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.content.clear();
        mailin::response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.content.extend(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let answer = self.answer(SmtpStep::Content);
        if answer.as_ref().is_none_or(|answer| answer.code == SILENCE) {
            lock(&self.state.received).push(ReceivedMail {
                from: self.from.clone(),
                to: self.to.clone(),
                user: self.user.clone(),
                is_encrypted: self.is_encrypted.load(Ordering::Relaxed),
                content: String::from_utf8(std::mem::take(&mut self.content)).unwrap(),
            });
        }
        answer.unwrap_or(mailin::response::OK)
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if password != "secret" {
            return mailin::response::INVALID_CREDENTIALS;
        }
        self.user = Some(user.to_owned());
        mailin::response::AUTH_OK
    }
}

fn acceptor() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
