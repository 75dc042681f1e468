use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A redis-server of the test's own, on a free port of the loopback interface. It is gone when it is dropped.
#[derive(Debug)]
pub struct PrivateRedis {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl PrivateRedis {
    /// Starts one, and waits until it listens.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        Self { server: spawn(port, &folder), port, folder }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Its port on the loopback interface.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs a command, and answers what it prints.
    pub async fn command(&self, words: &[&str]) -> redis::Value {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut connection).await.unwrap()
    }

    /// Stops it where it is: connections stay open, and nothing answers.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on after [`PrivateRedis::pause`].
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Ends it at once, and with it all that it knew.
    pub fn kill(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }

    /// Starts it again after [`PrivateRedis::kill`], empty and at the same address.
    pub fn restart(&mut self) {
        self.server = spawn(self.port, &self.folder);
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill").arg(format!("-{name}")).arg(self.server.id().to_string()).status().unwrap();
        assert!(kill.success());
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn spawn(port: u16, folder: &TempDir) -> Child {
    let mut server = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string(), "--dir"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("redis-server cannot be started: {error}"));
    let mut log = BufReader::new(server.stdout.take().unwrap()).lines();
    let ready = log.by_ref().map_while(Result::ok).any(|line| line.contains("Ready to accept connections"));
    assert!(ready, "redis-server has ended before it was ready");
    // Whoever writes into a closed pipe is ended, so somebody has to go on reading.
    std::thread::spawn(move || log.for_each(drop));
    server
}
