use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// What a server says, and what a Sentinel says.
const READY: [&str; 2] = ["Ready to accept connections", "Sentinel ID is"];

/// A redis-server of the test's own, on a free port of the loopback interface. It is gone when it is dropped.
#[derive(Debug)]
pub struct PrivateRedis {
    server: Child,
    port: u16,
    folder: TempDir,
    options: Vec<String>,
}

impl PrivateRedis {
    /// Starts one, and waits until it listens.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// As [`PrivateRedis::start`], with more options of the command line.
    #[must_use]
    pub fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = Self::free_port();
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        Self { server: spawn(port, &folder, &options), port, folder, options }
    }

    /// A port of the loopback interface that nobody listens on.
    #[must_use]
    pub fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
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
        self.try_command(words).await.unwrap()
    }

    /// As [`PrivateRedis::command`], of a server that may refuse it or hang up.
    ///
    /// # Errors
    ///
    /// What Redis or the network says.
    pub async fn try_command(&self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let mut connection = redis::Client::open(self.url())?.get_multiplexed_async_connection().await?;
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut connection).await
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
        self.server = spawn(self.port, &self.folder, &self.options);
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

fn spawn(port: u16, folder: &TempDir, options: &[String]) -> Child {
    let mut server = Command::new("redis-server");
    // A Sentinel must be given a file that it can write to.
    if options.iter().any(|option| option == "--sentinel") {
        let file = folder.path().join("sentinel.conf");
        std::fs::write(&file, "").unwrap();
        server.arg(file);
    }
    let mut server = server
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string(), "--dir"])
        .arg(folder.path())
        .args(options)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("redis-server cannot be started: {error}"));
    let mut log = BufReader::new(server.stdout.take().unwrap()).lines();
    let ready = log.by_ref().map_while(Result::ok).any(|line| READY.iter().any(|ready| line.contains(ready)));
    assert!(ready, "redis-server has ended before it was ready");
    // Whoever writes into a closed pipe is ended, so somebody has to go on reading.
    std::thread::spawn(move || log.for_each(drop));
    server
}
